"""Finds phrases of two intents that say nearly the same: what such a pair teaches is chance."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from intents.catalogue import Phrase
from intents.normalise import words

LIKE = 0.87
"""Share of their words that two phrases have in common from which they are called nearly the same."""

_TOO_SHORT = 4
"""Words below which one more or less changes what is said: "c'est réparé" and "pas réparé"."""


def near_duplicates(phrases: Sequence[Phrase]) -> Iterator[tuple[Phrase, Phrase]]:
    """Pairs of different intents whose sets of words are nearly the same.

    Two sets so alike share one of their few rarest words, so that only phrases with such a word in common are compared.
    """
    said = [(phrase, frozenset(words(phrase.text, {}))) for phrase in phrases]
    said = [(phrase, own) for phrase, own in said if len(own) >= _TOO_SHORT]
    counts = Counter(word for _, own in said for word in own)
    holders: dict[str, list[tuple[Phrase, frozenset[str]]]] = defaultdict(list)
    for phrase, own in said:
        met: set[Phrase] = set()
        for word in _rarest(own, counts):
            for other, others in holders[word]:
                if other.code != phrase.code and other not in met and _likeness(own, others) >= LIKE:
                    met.add(other)
                    yield other, phrase
            holders[word].append((phrase, own))


def _rarest(own: Iterable[str], counts: Counter[str]) -> list[str]:
    ordered = sorted(own, key=lambda word: (counts[word], word))
    return ordered[: len(ordered) - ceil(LIKE * len(ordered)) + 1]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in both beside words in either (Jaccard)."""
    return len(one & other) / len(one | other)
