"""Days and times said that cannot be: off every calendar or clock, gone by, or still to come."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from kit.dates import make_date
from services.words.said import Mention, Said

_LEAP_YEAR = 2028
_MONTHS = 12
_CENTURY = 100
_LEAST_FULL_YEAR = 1000
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/-]|\.\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}) ?(?:h(?![a-z])|:|heures?\b) ?(\d{2})?(?!\d)", re.IGNORECASE)
_LATEST_HOUR, _LATEST_MINUTE = 24, 59
_SHORTEST_LENGTH = 36
"""Hours from which on a length is meant: "sous 48h"."""


def day_of(mention: Mention) -> date | None:
    """The day that a recognised date is; None where its value is none."""
    try:
        return date.fromisoformat(str(mention.value)[:10])
    except ValueError:
        return None


def day_behind(said: Said, mention: Mention) -> date | None:
    """The day as a field of the past means it: a year in two digits is of the century that lies behind."""
    day = day_of(mention)
    if day is None or day <= said.today or not has_year(said, mention, digits=2):
        return day
    return make_date(day.year - _CENTURY, day.month, day.day)


def has_year(said: Said, mention: Mention, *, digits: int | None = None) -> bool:
    """Whether a date was said with its year, in words or figures; with `digits`, in so many (2 or 4)."""
    places = said.words_within(mention.start, mention.end)
    numbers = [said.number_at[at] for at in places if at in said.number_at]
    is_full = any(number >= _LEAST_FULL_YEAR for number in numbers)
    has_month = any(said.words[at].folded in said.lexicon.months for at in places)
    is_full = is_full or re.search(r"(?<!\d)\d{4}(?!\d)", mention.text) is not None  # "12mai1987" is one word
    is_short = len(numbers) >= (2 if has_month else 3) or (has_month and _ends_in_number(said, places))
    return is_full if digits == 4 else (is_short and not is_full) if digits == 2 else is_full or is_short


def _ends_in_number(said: Said, places: range) -> bool:
    """Whether a number stands last, behind a month: "5th of June 29"; its day may be an ordinal."""
    last = len(places) - 1
    return last > 1 and places[last] in said.number_at and said.words[places[last - 1]].folded in said.lexicon.months


def names_impossible_day(said: Said) -> bool:
    """Whether a day is said that no calendar has: "le 31 février", "31/11", "29/02/2027"."""
    return any(not _exists(day, month, year) for day, month, year in _days_said(said))


def _days_said(said: Said) -> Iterator[tuple[int, int, int | None]]:
    for match in _NUMERIC.finditer(said.text):
        day, month = int(match[1]), int(match[3])
        if match[2] == "/" or match[4]:
            swapped = match[4] is not None and month > _MONTHS >= day
            yield (month, day, _year(match[4])) if swapped else (day, month, _year(match[4]))
    months = said.lexicon.months
    for position, (number, end) in said.quantities.items():
        if end < len(said.words) and said.words[end].folded in months and said.is_run(position, end + 1):
            year = said.number_at.get(end + 1)
            yield number, months[said.words[end].folded], year if year and year >= _LEAST_FULL_YEAR else None


def _year(text: str | None) -> int | None:
    return int(text) if text and len(text) == 4 else None


def _exists(day: int, month: int, year: int | None) -> bool:
    return 1 <= month <= _MONTHS and 1 <= day <= monthrange(year or _LEAP_YEAR, month)[1]


def names_impossible_time(said: Said) -> bool:
    """Whether a time is said that no clock shows: "25h", "14h75"."""
    times = ((int(match[1]), int(match[2] or 0)) for match in _CLOCK.finditer(said.text))
    return any(_LATEST_HOUR < hour < _SHORTEST_LENGTH or minute > _LATEST_MINUTE for hour, minute in times)


def is_gone(said: Said, mention: Mention) -> bool:
    """Whether a recognised date lies before today."""
    day = day_of(mention)
    return day is not None and day < said.today
