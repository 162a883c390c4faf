"""Stretches of time: a period of days, hours of a day, a calendar or school year."""

import re
from datetime import date, timedelta

from kit.dates import make_date
from services.declarations.checks import school_year_of
from services.declarations.service_field import ServiceField
from services.kinds.choices import choice_told
from services.kinds.reading import Fault, Outcome, Reading
from services.words.days_in_order import days_said
from services.words.said import Said

_LED_IN = {"week_of": 7, "weekend_of": 2}
"""Days that begin with the one told: "la semaine du 7", "le week-end du 12"."""
_DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}
_CLOCK = r"(\d{1,2})(?: ?h ?(\d{2})?| ?: ?(\d{2}))?"
_BARE_HOURS = re.compile(rf"(?<![\d/]){_CLOCK} ?(?:-|–|à|a|to|until|jusqu'à|et|and) ?{_CLOCK}(?![\d/])", re.IGNORECASE)
_RANGE = re.compile(r"(?<!\d)(20\d{2}) ?[-/–] ?(20\d{2}|\d{2})(?!\d)")
_BARE_DAYS = re.compile(
    r"(?:du |de |from |le |the ){0,2}(\d{1,2})(?:er|st|nd|rd|th)? ?(?:au|to|until|till|-|–|jusqu'au)"
    r" ?(?:le |the )?(\d{1,2})(?:st|nd|rd|th)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def period_answer(field: ServiceField, said: Said) -> Outcome:
    days = days_said(said)
    if not days and (match := _BARE_DAYS.fullmatch(said.without_thanks())):
        return _between_days(said.today, int(match[1]), int(match[2]))
    if not days:
        return _whole_month(said) or (Fault() if any(map(str.isdecimal, said.text)) else None)
    return _period(field, said, days)


def _between_days(today: date, first: int, last: int) -> Outcome:
    """ "du 20 au 27": the next such days, whatever the month."""
    start = _next_day(today, first)
    end = _next_day(start, last) if start else None
    return Reading(f"{start.isoformat()}/{end.isoformat()}") if start and end else Fault(reason="no_such_day")


def _next_day(after: date, day: int) -> date | None:
    """The next day of this number in any month, from a day on."""
    months = ((after.year + (after.month + ahead) // 12, (after.month + ahead) % 12 + 1) for ahead in range(-1, 3))
    days = (make_date(year, month, day) for year, month in months)
    return next((found for found in days if found and found >= after), None)


def _whole_month(said: Said) -> Outcome:
    """ "tout le mois de janvier": the coming one, where one month is said and no day."""
    months = {said.lexicon.months[word.folded] for word in said.words if word.folded in said.lexicon.months}
    if len(months) != 1 or not said.has("whole_month"):
        return None
    month = months.pop()
    first = date(said.today.year + (month < said.today.month), month, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Reading(f"{max(first, said.today).isoformat()}/{last.isoformat()}")


def period_told(field: ServiceField, said: Said) -> Outcome:
    """Two days, or a day and how long: one day alone may be anything."""
    days = days_said(said)
    if len(days) < 2 and not (days and _length(said)):
        return None
    outcome = _period(field, said, days)
    return outcome if isinstance(outcome, Reading) else None


def _period(field: ServiceField, said: Said, days: list[date]) -> Outcome:
    start, end = days[0], days[1] if len(days) > 1 else days[0]
    length = _length(said) or next((days for group, days in _LED_IN.items() if said.has(group)), 0)
    if len(days) == 1 and length:
        end = start + timedelta(days=length - 1)
    if end < start:
        return Fault(reason="end_before_start")
    if field.future and start < said.today:
        return Fault(reason="past_day")
    return Reading(f"{start.isoformat()}/{end.isoformat()}")


def _length(said: Said) -> int:
    """ "pour 3 semaines": the days a duration has; 0 without one."""
    for number, at in said.numbers():
        unit = said.lexicon.units.get(said.words[at + 1].folded) if at + 1 < len(said.words) else None
        if unit in _DAYS_OF and number:
            return number * _DAYS_OF[unit]
    return 0


def hours_answer(field: ServiceField, said: Said) -> Outcome:
    told = hours_told(field, said)
    if told is not None:
        return told
    match = _BARE_HOURS.search(said.text)
    if match is None:
        return choice_told(field, said)
    start, end = _clock(match[1], match[2] or match[3]), _clock(match[4], match[5] or match[6])
    return _hours(start, end) if start and end else Fault()


def hours_told(field: ServiceField, said: Said) -> Outcome:
    """Two times of day: "de 8 h à 18 h 30", "14:00 to midnight"."""
    times = [str(mention.value) for mention in said.found("time")]
    return _hours(times[0], times[1]) if len(times) == 2 else None


def _hours(start: str, end: str) -> Outcome:
    """Midnight ends a day; another end before its start is told back."""
    if end == "00:00":
        end = "24:00"
    return Reading(f"{start}-{end}") if end > start else Fault(reason="end_before_start")


def _clock(hour: str, minute: str | None) -> str | None:
    text = f"{int(hour):02d}:{minute or '00'}"
    return text if int(hour) <= 24 and int(minute or 0) < 60 else None


def year_answer(field: ServiceField, said: Said) -> Outcome:
    picked = said.lone_number()
    offered = years_offered(field, said.today)
    if picked is not None and 1 <= picked <= len(offered):
        return Reading(offered[picked - 1])
    return year_told(field, said)


def year_told(field: ServiceField, said: Said) -> Outcome:
    """ "2026-2027", "2027", "cette année", "la rentrée prochaine"."""
    between = _RANGE.search(said.text)
    if between and field.school:
        return _school_year(int(between[1]))
    first = years_offered(field, said.today)
    for cue, at in (("next", 1), ("this", 0)):
        if cue in field.volunteered and said.has_any(field.volunteered[cue].everywhere()):
            return Reading(first[at])
    dated = [mention for mention in said.found("date") if str(mention.value)[:4] in mention.text]
    year = _YEAR.search(said.text)
    if year is None or any(mention.start <= year.start() < mention.end for mention in dated):
        return None
    return _school_year(int(year[1])) if field.school else Reading(year[1])


def years_offered(field: ServiceField, today: date) -> tuple[str, str]:
    """The year that runs and the other one asked for most: the next school year, the calendar year before."""
    if field.school:
        begins = school_year_of(today)
        return f"{begins}-{begins + 1}", f"{begins + 1}-{begins + 2}"
    return str(today.year), str(today.year - 1)


def _school_year(begins: int) -> Reading:
    return Reading(f"{begins}-{begins + 1}")
