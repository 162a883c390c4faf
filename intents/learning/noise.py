"""Copies of phrases with the slips of hurried thumbs, so that the classifier has seen some; always the same ones."""

from collections.abc import Sequence
from random import Random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4


def with_slips(words: Sequence[str], random: Random, *, share: float = 0.3) -> list[str]:
    """The words, about `share` of the longer ones with a letter lost, doubled, changed or swapped with the next."""
    return [_slip(word, random) if _may_slip(word) and random.random() < share else word for word in words]


def _may_slip(word: str) -> bool:
    return len(word) >= _SHORTEST and word[0] != "@"


def _slip(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kind = random.randrange(4)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + letter + letter + after
    if kind == 2:
        return before + random.choice(_LETTERS) + after
    return before + after[0] + letter + after[1:]
