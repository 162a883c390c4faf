"""Several days that share a month: "les 24 et 31 décembre", "du 3 au 5 mars", "December 24 and 31"."""

import re
from collections.abc import Iterator
from datetime import date

from intents.days import calendar_words as words
from intents.days.day_patterns import DAY, EDGE, END, MONTH, YEAR, day_number, in_year

_LINK = r"(?:,? (?:et|ou|au|and|or|to) |, |-| - |/)(?:le |the )?"
_LIST = re.compile(rf"{EDGE}({DAY}(?:{_LINK}{DAY}){{1,6}})(?: of)? ({MONTH})(?![a-z])\.?(?:,? (?:de )?({YEAR}))?{END}")
_MONTH_FIRST = re.compile(
    rf"{EDGE}({MONTH})\.? ({DAY}(?:{_LINK}{DAY}){{1,6}})(?:,? ({YEAR}))?{END}(?! ?(?:h\b|:|heures))"
)
_DAY = re.compile(DAY)


def find_lists(text: str, today: date, is_past: re.Pattern[str]) -> Iterator[tuple[date, int, int]]:
    """Each day of each list, with its place; the last one takes the month with it. A list with no day there gives none.

    `is_past` tells by what stands before a list whether its days lie behind.
    """
    for match in _LIST.finditer(text):
        yield from _days(match, 1, match[2], match[3], today, is_past)
    for match in _MONTH_FIRST.finditer(text):
        yield from _days(match, 2, match[1], match[3], today, is_past)


def _days(
    match: re.Match[str], group: int, month: str, year: str | None, today: date, is_past: re.Pattern[str]
) -> Iterator[tuple[date, int, int]]:
    places = list(_DAY.finditer(match.string, match.start(group), match.end(group)))
    past = is_past.search(match.string, max(0, match.start() - 40), match.start()) is not None
    read = (in_year(year, words.MONTHS[month], day_number(place[0]), today, past=past) for place in places)
    found = [day for day in read if day]
    if len(found) < len(places):
        return
    for at, (day, place) in enumerate(zip(found, places, strict=True)):
        first = match.start() if at == 0 and group == 2 else place.start()
        yield day, first, match.end() if at == len(places) - 1 else place.end()
