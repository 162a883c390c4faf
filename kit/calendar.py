"""The calendar of one French town: its zone, its public holidays, its working days and its school holidays.

The days come from the `holidays` library, which knows the public holidays of every French department and
collectivity, and the school holidays of the zones A, B and C as far as the ministry has published them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
SchoolZone = Literal["A", "B", "C"]
SchoolBreak = Literal["autumn", "christmas", "winter", "spring", "ascension", "summer"]
SCHOOL_BREAKS: tuple[SchoolBreak, ...] = get_args(SchoolBreak)

_SATURDAY = 5
_LANGUAGES = {"fr": "fr", "en": "en_US"}
_SUBDIVISIONS = {
    **dict.fromkeys(("57", "moselle"), "57"),
    **dict.fromkeys(("67", "68", "alsace"), "6AE"),
    **{code: code for code in ("971", "972", "973", "974", "976")},
    **{"975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"},
}
"""Departments and collectivities with days off of their own, by number, and what the library calls them."""
_BREAKS = {
    "Vacances de la Toussaint": "autumn",
    "Vacances de Noël": "christmas",
    "Vacances d'hiver": "winter",
    "Vacances de printemps": "spring",
    "Pont de l'Ascension": "ascension",
    "Vacances d'été": "summer",
}
_A_YEAR = 366


def is_department(code: str) -> bool:
    """Whether a code is that of a French department or overseas collectivity: "67", "2A", "974"."""
    metropolitan = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}
    return code in metropolitan or code in _SUBDIVISIONS


@lru_cache(maxsize=64)
def _public_holidays(year: int, language: str, subdivision: str | None) -> dict[date, str]:
    import holidays

    found = holidays.country_holidays(
        "FR", subdiv=subdivision, years=year, language=_LANGUAGES.get(language, _LANGUAGES["en"])
    )
    return dict(found.items())


@lru_cache(maxsize=16)
def _school_days_off(year: int, zone: str) -> dict[date, str]:
    import holidays

    found = holidays.country_holidays("FR", subdiv=f"Zone {zone}", years=year, categories=("school",), language="fr")
    return dict(found.items())


def local_date(moment: datetime, zone: str) -> date:
    """The calendar day of a zone at an aware moment. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone to fall on a day")
    return moment.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class Calendar:
    """A town's days. `department` adds its local public holidays ("67": Good Friday); `school_zone` is A, B or C."""

    zone: str = PARIS
    department: str | None = None
    school_zone: str | None = None

    def local(self, moment: datetime) -> datetime:
        """An aware moment on the town's clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def at(self, day: date, clock: time) -> datetime:
        """The aware moment of a time of day in the town."""
        return datetime.combine(day, clock, ZoneInfo(self.zone))

    def holiday(self, day: date, language: str = "fr") -> str | None:
        """The name of the public holiday of a day, or None."""
        subdivision = _SUBDIVISIONS.get(self.department or "")
        return _public_holidays(day.year, language, subdivision).get(day)

    def school_break(self, day: date) -> SchoolBreak | None:
        """The school holidays a day falls into; None outside of them, and in a town without a school zone."""
        if self.school_zone is None:
            return None
        name = _school_days_off(day.year, self.school_zone).get(day)
        return _BREAKS.get(name) if name else None  # type: ignore[return-value]

    def next_break(self, kind: SchoolBreak, today: date) -> tuple[date, date] | None:
        """The first and last day of the school holidays of a kind that end today or later, within a year."""
        days = (today + timedelta(days=ahead) for ahead in range(_A_YEAR))
        found = next((day for day in days if self.school_break(day) == kind), None)
        if found is None:
            return None
        first = last = found
        while self.school_break(first - timedelta(days=1)) == kind:
            first -= timedelta(days=1)
        while self.school_break(last + timedelta(days=1)) == kind:
            last += timedelta(days=1)
        return first, last

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, public holidays left out."""
        return day.weekday() < _SATURDAY and self.holiday(day) is None

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; zero gives `day` itself, or the next working day.

        Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError(f"working days are counted forward, not {count}")
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def due_moment(self, start: datetime, count: int, closing: time = time(18)) -> datetime:
        """Close of business, `count` working days after an aware moment."""
        return self.at(self.add_working_days(local_date(start, self.zone), count), closing)
