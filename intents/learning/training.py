"""Learns a classifier from labelled texts with scikit-learn, in seconds and always the same way.

One linear support vector machine per code and voice: the words of a text and, where an encoder is there, its sense.
The sharpness of the confidences and the threshold for out_of_scope come from texts held back in turn
(cross-validation), never from those learned.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.contract import OUT_OF_SCOPE
from intents.learning.calibration import Labels, find_scale
from intents.learning.classifier import Classifier, Sense
from intents.learning.features import Lists, Reader, Space, learn_space
from kit.spelling import Corrector

Progress = Callable[[str], None]

_FOLDS = 3
_FEW = 5_000
"""Texts up to which a word or piece seen once counts too, and every text is held back once.

Above, what was seen once tells nothing and would fill half the model, and a third held back is enough to calibrate by.
"""
_ENOUGH = 0.1
"""How near to the optimum a machine is trained; nearer takes half as long again and changes no answer."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts cut into words, the code of each, and whether each is English (None where nobody knows)."""

    texts: Sequence[Sequence[str]]
    codes: Sequence[str]
    english: Sequence[bool] | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """The few choices of the method; the values were chosen on the held-out set, see docs of the evaluation."""

    word_share: float = 0.7
    softness: float = 0.9
    """The C of the support vector machine: smaller trusts single words less."""
    levelling: float = 0.0
    """How much of what a code gains by its many phrases is taken back: times the logarithm of its share of them."""
    caution: float = 0.0
    """How much less a text is held to be out of scope than its score says, as a logarithm: for what is dear to miss."""
    sense_softness: float = 0.5
    sense_share: float = 0.5
    """What the sense is worth beside the words."""
    seed: int = 20261123


def train(
    examples: Examples,
    lookups: Mapping[str, Sequence[Sequence[str]]],
    progress: Progress,
    recipe: Recipe | None = None,
    senses: NDArray[np.float32] | None = None,
) -> Classifier:
    """The classifier of these examples.

    `lookups`: named lists of expressions, cut into words. `senses`: a row of numbers for each example.
    """
    recipe = recipe or Recipe()
    codes = tuple(sorted(set(examples.codes)))
    reader = Reader(Lists(lookups), Corrector(_known_words(examples.texts, lookups)))
    progress(f"Reading {len(examples.texts)} phrases of {len(codes)} intents")
    are_few = len(examples.texts) <= _FEW
    space = learn_space(examples.texts, reader, word_share=recipe.word_share, seen_in=1 if are_few else 2)
    learner = _Learner(examples, codes, space, reader, recipe)
    progress("Learning with phrases held back")
    rounds = _FOLDS if are_few else 1
    held_back, labels = learner.held_back(rounds)
    gains = recipe.levelling * learner.shares_of_phrases()
    gains[[code == OUT_OF_SCOPE for code in codes]] += recipe.caution
    scale = find_scale(held_back, labels, codes, gains)
    progress("Learning all phrases")
    weights, bias = learner.learn_all()
    if senses is None:
        return Classifier(space, reader, codes, weights, bias, scale)
    progress("Learning their senses")
    heard, sensed = learner.learn_senses(senses, rounds)
    both = find_scale(held_back + sensed, labels, codes, gains)
    return Classifier(space, reader, codes, weights, bias, scale, Sense(heard, both))


def _known_words(texts: Sequence[Sequence[str]], lookups: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Every word, the commonest first."""
    counts: dict[str, int] = {}
    listed = [expression for name in sorted(lookups) for expression in lookups[name]]
    for words in [*texts, *listed]:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


class _Learner:
    """The matrix of all examples, and machines learned from parts of it."""

    def __init__(
        self, examples: Examples, codes: tuple[str, ...], space: Space, reader: Reader, recipe: Recipe
    ) -> None:
        self._recipe = recipe
        self._examples = examples
        self._classes = len(codes)
        index = {code: position for position, code in enumerate(codes)}
        self._labels: Labels = np.array([index[code] for code in examples.codes])
        self._rows = _matrix(examples.texts, space, reader)

    def held_back(self, rounds: int) -> tuple[NDArray[np.float32], Labels]:
        """Scores of examples by machines that had not seen them, and their labels; three rounds give all."""
        scores: list[NDArray[np.float32]] = []
        labels: list[Labels] = []
        for kept, away in self._parted(rounds):
            weights, bias = learn_weights(self._rows[kept], self._labels[kept], self._classes, self._recipe)
            scores.append(np.asarray(self._rows[away] @ weights + bias, dtype=np.float32))
            labels.append(self._labels[away])
        return np.concatenate(scores), np.concatenate(labels)

    def learn_senses(self, senses: NDArray[np.float32], rounds: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights of the second voice, its bias as their last row; and its scores of the examples held back.

        These stand in the order of `held_back`.
        """
        recipe = replace(self._recipe, softness=self._recipe.sense_softness)
        scores: list[NDArray[np.float32]] = []
        for kept, away in self._parted(rounds):
            weights, bias = learn_weights(senses[kept], self._labels[kept], self._classes, recipe)
            scores.append(senses[away] @ weights + bias)
        weights, bias = learn_weights(senses, self._labels, self._classes, recipe)
        share = self._recipe.sense_share
        return share * np.vstack([weights, bias]), np.asarray(share * np.concatenate(scores), dtype=np.float32)

    def shares_of_phrases(self) -> NDArray[np.float32]:
        """The logarithm of each code's share of the examples."""
        counts = np.bincount(self._labels, minlength=self._classes)
        return np.asarray(np.log(counts / counts.sum()), dtype=np.float32)

    def _parted(self, rounds: int) -> Iterator[tuple[Labels, Labels]]:
        """Which examples are learned and which are held back, turn by turn."""
        turn = _turns(self._labels, _FOLDS)
        for part in range(rounds):
            yield np.flatnonzero(turn != part), np.flatnonzero(turn == part)

    def learn_all(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights and bias of the codes, and in the last column those of the language."""
        weights, bias = learn_weights(self._rows, self._labels, self._classes, self._recipe)
        language, level = self._language()
        return np.ascontiguousarray(np.column_stack([weights, language])), np.append(bias, level).astype(np.float32)

    def _language(self) -> tuple[NDArray[np.float32], float]:
        """Above zero for English; all zero where the examples tell no language, or only one."""
        english = self._examples.english
        if english is None or len(set(english)) < 2:
            return np.zeros(self._rows.shape[1], dtype=np.float32), 0.0
        weights, bias = learn_weights(self._rows, np.array(english, dtype=np.int64), 2, self._recipe)
        return weights[:, 1], float(bias[1])


def learn_weights(
    rows: Any, labels: Labels, classes: int, recipe: Recipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One column of weights per class and its bias; a class without example never wins. `rows`: sparse or dense."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=recipe.softness, dual=True, tol=_ENOUGH, random_state=recipe.seed, max_iter=4000)
    machine.fit(rows, labels)
    found, level = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two classes
        found, level = np.vstack([-found, found]), np.concatenate([-level, level])
    weights = np.zeros((rows.shape[1], classes), dtype=np.float32)
    bias = np.full(classes, -10.0, dtype=np.float32)
    weights[:, machine.classes_] = found.T
    bias[machine.classes_] = level
    return weights, bias


def _matrix(texts: Sequence[Sequence[str]], space: Space, reader: Reader) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    vectors = [space.vector(words, reader) for words in texts]
    ends = np.cumsum([0, *(len(positions) for positions, _ in vectors)])
    positions = np.concatenate([positions for positions, _ in vectors])
    values = np.concatenate([values for _, values in vectors]).astype(np.float64)
    return csr_matrix((values, positions, ends), shape=(len(texts), len(space)))


def _turns(labels: Labels, parts: int) -> Labels:
    """When each example is held back: every code's examples in rotation."""
    turn = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        turn[places] = np.arange(len(places)) % parts
    return turn
