"""A text and its folded twin of the same length: patterns run on the twin, offsets hold for the original."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

from intents.contract import Entity

LONGEST = 4_000
"""Characters looked at for entities; the rest of a very long text is not searched."""

WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    """One plain small character for one character, whatever it is."""
    lowered = character.lower()
    bare = "".join(part for part in normalize("NFKD", lowered) if not combining(part))
    if len(bare) == 1:
        return {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"}.get(bare, bare)
    return {"œ": "o", "æ": "a", "ß": "s", "№": "n"}.get(lowered, lowered[0] if len(lowered) == 1 else " ")


@dataclass(frozen=True, slots=True)
class Spans:
    """The text searched and its folded twin."""

    text: str
    folded: str

    @classmethod
    def of(cls, text: str) -> "Spans":
        shown = text[:LONGEST]
        lowered = shown.lower()
        if lowered.isascii():
            return cls(shown, lowered)
        return cls(shown, "".join(map(_folded_character, shown)))

    def entity(self, kind: str, value: object, start: int, end: int) -> Entity:
        return Entity(kind, value, self.text[start:end], start, end)

    def typed(self, start: int, end: int) -> str:
        """A stretch of the folded twin as it was typed."""
        return self.text[start:end]

    def words(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
        """Folded words with their places."""
        for match in WORD.finditer(self.folded, start, len(self.folded) if end is None else end):
            yield match[0], match.start(), match.end()

    def is_capitalised(self, start: int) -> bool:
        return self.text[start].isupper()
