"""When the town's places are open, told in every language: today, now, a day, the usual week, school holidays."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from pydantic import Field, model_validator

from kit import formats
from kit.calendar import Calendar
from kit.phones import format_phone
from kit.text import fold
from kit.wording import Wording
from services.files.town_files import TownModel
from services.town_hall.open_places import (
    WEEKDAYS,
    OpenPlace,
    Span,
    Weekday,
    closes_at,
    exception_on,
    hours_on,
    next_opening,
    week_within,
)
from services.words.lexicon import outermost, phrases_pattern

MONDAY = date(2026, 1, 5)
_FILLED_IN = {
    "closed_holiday": frozenset({"holiday"}),
    "today": frozenset({"day", "hours"}),
    "open_until": frozenset({"time"}),
    "opens_today": frozenset({"time"}),
    "opens_next": frozenset({"day", "time"}),
    "day_range": frozenset({"first", "last"}),
}


class HoursWording(TownModel):
    """How hours are told; `{names}` are filled in."""

    closed: Wording
    closed_holiday: Wording
    today: Wording
    open_until: Wording
    closed_now: Wording
    opens_today: Wording
    opens_next: Wording
    no_opening: Wording
    day_range: Wording

    @model_validator(mode="after")
    def _fills_in_what_is_known(self) -> "HoursWording":
        for name, wording in self:
            for strange in wording.strange_values(_FILLED_IN.get(name, frozenset())):
                raise ValueError(f"{name}: {strange}")
        return self


class OpeningHours(TownModel):
    """All places, and the words to tell their hours."""

    wording: HoursWording
    places: tuple[OpenPlace, ...] = Field(min_length=1)

    def place(self, code: str) -> OpenPlace:
        """Raises KeyError for an unknown code."""
        for place in self.places:
            if place.code == code:
                return place
        raise KeyError(code)

    def named_in(self, text: str) -> tuple[OpenPlace, ...]:
        """The places a text names, in its order, by their longest names; several where they share one."""
        said = fold(text)
        found = [
            (match.start(), match.end(), place.code)
            for place in self.places
            for match in phrases_pattern((*place.synonyms.everywhere(), *place.names.everywhere())).finditer(said)
        ]
        return tuple(self.place(code) for code in dict.fromkeys(code for _, _, code in outermost(found)))

    def today(self, place: OpenPlace, moment: datetime, language: str, calendar: Calendar) -> str:
        """Today's hours, then until when it is open or when it opens next."""
        today = calendar.local(moment).date()
        told = self.wording.today.on(language).format(
            day=formats.day_and_month(today, language), hours=self.day(place, today, language, calendar)
        )
        # "Closed today. It is closed now." says it twice.
        now = self.now(place, moment, language, calendar) if hours_on(place, today, calendar) else None
        return f"{told} {now or self._next(place, moment, language, calendar)}"

    def now(self, place: OpenPlace, moment: datetime, language: str, calendar: Calendar) -> str:
        """Until when it is open; else that it is closed, and when it opens next."""
        closing = closes_at(place, moment, calendar)
        if closing:
            clock = formats.time_of_day(closing, language, calendar.zone)
            return self.wording.open_until.on(language).format(time=clock)
        return f"{self.wording.closed_now.on(language)} {self._next(place, moment, language, calendar)}"

    def _next(self, place: OpenPlace, moment: datetime, language: str, calendar: Calendar) -> str:
        opening = next_opening(place, moment, calendar)
        if opening is None:
            return self.wording.no_opening.on(language)
        clock = formats.time_of_day(opening, language, calendar.zone)
        if opening.date() == calendar.local(moment).date():
            return self.wording.opens_today.on(language).format(time=clock)
        return self.wording.opens_next.on(language).format(
            day=formats.day_and_month(opening.date(), language), time=clock
        )

    def day(self, place: OpenPlace, day: date, language: str, calendar: Calendar) -> str:
        """ "8 h 30 à 12 h et 13 h 30 à 17 h", "fermé", "fermé (Noël)"."""
        spans = hours_on(place, day, calendar)
        if spans:
            return self._told(spans, language)
        special = exception_on(place, day, calendar)
        why = special.reason.on(language) if special and special.reason else calendar.holiday(day, language)
        if why is None:
            return self.wording.closed.on(language)
        return self.wording.closed_holiday.on(language).format(holiday=why)

    def week(self, place: OpenPlace, language: str) -> list[tuple[str, str]]:
        """The usual week as (days, hours), days alike put together: ("lundi à vendredi", "8 h 30 à 12 h")."""
        return self._lines({weekday: place.hours.get(weekday, ()) for weekday in WEEKDAYS}, language)

    def exceptions(self, place: OpenPlace, today: date, language: str, calendar: Calendar) -> list[tuple[str, str]]:
        """Of the seven days from today those unlike the usual week: ("vendredi 25 décembre", "fermé (Noël)")."""
        days = [today + timedelta(days=offset) for offset in range(len(WEEKDAYS))]
        odd = [day for day in days if hours_on(place, day, calendar) != place.hours.get(WEEKDAYS[day.weekday()], ())]
        told = [(day, self.day(place, day, language, calendar)) for day in odd]
        return [(formats.days_in_a_row(run, language), hours) for run, hours in _runs(told)]

    def stretch(
        self, place: OpenPlace, first: date, last: date, language: str, calendar: Calendar
    ) -> list[tuple[str, str]]:
        """The hours from one day to another: its usual week as (days, hours), then the days that differ from it."""
        days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
        week = week_within(place, days, calendar)
        odd = [day for day in days if hours_on(place, day, calendar) != week[WEEKDAYS[day.weekday()]]]
        told = [(day, self.day(place, day, language, calendar)) for day in odd]
        return [
            *self._lines(week, language),
            *((formats.days_in_a_row(run, language), hours) for run, hours in _runs(told)),
        ]

    def _lines(self, week: Mapping[Weekday, Sequence[Span]], language: str) -> list[tuple[str, str]]:
        lines = []
        for spans, group in groupby(week.items(), key=lambda item: item[1]):
            indexes = [WEEKDAYS.index(weekday) for weekday, _ in group]
            lines.append((self._days(indexes, language), self._told(spans, language)))
        return lines

    def usual(self, place: OpenPlace, weekday: Weekday, language: str) -> str:
        """The hours of any such day of the week, exceptions left out."""
        return self._told(place.hours.get(weekday, ()), language)

    def _days(self, indexes: list[int], language: str) -> str:
        first, last = (formats.weekday(MONDAY + timedelta(days=index), language) for index in (indexes[0], indexes[-1]))
        if len(indexes) == 1:
            return first
        if len(indexes) == 2:
            return formats.join_all([first, last], language)
        return self.wording.day_range.on(language).format(first=first, last=last)

    def _told(self, spans: Sequence[Span], language: str) -> str:
        if not spans:
            return self.wording.closed.on(language)
        return formats.join_all([formats.time_span(start, end, language) for start, end in spans], language)

    def contact(self, place: OpenPlace, language: str) -> str:
        """Name, address and telephone on one line."""
        return f"{place.name(language)}, {place.address}, {format_phone(place.phone, language)}"


def weekday_name(weekday: Weekday, language: str) -> str:
    """ "lundi", "Monday"."""
    return formats.weekday(MONDAY + timedelta(days=WEEKDAYS.index(weekday)), language)


def _runs(told: Sequence[tuple[date, str]]) -> list[tuple[list[date], str]]:
    """Days in a row of which the same is told, put together."""
    runs: list[tuple[list[date], str]] = []
    for day, hours in told:
        if runs and runs[-1][1] == hours and day - runs[-1][0][-1] == timedelta(days=1):
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return runs
