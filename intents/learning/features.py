"""What the classifier sees of a text: words, pairs of words, word pieces, and the lists of words that mean one thing.

Two blocks of TF-IDF weights, each of length one: words (one, two, named lists and pairs of them) and
characters (pieces inside a word, edges marked), the usual strong baseline for short noisy texts.
Written with plain dictionaries because at one text at a time they are ten times quicker than a vectoriser.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from kit.spelling import Corrector

_PIECES = (2, 3, 4, 5)
_LONGEST_WORD = 24
"""Longer runs of letters are noise: their pieces are cut here to bound the cost."""
_SIZES = (1, 2, 4, 7, 11)
"""Numbers of words up to which texts are told apart by length."""
_MOST_LISTS = 8
"""Pairs are made of so many lists at most, for the same reason."""

Vector = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Positions of the features present, and their weights."""


def _stem(word: str) -> str:
    """A word without its commonest endings, enough to compare with a list: "lampadaires" -> "lampadair"."""
    while len(word) > 3 and word[-1] in "sxe":
        word = word[:-1]
    return word


def _size(count: int) -> str:
    """A feature for how much is said: "no" answers, "no, the lamp is still out" tells something."""
    return next((f"#{most}" for most in _SIZES if count <= most), "#more")


class Lists:
    """Finds the words of named lists in a text, whatever their number or gender."""

    def __init__(self, lookups: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """`lookups`: name -> expressions, each already cut into words."""
        self.lookups = lookups
        self._names: dict[tuple[str, ...], list[str]] = {}
        self._longest: dict[str, int] = {}
        for name, expressions in sorted(lookups.items()):
            for key in dict.fromkeys(tuple(map(_stem, expression)) for expression in expressions if expression):
                self._names.setdefault(key, []).append(f"@@{name}")
                self._longest[key[0]] = max(len(key), self._longest.get(key[0], 1))

    def find(self, words: Sequence[str]) -> list[str]:
        stems = [_stem(word) for word in words]
        found: list[str] = []
        for start, first in enumerate(stems):
            for length in range(1, self._longest.get(first, 0) + 1):
                found += self._names.get(tuple(stems[start : start + length]), ())
        return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns the words of a text into features."""

    lists: Lists
    corrector: Corrector

    def words(self, words: Sequence[str]) -> list[str]:
        """Words, pairs of neighbours (edges marked), names of lists and their pairs; none where no word is said."""
        if not words:
            return []
        read = self.corrector.correct(words)
        named = self.lists.find(read)
        pairs = [f"{left}_{right}" for left, right in zip(["^", *read], [*read, "$"], strict=True)]
        together = [f"{one}&{other}" for one, other in combinations(sorted(set(named))[:_MOST_LISTS], 2)]
        return [*read, *pairs, *named, *together, _size(len(read))]

    def pieces(self, words: Sequence[str]) -> list[str]:
        """Pieces of two to five characters of each word, with a space marking its edges; none of "@date" and such."""
        found: list[str] = []
        for word in words:
            if word[0] == "@":
                continue
            padded = f" {word[:_LONGEST_WORD]} "
            length = len(padded)
            for size in _PIECES:
                if size >= length:
                    found.append(padded)
                    break
                found += [padded[start : start + size] for start in range(length - size + 1)]
        return found


@dataclass(frozen=True, slots=True)
class Space:
    """The features learned: position and rarity (inverse document frequency) of each."""

    words: dict[str, int]
    pieces: dict[str, int]
    rarity: NDArray[np.float32]
    word_share: float
    """Weight of the block of words beside that of pieces."""
    rarest: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rarest", float(self.rarity.max(initial=0.0)))

    def __len__(self) -> int:
        return len(self.rarity)

    def vector(self, words: Sequence[str], reader: Reader) -> Vector:
        """The weighted features of a text; empty when it has nothing known.

        A word never seen counts as the rarest in the length of its block: little known of much said weighs little.
        """
        features = reader.words(words)
        strange = sum(feature not in self.words and "_" not in feature for feature in features)
        known, known_weights = self._block(features, self.words, self.word_share, strange)
        pieces, piece_weights = self._block(reader.pieces(words), self.pieces, 1.0)
        return np.concatenate((known, pieces)), np.concatenate((known_weights, piece_weights))

    def _block(self, features: list[str], positions: Mapping[str, int], share: float, strange: int = 0) -> Vector:
        """The features of one block that are known; with `strange` unknown ones their weights have length `share`."""
        counts: dict[int, int] = {}
        for position in map(positions.get, features):
            if position is not None:
                counts[position] = counts.get(position, 0) + 1
        chosen = np.fromiter(counts, dtype=np.int32, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = self.rarity[chosen] * (1 + np.log(times))
        length = sqrt(float(weights @ weights) + strange * self.rarest**2)
        return chosen, weights * np.float32(share / length) if length else weights


def learn_space(texts: Iterable[Sequence[str]], reader: Reader, *, word_share: float, seen_in: int = 1) -> Space:
    """The features of these texts that occur in at least `seen_in` of them."""
    word_counts: dict[str, int] = {}
    piece_counts: dict[str, int] = {}
    total = 0
    for words in texts:
        total += 1
        for feature in set(reader.words(words)):
            word_counts[feature] = word_counts.get(feature, 0) + 1
        for feature in set(reader.pieces(words)):
            piece_counts[feature] = piece_counts.get(feature, 0) + 1
    kept_words = sorted(feature for feature, count in word_counts.items() if count >= seen_in)
    kept_pieces = sorted(feature for feature, count in piece_counts.items() if count >= seen_in)
    counts = [word_counts[feature] for feature in kept_words] + [piece_counts[feature] for feature in kept_pieces]
    return Space(
        {feature: position for position, feature in enumerate(kept_words)},
        {feature: position for position, feature in enumerate(kept_pieces, len(kept_words))},
        np.array([log((1 + total) / (1 + count)) + 1 for count in counts], dtype=np.float32),
        word_share,
    )
