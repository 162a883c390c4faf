"""What the answers to several questions must be together: an end after its start, an age, a notice, a day of the week.

A check is declared with its service and says itself what is wrong, so that it can be told in the resident's words.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from kit.wording import Wording
from services.declarations.service_field import Declared

_BEGINS_SCHOOL = (9, 1)
"""Month and day on which a school year begins."""


class Check(Declared):
    """A rule over answers; `field` is asked again where it is broken.

    `age`: the person of `field` is between `minimum` and `maximum` years old on the day that the field `on` holds,
    else today. `class_age`: whom `field` names is of the age that `ages` gives to the class in `on`, one year more or
    less, in the school year that the field `year` holds. `weekday`: the day of `field` is one of `weekdays` (Monday
    is 0). `notice`: it lies at least `minimum` days ahead. `longest`: the period of `field` has at most `maximum`
    days. `after`: the day of `field` comes after the one of `on`. With `insist` an answer given twice is kept.
    """

    rule: Literal["age", "class_age", "weekday", "notice", "longest", "after"]
    field: str
    wording: Wording
    on: str | None = None
    year: str | None = None
    minimum: int = 0
    maximum: int | None = None
    ages: Mapping[str, int] = {}
    weekdays: tuple[int, ...] = ()
    insist: bool = False
    reopens: str | None = Field(default=None, description="asked again in the place of `field`")

    @property
    def asks_again(self) -> str:
        return self.reopens or self.field

    @property
    def names(self) -> tuple[str, ...]:
        """The fields it speaks of."""
        return tuple(name for name in (self.field, self.on, self.year, self.reopens) if name is not None)

    def holds(self, values: Mapping[str, str], today: date) -> bool:
        """Whether nothing known so far breaks it; what is missing or unreadable breaks nothing."""
        value = values.get(self.field)
        if value is None:
            return True
        if self.rule == "age":
            return self._age_holds(value, values, today)
        if self.rule == "class_age":
            return self._class_holds(value, values, today)
        if self.rule == "longest":
            return self.maximum is None or length_of(value) <= self.maximum
        day = first_day(value)
        return day is None or self._day_holds(day, values, today)

    def _day_holds(self, day: date, values: Mapping[str, str], today: date) -> bool:
        if self.rule == "weekday":
            return day.weekday() in self.weekdays
        if self.rule == "notice":
            return day >= today + timedelta(days=self.minimum)
        before = first_day(values.get(self.on or "", ""))
        return before is None or day > before

    def _age_holds(self, value: str, values: Mapping[str, str], today: date) -> bool:
        born = birth_of(value)
        if born is None:
            return True
        age = age_on(born, first_day(values.get(self.on or "", "")) or today)
        return self.minimum <= age and (self.maximum is None or age <= self.maximum)

    def _class_holds(self, value: str, values: Mapping[str, str], today: date) -> bool:
        born, expected = birth_of(value), self.ages.get(values.get(self.on or "", ""))
        if born is None or expected is None:
            return True
        year = values.get(self.year or "", "")[:4]
        begins = int(year) if year.isdecimal() else school_year_of(today)
        return abs(begins - born.year - expected) <= 1


def broken(checks: Iterable[Check], values: Mapping[str, str], today: date) -> Check | None:
    """The first check that the answers known so far do not pass."""
    return next((check for check in checks if not check.holds(values, today)), None)


def first_day(value: str) -> date | None:
    """The day a value holds, or the first of a period; None where it holds none."""
    return _day(value.partition("/")[0])


def length_of(value: str) -> int:
    """The number of days of a period, both ends counted; 0 where the value is none."""
    start, _, end = value.partition("/")
    first, last = _day(start), _day(end)
    return (last - first).days + 1 if first and last else 0


def birth_of(value: str) -> date | None:
    """The date of birth at the end of "Léa Durand, 2019-03-03"."""
    return _day(value.rpartition(", ")[2])


def age_on(born: date, day: date) -> int:
    """Whole years lived on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def school_year_of(day: date) -> int:
    """The year in which the school year of this day began."""
    return day.year if (day.month, day.day) >= _BEGINS_SCHOOL else day.year - 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
