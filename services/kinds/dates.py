"""Kinds of field answered by a day: a date, and a preferred moment."""

import re
from datetime import date

from kit.dates import in_century, make_date
from services.declarations.declaration import ServiceField
from services.kinds.reading import Fault, Outcome, Reading, is_denied, positive, positive_numbers
from services.words.days_said import (
    day_behind,
    day_of,
    has_year,
    is_gone,
    names_impossible_day,
    names_impossible_time,
)
from services.words.said import Mention, Said

_OLDEST_YEAR = 1880
_MONTHS = 12
_MOST_SHORT_YEAR = 99
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?!\d)")
_WORDED_DATE = re.compile(r"(?<!\S)(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]+) (\d{4})(?!\S)")
_GLUED_DATE = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
_GLUED_SHORT_DATE = re.compile(r"\D*(\d{2})(\d{2})(\d{2})\D*")
_BARE_DAY = re.compile(r"(?:le )?(\d{1,2})[ .\-](\d{1,2})")
_BARE_DATE = re.compile(r"(?<!\S)(\d{1,2})(?: du| de)? (\d{1,2})(?: de)? (\d{4}|\d{2})(?!\S)")


def date_answer(field: ServiceField, said: Said) -> Outcome:
    mentions = positive(said, said.found("date"))
    day = _written_date(said) or (_meant(field, said, mentions[-1]) if mentions else None)
    day = day or _answered_date(field, said)
    if day is not None:
        return _plausible(field, day, said.today)
    if names_impossible_day(said):
        return Fault(reason="no_such_day")
    return Fault() if any(character.isdecimal() for character in said.text) else None


def date_told(field: ServiceField, said: Said) -> Outcome:
    """A date said in full, year included: "lundi" is no date of birth."""
    written = _written_date(said)
    days = [written] if written is not None else [day for _, day in full_dates(field, said)]
    outcomes = (_plausible(field, day, said.today) for day in reversed(days))
    return next((outcome for outcome in outcomes if isinstance(outcome, Reading)), None)


def full_dates(field: ServiceField, said: Said) -> list[tuple[int, date]]:
    """The dates said in full with their places in the text; of those to come the year may be left out."""
    mentions = positive(said, said.found("date"))
    full = [mention for mention in mentions if has_year(said, mention) or (field.future and _has_digit(mention))]
    return [(mention.start, day) for mention in full if (day := _meant(field, said, mention)) is not None]


def _has_digit(mention: Mention) -> bool:
    """ "le 12 décembre" is a day to come; "samedi" may be any."""
    return any(map(str.isdecimal, mention.text))


def date_corrected(field: ServiceField, said: Said, known: str) -> Outcome:
    """The known date with the one other year or month that is said."""
    day = date.fromisoformat(known)
    numbers = positive_numbers(said)
    years = {number for number, _ in numbers if _OLDEST_YEAR <= number <= said.today.year} - {day.year}
    months = {
        said.lexicon.months[word.folded]
        for position, word in enumerate(said.words)
        if word.folded in said.lexicon.months and not is_denied(said, position)
    } - {day.month}
    if len(years) > 1 or len(months) > 1 or not (years or months):
        return None
    changed = make_date((years or {day.year}).pop(), (months or {day.month}).pop(), day.day)
    return _plausible(field, changed, said.today) if changed else Fault(reason="no_such_day")


def _meant(field: ServiceField, said: Said, mention: Mention) -> date | None:
    return day_behind(said, mention) if field.past else day_of(mention)


def _written_date(said: Said) -> date | None:
    """The one date with its year in four figures."""
    months = said.lexicon.months
    worded = [(day, months[month], year) for day, month, year in _WORDED_DATE.findall(said.folded) if month in months]
    dates = [*_NUMERIC_DATE.findall(said.text), *worded]
    if len(dates) != 1:
        return None
    day, month, year = (int(part) for part in dates[0])
    if month > _MONTHS >= day:  # "05/13/1980" can only be meant the American way; the summary spells the month
        day, month = month, day
    return make_date(year, month, day)


def _answered_date(field: ServiceField, said: Said) -> date | None:
    """ "12051984", "12 05 84", "le 7 du 10 61", as an answer only: they may be many things."""
    match = _GLUED_DATE.search(said.text) or _BARE_DATE.search(said.folded)
    match = match or (_GLUED_SHORT_DATE.fullmatch(said.text) if field.past else None)
    if match is None:
        return _in_words(said) if field.past else _answered_day(field, said)
    return in_century(match[3], int(match[2]), int(match[1]), said.today, past=field.past)


def _in_words(said: Said) -> date | None:
    """ "deux six trente-huit": three numbers and nothing else."""
    numbers = [number for number, _ in said.quantities.values()]
    covered = sum(end - first for first, (_, end) in said.quantities.items())
    if len(numbers) != 3 or covered < len(said.words) or max(numbers) > _MOST_SHORT_YEAR:
        return None
    return in_century(f"{numbers[2]:02d}", numbers[1], numbers[0], said.today, past=True)


def _answered_day(field: ServiceField, said: Said) -> date | None:
    """ "12 12", the next such day; of the past a year is wanted."""
    match = None if field.past else _BARE_DAY.fullmatch(said.without_thanks())
    if match is None:
        return None
    days = (make_date(year, int(match[2]), int(match[1])) for year in (said.today.year, said.today.year + 1))
    return next((day for day in days if day is not None and day >= said.today), None)


def _plausible(field: ServiceField, day: date, today: date) -> Outcome:
    if field.past and day > today:
        return Fault(reason="future_day")
    if field.past and day.year < _OLDEST_YEAR:
        return Fault()
    if field.future and day < today:
        return Fault(reason="past_day")
    return Reading(day.isoformat())


def slot_answer(field: ServiceField, said: Said) -> Outcome:
    slot = said.without_thanks()
    if not slot:
        return None
    if names_impossible_day(said):
        return Fault(reason="no_such_day")
    if names_impossible_time(said):
        return Fault(reason="no_such_time")
    days = positive(said, said.found("date"))
    if days and all(is_gone(said, day) for day in days):
        return Fault(reason="past_day")
    return Reading(slot, sure=slot_told(field, said) is not None)


def slot_told(field: ServiceField, said: Said) -> Outcome:
    """The stretch of words that tells a day or a time of day to come: "mardi prochain au matin"."""
    gone = {at for mention in said.found("date") if is_gone(said, mention) for at in _words_of(said, mention)}
    positions = {at for group in ("weekday", "day_part") for span in said.group_spans(group) for at in range(*span)}
    if "moment" in field.volunteered:
        positions.update(at for span in said.spans(field.volunteered["moment"].everywhere()) for at in range(*span))
    for mention in said.found("date", "time"):
        positions.update(_words_of(said, mention))
    positions -= gone
    if not positions or names_impossible_day(said) or names_impossible_time(said):
        return None
    first = min(positions)
    last = first
    while following := [at for at in range(last + 1, last + 4) if at in positions]:
        last = following[-1]
    return Reading(said.slice(first, last + 1))


def _words_of(said: Said, mention: Mention) -> range:
    return said.words_within(mention.start, mention.end)
