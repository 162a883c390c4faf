from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.working_days import (
    add_working_days,
    due_moment,
    end_of_working_day,
    holiday_name,
    is_working_day,
    local_date,
    working_days_between,
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize("day", [date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)])
def test_the_holidays_of_may_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)


def test_a_weekend_is_no_working_day() -> None:
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 11, 22))
    assert is_working_day(date(2026, 11, 23))


def test_the_count_steps_over_armistice_day_and_the_weekend() -> None:
    assert add_working_days(date(2026, 11, 10), 3) == date(2026, 11, 16)


def test_zero_days_from_a_sunday_is_monday() -> None:
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 23)


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 11, 23), -1)


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert is_working_day(end)
    assert working_days_between(day, end) == count
    assert working_days_between(end, day) == -count


def test_holidays_are_named_in_both_languages() -> None:
    assert holiday_name(date(2026, 12, 25), "fr") == "Noël"
    assert holiday_name(date(2026, 12, 25), "en") == "Christmas Day"
    assert holiday_name(date(2026, 12, 24)) is None


def test_moselle_has_a_holiday_more() -> None:
    assert is_working_day(date(2025, 12, 26))
    assert not is_working_day(date(2025, 12, 26), "57")


def test_the_offices_close_at_six_in_winter_and_in_summer() -> None:
    assert end_of_working_day(date(2026, 11, 23)).astimezone(UTC) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert end_of_working_day(date(2026, 7, 1)).astimezone(UTC) == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert end_of_working_day(date(2026, 7, 1), closing=time(12)).hour == 12


def test_late_in_the_evening_utc_is_already_tomorrow_in_town() -> None:
    assert local_date(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_due_moment_is_the_close_of_business() -> None:
    due = due_moment(datetime(2026, 11, 23, 9, tzinfo=UTC), 10)
    assert (due.date(), due.hour) == (date(2026, 12, 7), 18)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 11, 23))  # noqa: DTZ001 - the mistake under test
