"""Dates as people say them, French and English, day before month; values are ISO dates.

A number range, a habit ("le lundi", "on Mondays") or a street name holds no date.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from intents import calendar_words as words
from intents.contract import Entity
from intents.numbers import NUMBER, WORDS, value
from intents.spans import Spans

_MONTH = words.spelt(words.MONTHS)
_DAY = words.spelt(words.WEEKDAYS, short=False)
_ANY_DAY = words.spelt(words.WEEKDAYS)
_YEAR = r"(?:19|20)\d{2}"
_EDGE, _END = r"(?<![\w/.-])", r"(?![\w/-])"
_WHOLE_MONTH = "|".join(name for name in _MONTH.split("|") if name not in words.SHORT_FORMS | {"sept", "may"})
"""Said after a day in words: "deux sept" reads digits aloud, "one may" asks."""
_AFTER_A_DAY = r"(?=\s*(?:[,.!?]|$)| (?:au )?matin| si possible| svp| merci| please)"
_LED_BY = rf"(?:(?:{_ANY_DAY})\.?,? (?:le |the )?)?"
_Reckon = Callable[[re.Match[str], date, bool], date | None]


def _iso(match: re.Match[str], today: date, past: bool) -> date | None:
    return words.make_date(int(match[1]), int(match[2]), int(match[3]))


def _numeric(match: re.Match[str], today: date, past: bool) -> date | None:
    return words.make_date(words.full_year(match[3], today), int(match[2]), int(match[1]))


def _numeric_without_year(match: re.Match[str], today: date, past: bool) -> date | None:
    return words.nearest(int(match[2]), int(match[1]), today, past=past)


def _day_first(match: re.Match[str], today: date, past: bool) -> date | None:
    return _in_year(match[3], words.MONTHS[match[2]], int(match[1]), today, past)


def _day_in_words(match: re.Match[str], today: date, past: bool) -> date | None:
    day = 1 if match[1] in ("premier", "first") else value(match[1])
    return _in_year(match[3], words.MONTHS[match[2]], day, today, past)


def _day_alone(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "le 3", as an answer: the next such day."""
    days = (words.months_later(today.replace(day=1), ahead) for ahead in range(13))
    dates = (words.make_date(month.year, month.month, int(match[1])) for month in days)
    return next((found for found in dates if found and found >= today), None)


def _month_first(match: re.Match[str], today: date, past: bool) -> date | None:
    return _in_year(match[3], words.MONTHS[match[1]], int(match[2]), today, past)


def _in_year(year: str | None, month: int, day: int, today: date, past: bool) -> date | None:
    if year:
        return words.make_date(words.full_year(year.lstrip("'"), today), month, day)
    return words.nearest(month, day, today, past=past)


def _shifted(days: int) -> _Reckon:
    return lambda match, today, past: today + timedelta(days=days)


def _in_so_long(match: re.Match[str], today: date, past: bool) -> date | None:
    return _after(today, value(match[1]), match[2])


def _so_long_ago(match: re.Match[str], today: date, past: bool) -> date | None:
    return _after(today, -value(match[1]), match[2])


def _after(today: date, count: int, unit: str) -> date | None:
    if abs(count) > 1000:
        return None
    if unit[0] in "jd":
        return today + timedelta(days=count)
    if unit[0] in "sw":
        return today + timedelta(weeks=count)
    return words.months_later(today, count * (12 if unit[0] in "ay" else 1))


def _weekday_later(weeks: int) -> _Reckon:
    return lambda match, today, past: words.coming(words.WEEKDAYS[match[1]], today, weeks_more=weeks)


def _weekday(match: re.Match[str], today: date, past: bool) -> date | None:
    weekday = words.WEEKDAYS[match[1]]
    return words.last(weekday, today) if past else words.coming(weekday, today)


def _weekday_and_day(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "lundi 23": the next month whose 23rd is a Monday."""
    for ahead in range(13):
        month = words.months_later(today.replace(day=1), ahead)
        found = words.make_date(month.year, month.month, int(match[2]))
        if found and found >= today and found.weekday() == words.WEEKDAYS[match[1]]:
            return found
    return None


_UNITS = r"(jours?|semaines?|mois|ans?|days?|weeks?|months?|years?)"
_RULES: tuple[tuple[re.Pattern[str], _Reckon], ...] = tuple(
    (re.compile(_EDGE + pattern + _END), reckon)
    for pattern, reckon in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", _iso),
        (rf"{_LED_BY}(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})\s?[/.-]\s?({_YEAR}|\d{{2}})", _numeric),
        (rf"(\d{{2}}) (\d{{2}}) ({_YEAR})", _numeric),
        (
            rf"{_LED_BY}(\d{{1,2}})(?:er|st|nd|rd|th|eme)?(?: of)?[ -]({_MONTH})\.?"
            rf"(?:[ ,-]{{1,2}}({_YEAR}|'\d{{2}}|\d{{2}}(?= ?$)))?",
            _day_first,
        ),
        (
            rf"{_LED_BY}({_MONTH})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?:,? ({_YEAR}))?(?! ?(?:h\b|:|heures))",
            _month_first,
        ),
        (rf"{_LED_BY}(premier|first|{WORDS})(?: of)? ({_WHOLE_MONTH})(?: ({_YEAR}))?", _day_in_words),
        (
            rf"(?<=^)(?:(?:pour|vers|avant|plutot|on) )?(?:le|the) (\d{{1,2}})(?:er|st|nd|rd|th)?{_AFTER_A_DAY}",
            _day_alone,
        ),
        (r"(?:le |the |du |au |on )(\d{1,2})/(\d{1,2})", _numeric_without_year),
        (r"(\d{1,2})/(\d{1,2})(?=\s*$)", _numeric_without_year),
        (r"apres[ -]?demain|day after tomorrow", _shifted(2)),
        (r"avant[ -]?hier|day before yesterday", _shifted(-2)),
        (r"demain en huit|a week tomorrow|tomorrow week", _shifted(8)),
        (r"demain en quinze", _shifted(15)),
        (r"demain|dem1|2main|tomorrow|tmrw|tomorow", _shifted(1)),
        (r"hier|yesterday", _shifted(-1)),
        (
            r"aujourd'?hui|aujourd hui|auj|ajd|today|tonight|ce (?:matin|soir|midi)|cet(?:te)? (?:apres[ -]?midi|nuit)"
            r"|this (?:morning|afternoon|evening)",
            _shifted(0),
        ),
        (rf"({_DAY}) en huit|({_DAY}) week|a week on ({_DAY})", lambda m, t, p: _named(m, t, 1)),
        (rf"({_DAY}) en quinze", _weekday_later(2)),
        (rf"({_DAY}) (?:dernier|passe)|last ({_DAY})", lambda m, t, p: words.last(words.WEEKDAYS[m[1] or m[2]], t)),
        (
            rf"({_DAY}) (?:le )?(\d{{1,2}})(?:st|nd|rd|th)?(?! ?(?:h|:|heures?|rue|bis|ter|avenue|place|,))",
            _weekday_and_day,
        ),
        (rf"(?:ce |cette |this |next |on |by )?({_DAY})(?: (?:prochain|qui vient|next))?", _weekday),
        (rf"(?:dans|d'ici|in|within) ({NUMBER}) {_UNITS}", _in_so_long),
        (rf"({NUMBER}) {_UNITS} from (?:now|today)", _in_so_long),
        (rf"il y a ({NUMBER}) {_UNITS}", _so_long_ago),
        (rf"({NUMBER}) {_UNITS} ago", _so_long_ago),
    )
)


def _named(match: re.Match[str], today: date, weeks: int) -> date:
    name = next(group for group in match.groups() if group)
    return words.coming(words.WEEKDAYS[name], today, weeks_more=weeks)


_WORTH_A_LOOK = re.compile(
    rf"\d|{_DAY}|{_MONTH}|demain|hier|jour|semaine|mois|\bans?\b|ajd|\bauj|ce (?:matin|soir|midi)|cet|day|week"
    r"|month|year|tonight|tomor|tmrw|this (?:m|a|e)"
)
_PAST_CUE = re.compile(
    r"\b(?:depuis|since|nee?|born|etait|date de naissance|signale[es]?|reported|decede[es]?|died|marie[es]?|married)"
    r"(?: (?:le|la|du|the|on|last|ce|au))*\s*$"
)
_HABIT = re.compile(r"\b(?:le|les|tous les|chaque|every|each|du|au|et|ou|and|or)\s+$")
_RANGE_OF_DAYS = re.compile(rf"^\s*(?:au|to|-|et|ou|and|or)\s+(?:le\s+)?(?:{_DAY})\b")


def find_dates(spans: Spans, today: date) -> Iterator[Entity]:
    """All dates, later rules giving way to earlier ones where they overlap."""
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    taken: list[tuple[int, int]] = []
    for pattern, reckon in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            if reckon is _weekday and _is_habit(text, match):
                continue
            found = reckon(match, today, _PAST_CUE.search(text, max(0, start - 40), start) is not None)
            if found:
                taken.append((start, end))
                start = _without_article(text, start)
                yield spans.entity("date", found.isoformat(), start, end)


def _without_article(text: str, start: int) -> int:
    article = re.compile(r"(?:le|the|du|au|on|ce|by) ").match(text, start)
    return article.end() if article else start


def _is_habit(text: str, match: re.Match[str]) -> bool:
    """ "le lundi", "tous les samedis", "du lundi au vendredi": every week, no day in particular."""
    said = match[0]
    if said.startswith(("next ", "this ", "ce ")) or said.endswith(("prochain", "qui vient", " next")):
        return False
    before = _HABIT.search(text, max(0, match.start() - 12), match.start())
    return before is not None or _RANGE_OF_DAYS.match(text[match.end() : match.end() + 24]) is not None
