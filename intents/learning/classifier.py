"""The trained classifier: weights and the few numbers that turn scores into confidences. No training library here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.contract import OUT_OF_SCOPE
from intents.learning.features import Reader, Space

ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best codes with their probabilities (never out_of_scope), and what is finally said."""

    intent: str
    alternatives: tuple[tuple[str, float], ...]
    language_score: float
    """Above zero for English; zero when nothing told."""

    @property
    def confidence(self) -> float:
        return self.alternatives[0][1] if self.alternatives else 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How scores become shares of one, and the share below which nothing is taken.

    `level` is added to the score of each code: it takes back what a code gains by having more phrases than others.
    """

    sharpness: float
    threshold: float
    level: NDArray[np.float32]

    def shares(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of each code, along the last axis."""
        return probabilities(scores + self.level, self.sharpness)


@dataclass(frozen=True, slots=True)
class Sense:
    """The second voice: what each number of a text's sense says for each code (`intents/learning/senses.py`).

    The last row of the weights stands for any text; `scale` is that of both voices together.
    """

    weights: NDArray[np.float32]
    scale: Scale

    def scores(self, senses: NDArray[np.float32]) -> NDArray[np.float32]:
        """What senses say for each code, to be added to what the words say."""
        return np.asarray(senses @ self.weights[:-1] + self.weights[-1], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the words of a text say: a score for each code, None where no word is known, and that of the language."""

    scores: NDArray[np.float32] | None
    language: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """One linear score per code, sharpened into probabilities; below the threshold a text is out of scope."""

    space: Space
    reader: Reader
    codes: tuple[str, ...]
    weights: NDArray[np.float32]
    """One row per feature, one column per code, then one for the language."""
    bias: NDArray[np.float32]
    scale: Scale
    sense: Sense | None = None
    """None where none was learned."""

    def hear(self, words: Sequence[str]) -> Hearing:
        """What the words of a text say. Signs, numbers and names ("?", "0", "@person") tell no language."""
        positions, values = self.space.vector(words, self.reader)
        if not len(positions):
            return Hearing(None, 0.0)
        scores = values @ self.weights[positions] + self.bias
        tells = any(word[0].isalpha() for word in words)
        return Hearing(scores[: len(self.codes)], float(scores[-1]) if tells else 0.0)

    def judge(self, heard: Hearing, sense: NDArray[np.float32] | None = None) -> Verdict:
        """The verdict on what was heard; out of scope without any confidence when nothing is known of the words.

        `sense`: that of the text, where it was asked.
        """
        if heard.scores is None:
            return self._verdict(np.zeros(len(self.codes), dtype=np.float32), self.scale.threshold, 0.0)
        shares, threshold = self._shares(heard.scores, sense)
        return self._verdict(shares, threshold, heard.language)

    def shares(self, heard: Hearing, sense: NDArray[np.float32] | None = None) -> dict[str, float]:
        """The probability of each code, out_of_scope among them; nothing where nothing is known of the words."""
        if heard.scores is None:
            return {}
        shares, _ = self._shares(heard.scores, sense)
        return dict(zip(self.codes, shares.tolist(), strict=True))

    def _shares(
        self, scores: NDArray[np.float32], sense: NDArray[np.float32] | None
    ) -> tuple[NDArray[np.float32], float]:
        """Shares of one and the threshold they are held against, of one voice or of both."""
        if self.sense is None or sense is None:
            return self.scale.shares(scores), self.scale.threshold
        return self.sense.scale.shares(scores + self.sense.scores(sense)), self.sense.scale.threshold

    def _verdict(self, shares: NDArray[np.float32], threshold: float, language: float) -> Verdict:
        order = np.argsort(-shares, kind="stable")[: ALTERNATIVES + 1].tolist()
        ranked = [(self.codes[index], round(float(shares[index]), 6)) for index in order]
        alternatives = tuple(item for item in ranked if item[0] != OUT_OF_SCOPE)[:ALTERNATIVES]
        refused = ranked[0][0] == OUT_OF_SCOPE or alternatives[0][1] < threshold
        return Verdict(OUT_OF_SCOPE if refused else alternatives[0][0], alternatives, language)


def probabilities(scores: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    """Scores as shares of one (softmax along the last axis)."""
    raised = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
