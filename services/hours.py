"""When the town's services are open: split shifts, public holidays, exceptions; told in every language.

Spans are half open: a desk open until noon is closed at noon. Days and times are those of the town.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from string import Formatter
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from kit import formats
from kit.phones import format_phone
from kit.text import fold
from kit.working_days import PARIS, holiday_name
from services.city import Phone
from services.lexicon import outermost, phrases_pattern
from services.town_files import TownModel
from services.wording import Terms, Wording

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LOOK_AHEAD = 60  # days: whatever is closed for longer has no next opening to promise
MONDAY = date(2026, 1, 5)
_FILLED_IN = {
    "closed_holiday": {"holiday"},
    "today": {"day", "hours"},
    "open_until": {"time"},
    "opens_today": {"time"},
    "opens_next": {"day", "time"},
    "day_range": {"first", "last"},
}


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


class SpecialDays(TownModel):
    """Other hours on some days; none at all where `hours` is empty."""

    first: date
    last: date
    hours: Spans = ()
    reason: Wording | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> "SpecialDays":
        if self.last < self.first:
            raise ValueError("the last day comes before the first")
        _check_order(self.hours)
        return self


class OpenPlace(TownModel):
    """A place with a door and a telephone."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    synonyms: Terms = Terms()
    address: str
    phone: Phone
    hours: Mapping[Weekday, Spans]
    open_on_holidays: bool = False
    special_days: tuple[SpecialDays, ...] = ()
    note: Wording | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> "OpenPlace":
        for spans in self.hours.values():
            _check_order(spans)
        return self

    def name(self, language: str) -> str:
        return self.names.on(language)


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
            known = _FILLED_IN.get(name, set())
            for language, phrase in wording.phrases.items():
                strange = {hole for _, hole, _, _ in Formatter().parse(phrase.text) if hole is not None} - known
                if strange:
                    raise ValueError(f"{name} in {language} fills in {strange.pop()!r}; known are {sorted(known)}")
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
            for match in phrases_pattern((*place.synonyms.everywhere(), *_names(place))).finditer(said)
        ]
        return tuple(self.place(code) for code in dict.fromkeys(code for _, _, code in outermost(found)))

    # --- telling ---

    def today(self, place: OpenPlace, moment: datetime, language: str, zone: str = PARIS) -> str:
        """Today's hours, then until when it is open or when it opens next."""
        today = _local(moment, zone).date()
        told = self.wording.today.on(language).format(
            day=formats.day_and_month(today, language), hours=self.day(place, today, language)
        )
        # "Closed today. It is closed now." says it twice.
        now = self.now(place, moment, language, zone) if hours_on(place, today) else None
        return f"{told} {now or self._next(place, moment, language, zone)}"

    def now(self, place: OpenPlace, moment: datetime, language: str, zone: str = PARIS) -> str:
        """Until when it is open; else that it is closed, and when it opens next."""
        closing = closes_at(place, moment, zone)
        if closing:
            return self.wording.open_until.on(language).format(time=formats.time_of_day(closing, language, zone))
        return f"{self.wording.closed_now.on(language)} {self._next(place, moment, language, zone)}"

    def _next(self, place: OpenPlace, moment: datetime, language: str, zone: str) -> str:
        opening = next_opening(place, moment, zone)
        if opening is None:
            return self.wording.no_opening.on(language)
        clock = formats.time_of_day(opening, language, zone)
        if opening.date() == _local(moment, zone).date():
            return self.wording.opens_today.on(language).format(time=clock)
        return self.wording.opens_next.on(language).format(
            day=formats.day_and_month(opening.date(), language), time=clock
        )

    def day(self, place: OpenPlace, day: date, language: str) -> str:
        """ "8 h 30 à 12 h et 13 h 30 à 17 h", "fermé", "fermé (Noël)"."""
        spans = hours_on(place, day)
        if spans:
            return self._told(spans, language)
        holiday = holiday_name(day, language)
        reason = _special(place, day)
        if reason and reason.reason:
            holiday = reason.reason.on(language)
        if holiday is None:
            return self.wording.closed.on(language)
        return self.wording.closed_holiday.on(language).format(holiday=holiday)

    def week(self, place: OpenPlace, language: str) -> list[tuple[str, str]]:
        """The usual week as (days, hours), days alike put together: ("lundi à vendredi", "8 h 30 à 12 h")."""
        days = [(index, place.hours.get(weekday, ())) for index, weekday in enumerate(WEEKDAYS)]  # type: ignore[call-overload]
        lines = []
        for spans, group in groupby(days, key=lambda item: item[1]):
            indexes = [index for index, _ in group]
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


def _names(place: OpenPlace) -> Iterator[str]:
    return (phrase.text for phrase in place.names.phrases.values())


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def _special(place: OpenPlace, day: date) -> SpecialDays | None:
    return next((item for item in place.special_days if item.first <= day <= item.last), None)


def hours_on(place: OpenPlace, day: date) -> tuple[Span, ...]:
    """The opening spans of a day, exceptions and public holidays counted in."""
    special = _special(place, day)
    if special is not None:
        return special.hours
    if not place.open_on_holidays and holiday_name(day):
        return ()
    return place.hours.get(WEEKDAYS[day.weekday()], ())  # type: ignore[call-overload, no-any-return]


def closes_at(place: OpenPlace, moment: datetime, zone: str = PARIS) -> datetime | None:
    """When it closes, if it is open at this aware moment; else None."""
    local = _local(moment, zone)
    for start, end in hours_on(place, local.date()):
        if start <= local.time() < end:
            return datetime.combine(local.date(), end, ZoneInfo(zone))
    return None


def is_open(place: OpenPlace, moment: datetime, zone: str = PARIS) -> bool:
    return closes_at(place, moment, zone) is not None


def next_opening(place: OpenPlace, moment: datetime, zone: str = PARIS) -> datetime | None:
    """When it opens next after this aware moment, in the town's zone; None within sixty days of nothing."""
    local = _local(moment, zone)
    for offset in range(LOOK_AHEAD + 1):
        day = local.date() + timedelta(days=offset)
        for start, _ in hours_on(place, day):
            opening = datetime.combine(day, start, ZoneInfo(zone))
            if opening > moment:
                return opening
    return None
