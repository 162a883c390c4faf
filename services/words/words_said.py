"""What an utterance is made of: its text cleaned and bounded, its words, and what was recognised in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from kit.text import fold, squeeze, strip_controls

LONGEST = 2000
"""Characters that are looked at; nobody answers a question with more."""

LONGEST_WORD = 64
"""Letters of one word that are looked at, some of which unfold to eighteen."""

_WORD = re.compile(r"[^\W_]+")
_FULL_LINE = 60
"""Characters from which a line may have been cut by the machine that wrote it."""

EDGES = " \t\n,;:.!?…-–—'\"«»“”()\u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something recognised by the interpreter: its kind, normalised value, and place in the cleaned text."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the text."""

    folded: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """The words of a cleaned text, in order."""
    for match in _WORD.finditer(text):
        folded = fold(match[0][:LONGEST_WORD]).replace(" ", "")
        yield Word(folded[:LONGEST_WORD], match.start(), match.end())


def lines_of(text: str) -> frozenset[int]:
    """The numbers of the words with which lines begin that their writer has ended: no full line cut by a machine."""
    if "\n" not in text.strip():
        return frozenset()
    starts, position, before = set(), 0, ""
    for line in text[: LONGEST * 2].splitlines():
        words = list(words_of(clean(line)))
        if words and position and (len(before) < _FULL_LINE or not line.lstrip()[:1].islower()):
            starts.add(position)
        position, before = position + len(words), line if words else ""
    return frozenset(starts)


def clean(text: str) -> str:
    """What is looked at of a message: no control or private-use characters, one kind of blank, bounded."""
    return _bounded(squeeze(strip_controls(text[: LONGEST * 2]))[:LONGEST])


def _bounded(text: str) -> str:
    """The text up to where its letters, taken apart, would fill twice the room: one sign may hold a whole sentence."""
    if text.isascii():
        return text
    room = LONGEST * 2
    for position, character in enumerate(text):
        room -= len(normalize("NFKD", character))
        if room < 0:
            return text[:position]
    return text


def trim(text: str) -> str:
    """Without blanks and punctuation at both ends; a closing bracket of an opened one stays."""
    trimmed = text.strip(EDGES)
    return f"{trimmed})" if trimmed.count("(") > trimmed.count(")") else trimmed
