"""Cuts a message into the stretches that each say one thing: sentences, and the parts of long sentences."""

import re
from collections.abc import Iterator, Sequence

_SENTENCE_END = re.compile(r"[.!?;…\n]+(?=\s|$)|\s[-–—]+\s")
_JOINT = re.compile(
    r",\s|\s(?=(?:et|mais|alors|parce que|car|puis|sinon|donc|pis|pcq|and|but|because|so|then|now)\s)", re.IGNORECASE
)
_LONG, _LEAST = 14, 4
"""Words from which a sentence is cut at its joints, and that a part must have to stand alone."""

Stretch = tuple[int, int]


def sentences(text: str) -> list[Stretch]:
    """From where to where each sentence stands. Line ends, dashes and ellipses end one too."""
    return list(_between(text, 0, len(text), _SENTENCE_END))


def clauses(text: str) -> list[Stretch]:
    """Sentences, and the parts of those too long to say one thing only; linear in the length of the text."""
    found: list[Stretch] = []
    for start, end in sentences(text):
        parts = list(_between(text, start, end, _JOINT)) if _count(text[start:end]) > _LONG else []
        found += _joined(text, parts) or [(start, end)]
    return found


def _between(text: str, start: int, end: int, ends: re.Pattern[str]) -> Iterator[Stretch]:
    for match in ends.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:end].strip():
        yield start, end


def _joined(text: str, parts: Sequence[Stretch]) -> list[Stretch]:
    """Parts of a few words go with the one before, or with the next where they come first."""
    kept: list[Stretch] = []
    for start, end in parts:
        if kept and (_count(text[start:end]) < _LEAST or _count(text[kept[-1][0] : kept[-1][1]]) < _LEAST):
            kept[-1] = kept[-1][0], end
        else:
            kept.append((start, end))
    return kept


def _count(text: str) -> int:
    return len(text.split())
