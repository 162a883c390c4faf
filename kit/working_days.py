"""Working days of a French town: Monday to Friday, public holidays out (the `holidays` library)."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
SATURDAY = 5
_HOLIDAY_NAMES = {"fr": "fr", "en": "en_US"}


@lru_cache(maxsize=128)
def _holidays(year: int, language: str, subdivision: str | None) -> dict[date, str]:
    import holidays

    names = holidays.country_holidays(
        "FR", subdiv=subdivision, years=year, language=_HOLIDAY_NAMES.get(language, "en_US")
    )
    return dict(names.items())


def holiday_name(day: date, language: str = "fr", subdivision: str | None = None) -> str | None:
    """The public holiday of this day in a language, or None. `subdivision`: "57" adds those of Moselle."""
    return _holidays(day.year, language, subdivision).get(day)


def is_working_day(day: date, subdivision: str | None = None) -> bool:
    return day.weekday() < SATURDAY and holiday_name(day, "fr", subdivision) is None


def add_working_days(day: date, count: int, subdivision: str | None = None) -> date:
    """The `count`-th working day after `day`; zero gives `day` itself, or the next working day.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(f"working days are counted forward, not {count}")
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, subdivision)
    while not is_working_day(day, subdivision):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, subdivision: str | None = None) -> int:
    """Working days after `start` up to and including `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start, subdivision)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, subdivision) for day in days)


def local_date(moment: datetime, zone: str = PARIS) -> date:
    """The town's calendar day at an aware moment."""
    return _aware(moment).astimezone(ZoneInfo(zone)).date()


def end_of_working_day(day: date, zone: str = PARIS, closing: time = time(18)) -> datetime:
    """The aware moment when the offices close on this day, in the town's zone."""
    return datetime.combine(day, closing, ZoneInfo(zone))


def due_moment(start: datetime, count: int, zone: str = PARIS, subdivision: str | None = None) -> datetime:
    """Close of business `count` working days after an aware moment."""
    return end_of_working_day(add_working_days(local_date(start, zone), count, subdivision), zone)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone to fall on a day")
    return moment
