"""A text with its numbers in figures: "zéro six trente-neuf" reads "0 6 39", so that one grammar serves both spellings.

The readers of dates, times, sums, counts, telephone numbers and plates run on it; what they find is told in places
of the text as it was typed. Articles stay ("une chaise"), and so does "sept" after a day, where it is September.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from intents.contract import Entity
from intents.entities.spans import Spans
from kit.number_words import JOINING, LONGEST_QUANTITY, ONES, QUANTITY_WORDS, read_quantity

_SOME_DAYS = re.compile(r"\b(?:dans|d'ici|sous|depuis|il y a) (?:environ )?$")
"""Before "une quinzaine" that counts days unsaid."""
_NUMBER_SIGNS = ("numero ", "number ")
"""What a house number in words may follow: "rue Carnot au numéro sept"."""
_SOME_NOUNS = frozenset({"quinzaine", "huitaine"})
_WORD = re.compile(r"[a-z]+|(?<![\w/.,-])\d{1,3}(?:aine)?(?![^\W_])")
_WORTH_A_LOOK = re.compile(
    rf"(?<![a-z])(?:{'|'.join(sorted(QUANTITY_WORDS - JOINING - {'a', 'an', 'good'}))})(?![a-z])|aine\b"
)
_BETWEEN = frozenset({" ", "-", "  ", "\u00a0", "\u2011"})
"""What may part the words of one number."""
_A_DAY = re.compile(r"(?<![\d/.-])\d{1,2}(?:er)?[ -]$")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A stretch of the folded text and what is read in its place."""

    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class InDigits(Spans):
    """The folded twin with figures for words; `text` is as typed, and entities are told in its places."""

    starts: tuple[int, ...]
    """Where the edited stretches begin in `folded`."""
    ends: tuple[int, ...]
    edits: tuple[_Edit, ...]

    def entity(self, kind: str, value: object, start: int, end: int) -> Entity:
        first, last = self.place(start), self.place(end, is_end=True)
        return Entity(kind, value, self.text[first:last], first, last)

    def is_capitalised(self, start: int) -> bool:
        return self.text[self.place(start)].isupper()

    def place(self, position: int, *, is_end: bool = False) -> int:
        """The place in the typed text; within figures that of their first word, or of the end of the last."""
        index = bisect_left(self.starts, position) - 1 if is_end else bisect_right(self.starts, position) - 1
        if index < 0:
            return position
        edit = self.edits[index]
        if position < self.ends[index] or (is_end and position == self.ends[index]):
            return edit.end if is_end else edit.start
        return position - self.ends[index] + edit.end

    def typed(self, start: int, end: int) -> str:
        return self.text[self.place(start) : self.place(end, is_end=True)]


def in_digits(spans: Spans, *, before: re.Pattern[str] | None = None) -> Spans:
    """The same text with its numbers in figures; the spans themselves where no number is in words.

    With `before` only numbers right before what matches it or after "numéro": "douze rue des Trois Ormes" is a door of
    that street.
    """
    if not _WORTH_A_LOOK.search(spans.folded):
        return spans
    edits = tuple(edit for row in _rows(spans.folded) for edit in _numbers_of(spans.folded, row))
    if before is not None:
        text = spans.folded
        edits = tuple(
            edit for edit in edits if before.match(text, edit.end) or text.endswith(_NUMBER_SIGNS, 0, edit.start)
        )
    return _edited(spans, edits) if edits else spans


def _edited(spans: Spans, edits: tuple[_Edit, ...]) -> InDigits:
    pieces, starts, ends, position, length = [], [], [], 0, 0
    for edit in edits:
        kept = spans.folded[position : edit.start]
        starts.append(length + len(kept))
        ends.append(starts[-1] + len(edit.written))
        pieces += [kept, edit.written]
        position, length = edit.end, ends[-1]
    folded = "".join([*pieces, spans.folded[position:]])
    return InDigits(spans.text, folded, tuple(starts), tuple(ends), edits)


def _rows(text: str) -> Iterator[list[re.Match[str]]]:
    """Words of quantities that stand side by side."""
    row: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if match[0] not in QUANTITY_WORDS and not match[0][0].isdigit():
            continue
        if row and text[row[-1].end() : match.start()] not in _BETWEEN:
            yield row
            row = []
        row.append(match)
    if row:
        yield row


def _numbers_of(text: str, row: list[re.Match[str]]) -> Iterator[_Edit]:
    words = [match[0] for match in row]
    found = list(_read(words))
    beside = {first for (_, end, _), (first, _, _) in pairwise(found) if end == first}
    beside |= {first for (first, end, _), (following, _, _) in pairwise(found) if end == following}
    for first, end, number in found:
        start, stop = row[first].start(), row[end - 1].end()
        if _stands(text, words[first:end], start, is_beside=first in beside) and _is_apart(text, start, stop):
            yield _Edit(start, stop, f"{number}{_unsaid_unit(text, words[end - 1], start, stop)}")


def _read(words: list[str]) -> Iterator[tuple[int, int, int]]:
    """Where each quantity begins and ends among the words, and the number it is."""
    at = 0
    while at < len(words):
        read = None if words[at] in JOINING else read_quantity(words[at : at + LONGEST_QUANTITY])
        if read is not None:
            yield at, at + read[1], read[0]
        at += read[1] if read else 1


def _unsaid_unit(text: str, last: str, start: int, stop: int) -> str:
    """ "dans une quinzaine" counts days without naming them."""
    if last not in _SOME_NOUNS or text[stop : stop + 3] in (" de", " d'"):
        return ""
    return " jours" if _SOME_DAYS.search(text[max(0, start - 20) : start]) else ""


def _stands(text: str, words: list[str], start: int, *, is_beside: bool) -> bool:
    """Whether the words count: an article does beside another number only, and "3 sept" is a day."""
    if len(words) > 1:
        return True
    if words[0] in ONES:
        return is_beside
    if words[0] in ("cents", "mil", "cent") or (words[0] == "sept" and _A_DAY.search(text[max(0, start - 6) : start])):
        return words[0] == "cent"
    return True


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether neither a letter nor a figure touches the words."""
    return not (text[start - 1 : start].isalnum() and start) and not text[end : end + 1].isalnum()
