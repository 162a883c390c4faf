"""Places with a door: their usual week, their exceptions, and when they are open.

Spans are half open: a desk open until noon is closed at noon. Days and times are those of the town.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from kit.calendar import Calendar, SchoolBreak
from kit.wording import Wording
from services.files.town_files import TownModel
from services.texts.terms import Terms
from services.town_hall.city import Phone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
LOOK_AHEAD = 60  # days: whatever is closed for longer has no next opening to promise


class Span(NamedTuple):
    """From opening to closing on one day."""

    start: time
    end: time


def _span(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        start, end = (time.fromisoformat(part.strip().zfill(5)) for part in value.split("-"))
    except ValueError:
        raise ValueError('write a span like "08:30-12:00"') from None
    if start >= end:
        raise ValueError("a span ends after it starts, on the same day")
    return Span(start, end)


Spans = tuple[Annotated[Span, BeforeValidator(_span)], ...]


def _check_order(spans: Sequence[Span]) -> None:
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise ValueError("spans of one day follow each other without overlapping")


def _every_day(value: Any) -> Any:
    """One list of spans means every day of the week."""
    return dict.fromkeys(WEEKDAYS, value) if isinstance(value, list) else value


def _check_week(week: "Week") -> "Week":
    for spans in week.values():
        _check_order(spans)
    return week


Week = Annotated[Mapping[Weekday, Spans], BeforeValidator(_every_day), AfterValidator(_check_week)]
"""The spans of each day of the week; a day left out is closed."""


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class SpecialDays(TownModel):
    """Other hours, or none, from `first` to `last` (one day without `last`), or `during` school holidays.

    `hours` is one list for all days, or one for each day of the week; closed without it.
    """

    first: date | None = None
    last: date | None = None
    during: Annotated[tuple[SchoolBreak, ...], BeforeValidator(_one_or_more)] = ()
    hours: Week = Field(default_factory=dict)
    reason: Wording | None = None

    @model_validator(mode="after")
    def _says_when(self) -> "SpecialDays":
        if (self.first is None) == (not self.during):
            raise ValueError("say either from `first` to `last`, or `during` which school holidays")
        if self.last is not None and (self.first is None or self.last < self.first):
            raise ValueError("the last day comes before the first")
        return self

    @property
    def is_one_day(self) -> bool:
        return self.first is not None and self.last in {None, self.first}

    def covers(self, day: date, calendar: Calendar) -> bool:
        if self.first is None:
            return calendar.school_break(day) in self.during
        return self.first <= day <= (self.last or self.first)


class OpenPlace(TownModel):
    """A place with a door and a telephone."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    synonyms: Terms = Terms()
    address: str
    phone: Phone
    hours: Week
    open_on_holidays: bool = False
    special_days: tuple[SpecialDays, ...] = ()
    note: Wording | None = None

    def name(self, language: str) -> str:
        return self.names.on(language)


def exception_on(place: OpenPlace, day: date, calendar: Calendar) -> SpecialDays | None:
    """The special days in force: those of exactly this day, else none on a public holiday, else the longer ones."""
    exact = next((one for one in place.special_days if one.is_one_day and one.covers(day, calendar)), None)
    if exact is not None or is_closed_holiday(place, day, calendar):
        return exact
    return _longer_exception(place, day, calendar)


def _longer_exception(place: OpenPlace, day: date, calendar: Calendar) -> SpecialDays | None:
    """Special days of several days; those with dates go before those of school holidays."""
    covering = (one for one in place.special_days if not one.is_one_day and one.covers(day, calendar))
    return min(covering, key=lambda one: one.first is None, default=None)


def is_closed_holiday(place: OpenPlace, day: date, calendar: Calendar) -> bool:
    """Whether a public holiday falls on the day and the place keeps it."""
    return not place.open_on_holidays and calendar.holiday(day) is not None


def hours_on(place: OpenPlace, day: date, calendar: Calendar) -> tuple[Span, ...]:
    """The opening spans of a day, exceptions and public holidays counted in."""
    special = exception_on(place, day, calendar)
    if special is None and is_closed_holiday(place, day, calendar):
        return ()
    return _spans((special or place).hours, day)


def week_within(place: OpenPlace, days: Sequence[date], calendar: Calendar) -> dict[Weekday, tuple[Span, ...]]:
    """The hours most days of a stretch keep, by weekday in order; single days and public holidays left out.

    Where as many days keep other hours, those of the time of year count: a week's closure is no new usual week.
    """
    votes: dict[Weekday, Counter[tuple[Span, ...]]] = {}
    for day in sorted(days, key=date.weekday):
        seasonal = (one for one in place.special_days if one.first is None and one.covers(day, calendar))
        week = votes.setdefault(WEEKDAYS[day.weekday()], Counter([_spans(next(seasonal, place).hours, day)]))
        week[_spans((_longer_exception(place, day, calendar) or place).hours, day)] += 1
    return {weekday: counted.most_common(1)[0][0] for weekday, counted in votes.items()}


def _spans(week: Mapping[Weekday, Spans], day: date) -> tuple[Span, ...]:
    return week.get(WEEKDAYS[day.weekday()], ())


def closes_at(place: OpenPlace, moment: datetime, calendar: Calendar) -> datetime | None:
    """When it closes, if it is open at this aware moment; else None."""
    local = calendar.local(moment)
    for start, end in hours_on(place, local.date(), calendar):
        if start <= local.time() < end:
            return calendar.at(local.date(), end)
    return None


def is_open(place: OpenPlace, moment: datetime, calendar: Calendar) -> bool:
    return closes_at(place, moment, calendar) is not None


def next_opening(place: OpenPlace, moment: datetime, calendar: Calendar) -> datetime | None:
    """When it opens next after this aware moment, in the town's zone; None within sixty days of nothing."""
    local = calendar.local(moment)
    for offset in range(LOOK_AHEAD + 1):
        day = local.date() + timedelta(days=offset)
        for start, _ in hours_on(place, day, calendar):
            opening = calendar.at(day, start)
            if opening > moment:
                return opening
    return None
