"""The pieces of the patterns for days: names of days and months, years, a day's number in figures or as an ordinal."""

import re
from collections.abc import Callable
from datetime import date

from intents.days import calendar_words as words
from kit.dates import in_century

MONTH = words.spelt(words.MONTHS)
WEEKDAY = words.spelt(words.WEEKDAYS, short=False)
YEAR = r"(?:19|20)\d{2}"
EDGE, END = r"(?<![\w/.-])", r"(?![\w/-])"
_ORDINAL = {
    name: number
    for number, names in enumerate(
        (
            "premier premiere first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ),
        1,
    )
    for name in names.split()
} | {"thirtieth": 30}
_ORDINALS = rf"(?:20|30)[ -](?:{'|'.join(_ORDINAL)})|{'|'.join(sorted(_ORDINAL, key=len, reverse=True))}"
"""The tens stand in figures already: "twenty-first" is "20-first"."""
DAY = rf"(?:{_ORDINALS}|\d{{1,2}}(?:\s?(?:er|st|nd|rd|th|eme))?)"
AFTER_A_DAY = (
    r"(?=\s*(?:[,.!?]|$)| (?:au )?matin| si possible| svp| merci| please"
    r"| (?:a|at|vers|around) \d{1,2} ?(?:h|:|[ap]\.?m))"
)
Reckon = Callable[[re.Match[str], date, bool], date | None]
"""The day that a match means, counted from today; the flag tells whether it lies behind."""


def day_number(text: str) -> int:
    """ "3rd", "1er", "third", "20-first" as numbers."""
    if text[0].isdigit():
        tens, _, unit = text.replace("-", " ").partition(" ")
        return int(re.sub(r"\D", "", tens)) + _ORDINAL.get(unit, 0)
    return _ORDINAL[text]


def in_year(year: str | None, month: int, day: int, today: date, *, past: bool) -> date | None:
    """The day in the year said, or the nearest one."""
    if year:
        return in_century(year.strip("' "), month, day, today, past=past)
    return words.nearest(month, day, today, past=past)
