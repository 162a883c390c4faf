"""Learns a classifier from labelled texts with scikit-learn, in seconds and always the same way.

One linear support vector machine per code. The sharpness of the confidences and the threshold for
out_of_scope come from texts held back in turn (cross-validation), never from those learned.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.contract import OUT_OF_SCOPE
from intents.learning.classifier import Classifier, probabilities
from intents.learning.features import Lists, Reader, Space, learn_space
from intents.learning.noise import with_slips
from kit.spelling import Corrector

Progress = Callable[[str], None]
Labels = NDArray[np.int64]

_FOLDS = 3
_LIGHT = 600_000
"""Texts times codes up to which slips are learned too and every text is held back once; above, one tenth is."""
_ENOUGH = 0.05
"""How near to the optimum a machine is trained; nearer takes half as long again and changes no answer."""
_OUTSIDE_SHARE = 0.2
"""Out-of-scope texts count as so much of all when the threshold is chosen, however many phrases there are."""
_INDIFFERENT = 0.002
"""Thresholds whose share of right answers differs by no more are as good."""


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
    softness: float = 0.45
    """The C of the support vector machine: smaller trusts single words less."""
    copies: int = 1
    seed: int = 20261123


def train(
    examples: Examples,
    lookups: Mapping[str, Sequence[Sequence[str]]],
    progress: Progress,
    recipe: Recipe | None = None,
) -> Classifier:
    """The classifier of these examples. `lookups`: named lists of expressions, cut into words."""
    recipe = recipe or Recipe()
    codes = tuple(sorted(set(examples.codes)))
    light = len(examples.texts) * len(codes) <= _LIGHT
    reader = Reader(Lists(lookups), Corrector(_known_words(examples.texts, lookups)))
    progress(f"Reading {len(examples.texts)} phrases of {len(codes)} intents")
    space = learn_space(examples.texts, reader, word_share=recipe.word_share, seen_in=1 if light else 2)
    learner = _Learner(examples, codes, reader, space, recipe if light else Recipe(recipe.word_share, 1.0, 0))
    progress("Learning with phrases held back")
    held_back, labels = learner.held_back(_FOLDS if light else 1)
    sharpness = _sharpness(held_back, labels)
    threshold = _threshold(probabilities(held_back, sharpness), labels, codes)
    progress("Learning all phrases")
    weights, bias = learner.learn_all()
    return Classifier(space, reader, codes, weights, bias, sharpness, threshold)


def _known_words(texts: Sequence[Sequence[str]], lookups: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Every word, the commonest first."""
    counts: dict[str, int] = {}
    listed = [expression for name in sorted(lookups) for expression in lookups[name]]
    for words in [*texts, *listed]:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


class _Learner:
    """The matrix of all examples and their copies, and machines learned from parts of it."""

    def __init__(
        self, examples: Examples, codes: tuple[str, ...], reader: Reader, space: Space, recipe: Recipe
    ) -> None:
        self._recipe = recipe
        self._examples = examples
        self._count = len(examples.texts)
        index = {code: position for position, code in enumerate(codes)}
        self._labels: Labels = np.array([index[code] for code in examples.codes])
        random = Random(recipe.seed)  # noqa: S311  the slips must be the same at every training
        copies = [with_slips(words, random) for _ in range(recipe.copies) for words in examples.texts]
        self._rows = _matrix([*examples.texts, *copies], space, reader)
        self._classes = len(codes)

    def held_back(self, folds: int) -> tuple[NDArray[np.float32], Labels]:
        """Scores of examples by machines that had not seen them, and their labels.

        With one fold only a tenth of the examples is held back. In place of copies with slips each example
        counts as often: the scores come out alike in a third of the time.
        """
        parts = folds if folds > 1 else 10
        turn = _turns(self._labels, parts)
        scores: list[NDArray[np.float32]] = []
        labels: list[Labels] = []
        for part in range(folds):
            weights, bias = self._learn(np.flatnonzero(turn != part), copies=0)
            away = np.flatnonzero(turn == part)
            scores.append(np.asarray(self._rows[away] @ weights + bias, dtype=np.float32))
            labels.append(self._labels[away])
        return np.concatenate(scores), np.concatenate(labels)

    def learn_all(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights and bias of the codes, and in the last column those of the language."""
        weights, bias = self._learn(np.arange(self._count), self._recipe.copies)
        language, level = self._language()
        return np.ascontiguousarray(np.column_stack([weights, language])), np.append(bias, level).astype(np.float32)

    def _learn(self, kept: NDArray[np.int64], copies: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rows = np.concatenate([kept + copy * self._count for copy in range(copies + 1)])
        labels = np.tile(self._labels[kept], copies + 1)
        softness = self._recipe.softness * (self._recipe.copies + 1) / (copies + 1)
        return learn_weights(self._rows[rows], labels, self._classes, replace(self._recipe, softness=softness))

    def _language(self) -> tuple[NDArray[np.float32], float]:
        """Above zero for English; all zero where the examples tell no language, or only one."""
        english = self._examples.english
        if english is None or len(set(english)) < 2:
            return np.zeros(self._rows.shape[1], dtype=np.float32), 0.0
        weights, bias = learn_weights(self._rows[: self._count], np.array(english, dtype=np.int64), 2, self._recipe)
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


def _sharpness(scores: NDArray[np.float32], labels: Labels) -> float:
    """The sharpness under which the held-back labels are likeliest."""
    candidates = np.linspace(1.0, 20.0, 77)
    rows = np.arange(len(labels))
    likeliness = [np.log(probabilities(scores, one)[rows, labels] + 1e-9).mean() for one in candidates]
    return float(candidates[int(np.argmax(likeliness))])


def _threshold(shares: NDArray[np.float32], labels: Labels, codes: Sequence[str]) -> float:
    """The confidence below which calling a held-back text out of scope is right most often; 0 without such texts.

    Of several as good the highest: asking again costs a resident less than a wrong start.
    """
    if OUT_OF_SCOPE not in codes:
        return 0.0
    outside = codes.index(OUT_OF_SCOPE)
    inside = np.delete(shares, outside, axis=1)
    names = np.delete(np.arange(len(codes)), outside)
    best, confidence = names[inside.argmax(axis=1)], inside.max(axis=1)
    refused = shares.argmax(axis=1) == outside
    weight = np.where(labels == outside, _OUTSIDE_SHARE, 1 - _OUTSIDE_SHARE)
    for strange in (True, False):
        weight[(labels == outside) == strange] /= max(1, np.count_nonzero((labels == outside) == strange))
    candidates = np.linspace(0.0, 0.6, 61)
    right = np.array([weight @ (np.where(refused | (confidence < one), outside, best) == labels) for one in candidates])
    return float(candidates[np.flatnonzero(right >= right.max() - _INDIFFERENT)[-1]])
