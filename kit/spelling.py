"""Slips of the keyboard: an unknown word one letter away from a known one is read as that one.

Only words of five letters or more, and only for the word features: the pieces keep what was typed.
"""

from collections.abc import Iterable, Sequence

_SHORTEST = 5


class Corrector:
    """Finds the known word one slip away, by an index of words with one letter left out (the SymSpell idea)."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known`: words, the preferred ones first."""
        self.vocabulary = tuple(known)
        self._known = frozenset(self.vocabulary)
        self._shortened: dict[str, str] = {}
        for word in self.vocabulary:
            if len(word) >= _SHORTEST:
                for key in (word, *_one_left_out(word)):
                    self._shortened.setdefault(key, word)

    def correct(self, words: Sequence[str]) -> list[str]:
        known = self._known
        return [word if len(word) < _SHORTEST or word in known else self._nearest(word) for word in words]

    def _nearest(self, word: str) -> str:
        found = self._shortened.get(word)
        if found is None:
            found = next((near for key in _one_left_out(word) if (near := self._shortened.get(key))), word)
        return found


def _one_left_out(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
