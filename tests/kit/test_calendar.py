from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.calendar import PARIS, Calendar, SchoolBreak, is_department, local_date

FRANCE = Calendar()
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize("day", [date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)])
def test_the_holidays_of_may_are_no_working_days(day: date) -> None:
    assert not FRANCE.is_working_day(day)


def test_a_weekend_is_no_working_day() -> None:
    assert not FRANCE.is_working_day(date(2026, 11, 21))
    assert not FRANCE.is_working_day(date(2026, 11, 22))
    assert FRANCE.is_working_day(date(2026, 11, 23))


def test_the_count_steps_over_armistice_day_and_the_weekend() -> None:
    assert FRANCE.add_working_days(date(2026, 11, 10), 3) == date(2026, 11, 16)


def test_zero_days_from_a_sunday_is_monday() -> None:
    assert FRANCE.add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 23)


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        FRANCE.add_working_days(date(2026, 11, 23), -1)


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_one_working_day_after_the_other_comes_to_the_same(day: date, count: int) -> None:
    end = FRANCE.add_working_days(day, count)
    assert FRANCE.is_working_day(end)
    assert FRANCE.add_working_days(FRANCE.add_working_days(day, count - 1), 1) == end or count == 1


def test_holidays_are_named_in_both_languages() -> None:
    assert FRANCE.holiday(date(2026, 12, 25), "fr") == "Noël"
    assert FRANCE.holiday(date(2026, 12, 25), "en") == "Christmas Day"
    assert FRANCE.holiday(date(2026, 12, 24)) is None


@pytest.mark.parametrize(
    ("department", "day", "name"),
    [
        ("57", date(2027, 3, 26), "Vendredi saint"),
        ("67", date(2027, 3, 26), "Vendredi saint"),
        ("68", date(2025, 12, 26), "Saint-Étienne"),
        ("974", date(2027, 12, 20), "Abolition de l'esclavage"),
        ("971", date(2027, 5, 27), "Abolition de l'esclavage"),
        ("972", date(2027, 5, 22), "Abolition de l'esclavage"),
    ],
)
def test_a_department_adds_its_own_holidays(department: str, day: date, name: str) -> None:
    assert Calendar(department=department).holiday(day, "fr") == name
    assert not Calendar(department=department).is_working_day(day)
    assert FRANCE.holiday(day) is None


@pytest.mark.parametrize("code", ["01", "2A", "67", "95", "971", "976", "988"])
def test_departments_are_known(code: str) -> None:
    assert is_department(code)
    assert Calendar(department=code).holiday(date(2026, 7, 14), "fr")


@pytest.mark.parametrize("code", ["00", "20", "96", "1", "Alsace", "", "973000"])
def test_what_is_no_department_is_not(code: str) -> None:
    assert not is_department(code)


@pytest.mark.parametrize(
    ("zone", "day", "kind"),
    [
        ("A", date(2026, 12, 25), "christmas"),
        ("A", date(2027, 2, 15), "winter"),
        ("B", date(2027, 2, 15), None),
        ("B", date(2027, 2, 22), "winter"),
        ("C", date(2026, 10, 20), "autumn"),
        ("C", date(2026, 8, 1), "summer"),
        (None, date(2026, 12, 25), None),
    ],
)
def test_school_holidays_are_those_of_the_zone(zone: str | None, day: date, kind: SchoolBreak | None) -> None:
    assert Calendar(school_zone=zone).school_break(day) == kind


def test_the_next_break_runs_over_the_new_year_and_may_have_begun() -> None:
    town = Calendar(school_zone="B")
    whole = (date(2026, 12, 19), date(2027, 1, 3))
    assert town.next_break("christmas", date(2026, 11, 30)) == whole
    assert town.next_break("christmas", date(2027, 1, 2)) == whole
    assert FRANCE.next_break("christmas", date(2026, 11, 30)) is None


def test_late_in_the_evening_utc_is_already_tomorrow_in_town() -> None:
    assert local_date(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), PARIS) == date(2026, 11, 23)
    assert local_date(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "America/Martinique") == date(2026, 11, 22)


def test_a_due_moment_is_the_close_of_business_in_winter_and_in_summer() -> None:
    winter = FRANCE.due_moment(datetime(2026, 11, 23, 9, tzinfo=UTC), 10)
    assert winter.astimezone(UTC) == datetime(2026, 12, 7, 17, tzinfo=UTC)
    summer = FRANCE.due_moment(datetime(2026, 6, 30, 9, tzinfo=UTC), 1, closing=time(12))
    assert summer.astimezone(UTC) == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_local_holiday_moves_what_is_due() -> None:
    start = datetime(2027, 3, 25, 9, tzinfo=UTC)
    assert FRANCE.due_moment(start, 1).date() == date(2027, 3, 26)
    assert Calendar(department="67").due_moment(start, 1).date() == date(2027, 3, 30)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 11, 23), PARIS)  # noqa: DTZ001 - the mistake under test
