"""Case references as residents type or speak them: "mtl 26 004f7k", "M T L, vingt-six, zéro zéro quatre F sept K".

Only the shape is looked for: whether such a case exists, or the check is right, is judged later.
"""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import Spans
from kit.references import ALPHABET

_LENGTH = 8
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_PASSED_OVER = frozenset("tiret trait dash hyphen moins espace space slash point puis et and".split())
_TWICE = frozenset({"double", "doubles"})
_COMPARED = frozenset({"comme", "as", "like"})
_WORD = re.compile(r"[a-z0-9]+")


class ReferenceFinder:
    """Finds references that begin with the town's prefix."""

    def __init__(self, prefix: str) -> None:
        """`prefix`: the letters before the year, such as "MTL"."""
        self._prefix = prefix.upper()
        letters = r"[\s.,\-–]{0,3}".join(re.escape(letter) for letter in prefix.lower())
        self._start = re.compile(rf"(?<![a-z0-9]){letters}(?=[\s.,\-–_:]*[a-z0-9])")

    def find(self, spans: Spans) -> Iterator[Entity]:
        """The references in a text with its numbers in figures."""
        for match in self._start.finditer(spans.folded):
            said = _Said(spans.folded, match.end())
            if said.is_whole():
                value = f"{self._prefix}-{said.characters[:2]}-{said.characters[2:]}"
                yield spans.entity("case_reference", value, match.start(), said.end)


class _Said:
    """The eight characters said after the prefix."""

    def __init__(self, text: str, start: int) -> None:
        self.characters = ""
        self.end = start
        self._text = text
        self._read(start)

    def is_whole(self) -> bool:
        return len(self.characters) == _LENGTH

    def _read(self, start: int) -> None:
        position, times, raw = start, 1, ""
        while len(raw) < _LENGTH and (match := _WORD.search(self._text, position, position + 40)):
            if len(self._text[position : match.start()].strip(" ,.-–_:'")) > 0:
                return
            word, position = match[0], match.end()
            if word in _PASSED_OVER:
                continue
            if word in _TWICE:
                times = 2
                continue
            if word in _COMPARED:  # "F comme François" repeats the letter
                following = _WORD.search(self._text, position)
                position = following.end() if following else position
                continue
            raw, times = raw + word * times, 1
            self.end = position
        self._accept(raw.upper())

    def _accept(self, raw: str) -> None:
        tail = raw[2:].translate(_LOOKALIKES)
        year = raw[:2].translate(_LOOKALIKES)
        if len(raw) == _LENGTH and year.isdigit() and all(character in ALPHABET for character in tail):
            self.characters = year + tail
