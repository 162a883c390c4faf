"""Days made of numbers people write."""

from datetime import date

_AHEAD = 10
"""Years that two digits reach ahead of today."""


def make_date(year: int, month: int, day: int) -> date | None:
    """The day, or None where no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def in_century(year: str, month: int, day: int, today: date, *, past: bool) -> date | None:
    """The day of a year in four digits, or in two: those reach ten years ahead at most, and no day of the past does."""
    if len(year) > 2:
        return make_date(int(year), month, day)
    full = today.year // 100 * 100 + int(year)
    found = make_date(full, month, day)
    is_ahead = full > today.year + _AHEAD or (past and (full > today.year or (found is not None and found > today)))
    return make_date(full - 100, month, day) if is_ahead else found
