"""Days in the order they are said, also where one lends its month or year to the one before: "du 3 au 10 mai 2027"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.words.said import Said

_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\d/-])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?")
_LAST_DAY, _CENTURY, _YEAR_DIGITS = 31, 2000, 4


@dataclass(frozen=True, slots=True)
class _Part:
    """A day as far as it is said; `at` is where it stands in the text."""

    at: int
    day: int
    month: int | None = None
    year: int | None = None


def days_said(said: Said) -> list[date]:
    """Every day named, in the order of the text; months and years left out are those of the next one.

    A day without a year is the next to come. Where the interpreter recognised two days or more, it is those.
    """
    known = [day for mention in said.found("date") if (day := _iso(str(mention.value))) is not None]
    if len(known) > 1:
        return known
    parts = list(_lent(sorted(_parts(said), key=lambda part: part.at)))
    found = [(part.at, day) for part in parts if (day := _day(part, said.today)) is not None]
    taken = {at for at, _ in found}
    for mention in said.found("date"):
        is_new = not any(mention.start <= at < mention.end for at in taken)
        if is_new and (day := _iso(str(mention.value))) is not None:
            found.append((mention.start, day))
    return [day for _, day in sorted(found)]


def _parts(said: Said) -> Iterator[_Part]:
    for match in _ISO.finditer(said.text):
        yield _Part(match.start(), int(match[3]), int(match[2]), int(match[1]))
    for match in _NUMERIC.finditer(said.text):
        yield _numeric(match)
    months = said.lexicon.months
    for at, word in enumerate(said.words):
        if word.folded not in months:
            continue
        yield from _around(said, at, months[word.folded])


def _numeric(match: re.Match[str]) -> _Part:
    year = int(match[3]) if match[3] else None
    if year is not None and len(match[3]) < _YEAR_DIGITS:
        year += _CENTURY
    return _Part(match.start(), int(match[1]), int(match[2]), year)


def _around(said: Said, month_at: int, month: int) -> Iterator[_Part]:
    """The day before or behind the name of a month, and the day before that lacks its own: "du 3 au 10 mai"."""
    year_at = month_at + 1
    before = _day_at(said, month_at - 1)
    behind = _day_at(said, month_at + 1) if before is None else None
    if behind is not None:
        year_at += 1
    own = before if before is not None else behind
    if own is None:
        return
    year = _year_at(said, year_at)
    first = month_at - 1 if before is not None else month_at
    lent = _day_at(said, first - 2) if before is not None else None
    has_own = first - 2 > 0 and said.words[first - 2 - 1].folded in said.lexicon.months
    if (
        lent is not None
        and not has_own
        and said.words[first - 1].folded in {"au", "a", "to", "until", "till", "et", "and", "through", "le"}
    ):
        yield _Part(said.words[first - 2].start, lent)
    yield _Part(said.words[first].start, own, month, year)


def _day_at(said: Said, at: int) -> int | None:
    if not 0 <= at < len(said.words):
        return None
    folded = said.words[at].folded
    match = _ORDINAL.fullmatch(folded)
    number = int(match[1]) if match else said.lexicon.numbers.get(folded)
    return number if number is not None and 1 <= number <= _LAST_DAY else None


def _year_at(said: Said, at: int) -> int | None:
    word = said.words[at].folded if at < len(said.words) else ""
    return int(word) if len(word) == _YEAR_DIGITS and word.isdecimal() else None


def _lent(parts: list[_Part]) -> Iterator[_Part]:
    """Each part with the month and year of the next one where it has none."""
    for at, part in enumerate(parts):
        after = parts[at + 1] if at + 1 < len(parts) else None
        month = part.month or (after.month if after else None)
        year = part.year or (after.year if after else None)
        yield replace(part, month=month, year=year)


def _day(part: _Part, today: date) -> date | None:
    try:
        if part.month is None:
            return None
        if part.year is not None:
            return date(part.year, part.month, part.day)
        day = date(today.year, part.month, part.day)
        return day if day >= today - timedelta(days=1) else day.replace(year=today.year + 1)
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
