"""Days told by their month: "le deuxième samedi de janvier", "le 3 du mois prochain", "the last day of the year"."""

import re
from datetime import date

from intents.days import calendar_words as words
from intents.days.day_patterns import AFTER_A_DAY, DAY, MONTH, WEEKDAY, YEAR, Reckon, day_number, in_year
from kit.dates import make_date

_MONTH_BESIDE = r"(mois prochain|next month|ce mois(?:-ci)?|mois en cours|this month|mois dernier|last month)"
_WHICH_WEEKDAY = {
    word: number
    for number, said in (
        (0, "1er 1ere 1st premier premiere first"),
        (1, "2e 2eme 2nd deuxieme second seconde"),
        (2, "3e 3eme 3rd troisieme third"),
        (3, "4e 4eme 4th quatrieme fourth"),
        (-1, "dernier derniere last"),
    )
    for word in said.split()
}
_NTH = "|".join(sorted(_WHICH_WEEKDAY, key=len, reverse=True))
ORDINAL_BEFORE = re.compile(r"\b(?:premier|deuxieme|second|troisieme|quatrieme|cinquieme|first|third|fourth|fifth) $")
"""Before a weekday of a month that is not told."""
_IN_MONTH = (
    r"(?:(?:de|d'|du|of|in|en|the)\s?){0,2}(?:mois de )?"
    rf"(?:(?P<month>{MONTH})(?![a-z])(?: (?P<year>{YEAR}))?"
    r"|(?P<beside>mois prochain|next month|ce mois(?:-ci)?|mois|this month|month))"
)
_LAST_OF = (
    r"(?:(?:de|du|of)\s|d'){0,2}"
    r"(?P<of>l'annee|l'an|the year|this year|cette annee|mois prochain|next month|mois|the month|this month"
    rf"|(?:{MONTH})(?![a-z]))"
)


def _weekday_of_month(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "le deuxième samedi de janvier", "the last Friday of the month": in the month meant or the next one."""
    which, day = _WHICH_WEEKDAY[match["which"]], words.WEEKDAYS[match["day"]]
    found = (words.weekday_in(month, day, which) for month in _months_meant(match, today))
    days = [each for each in found if each]
    return next((each for each in days if each >= today), days[0] if match["year"] and days else None)


def _months_meant(match: re.Match[str], today: date) -> list[date]:
    """The first days of the months that may be meant, the nearest first."""
    first = today.replace(day=1)
    if match["beside"]:
        ahead = 1 if match["beside"] in ("mois prochain", "next month") else 0
        return [words.months_later(first, ahead)]
    month = words.MONTHS[match["month"]]
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    return [date(year, month, 1) for year in years]


def _last_day(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "le dernier jour de l'année", "the last day of February"."""
    said = match["of"]
    if said in words.MONTHS:
        months = (date(year, words.MONTHS[said], 1) for year in (today.year, today.year + 1))
        return next(day for month in months if (day := words.end_of_month(month)) >= today)
    if said.startswith(("l'an", "the y", "this y", "cette an")):
        return date(today.year, 12, 31)
    return words.end_of_month(words.months_later(today.replace(day=1), 1 if said.startswith(("mois p", "next")) else 0))


def _day_in_month(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "fin décembre, le 28": the month before its day."""
    return in_year(match["year"], words.MONTHS[match["month"]], day_number(match["day"]), today, past=past)


def _day_of_month_beside(match: re.Match[str], today: date, past: bool) -> date | None:
    said = match[2]
    ahead = 1 if said in ("mois prochain", "next month") else -1 if said in ("mois dernier", "last month") else 0
    month = words.months_later(today.replace(day=1), ahead)
    return make_date(month.year, month.month, day_number(match[1]))


COUNTED_DAYS: tuple[tuple[str, Reckon], ...] = (
    (rf"(?P<which>{_NTH}) (?P<day>{WEEKDAY}) {_IN_MONTH}", _weekday_of_month),
    (rf"(?:dernier jour|last day) {_LAST_OF}", _last_day),
)
"""Days counted within their month; they go before the weekday alone."""
DAYS_BESIDE_A_MONTH: tuple[tuple[str, Reckon], ...] = (
    (
        rf"(?P<month>{MONTH})(?![a-z])(?: (?P<year>{YEAR}))?,? (?:plutot )?(?:le|the) (?P<day>{DAY}){AFTER_A_DAY}",
        _day_in_month,
    ),
    (rf"({DAY}) (?:du |de |of )?{_MONTH_BESIDE}", _day_of_month_beside),
)
"""A day in figures beside a month; they go after the day with its own month: "12 décembre"."""
