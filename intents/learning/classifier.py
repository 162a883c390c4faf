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
class Classifier:
    """One linear score per code, sharpened into probabilities; below the threshold a text is out of scope."""

    space: Space
    reader: Reader
    codes: tuple[str, ...]
    weights: NDArray[np.float32]
    """One row per feature, one column per code, then one for the language."""
    bias: NDArray[np.float32]
    sharpness: float
    threshold: float
    sense: NDArray[np.float32] | None = None
    """What each number of a text's sense says for each code (intents.learning.senses); None where none was learned."""

    def judge(self, words: Sequence[str]) -> Verdict:
        """The verdict on the words of a text; out of scope without any confidence when nothing is known of it.

        Signs, numbers and names ("?", "0", "@person") tell no language.
        """
        positions, scores = self._scores(words)
        language = float(scores[-1]) if len(positions) and any(word[0].isalpha() for word in words) else 0.0
        shares = probabilities(scores[: len(self.codes)], self.sharpness)
        if not len(positions):
            shares = np.zeros_like(shares)
        return self._verdict(shares, language)

    def shares(self, words: Sequence[str], sense: NDArray[np.float32] | None = None) -> dict[str, float]:
        """The probability of each code, out_of_scope among them; nothing where nothing is known of the words."""
        positions, scores = self._scores(words)
        if not len(positions):
            return {}
        scores = scores[: len(self.codes)]
        if self.sense is not None and sense is not None:
            scores = scores + sense_scores(self.sense, sense)
        return dict(zip(self.codes, probabilities(scores, self.sharpness).tolist(), strict=True))

    def _scores(self, words: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        positions, values = self.space.vector(words, self.reader)
        return positions, values @ self.weights[positions] + self.bias

    def _verdict(self, shares: NDArray[np.float32], language: float) -> Verdict:
        order = np.argsort(-shares, kind="stable")[: ALTERNATIVES + 1].tolist()
        ranked = [(self.codes[index], round(float(shares[index]), 6)) for index in order]
        alternatives = tuple(item for item in ranked if item[0] != OUT_OF_SCOPE)[:ALTERNATIVES]
        refused = ranked[0][0] == OUT_OF_SCOPE or alternatives[0][1] < self.threshold
        return Verdict(OUT_OF_SCOPE if refused else alternatives[0][0], alternatives, language)


def sense_scores(weights: NDArray[np.float32], senses: NDArray[np.float32]) -> NDArray[np.float32]:
    """What senses say for each code; the last row of the weights stands for any text."""
    return np.asarray(senses @ weights[:-1] + weights[-1], dtype=np.float32)


def probabilities(scores: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    """Scores as shares of one (softmax along the last axis)."""
    raised = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
