"""Names of months and days, French and English, folded, and the small reckoning around them."""

from datetime import date, timedelta

from kit.dates import make_date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "fevrier fevr fev february feb",
            "mars march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juill juil july jul",
            "aout august aug",
            "septembre sept september sep",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday mon lun",
            "mardi tuesday tue tues mar",
            "mercredi wednesday weds wed mer",
            "jeudi thursday thurs thur thu jeu",
            "vendredi friday fri ven",
            "samedi saturday sat sam",
            "dimanche sunday sun dim",
        )
    )
    for name in names.split()
}
SHORT_FORMS = frozenset(
    "jan fev feb mar apr avr jun jul aug sep oct nov dec mon tue tues wed thu thur sat fri sun "
    "lun mer jeu ven sam dim".split()
)
"""Too short to name a day or month without a number beside them."""
AFTER_A_CUE = frozenset("mon tue tues wed thu thur fri sat".split())
"""Short days that "on" or "next" makes plain; "on sun" is the weather."""


def spelt(names: dict[str, int], *, short: bool = True) -> str:
    """The names as a regular expression, the longest first."""
    kept = [name for name in names if short or name not in SHORT_FORMS]
    return "|".join(sorted(kept, key=len, reverse=True))


def nearest(month: int, day: int, today: date, *, past: bool) -> date | None:
    """The day without its year: the coming one, or the last one."""
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for year in years:
        found = make_date(year, month, day)
        if found and (found <= today if past else found >= today):
            return found
    return None


def coming(weekday: int, today: date, *, weeks_more: int = 0) -> date:
    """The next such day after today, and so many weeks later."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1 + 7 * weeks_more)


def last(weekday: int, today: date) -> date:
    """The last such day before today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def in_week(weekday: int, today: date, weeks: int) -> date:
    """The day of the week of today, or so many weeks later; weeks begin on Monday."""
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def months_later(today: date, count: int) -> date:
    """The same day so many months later (or earlier), the last of the month where it has no such day."""
    index = today.year * 12 + today.month - 1 + count
    for day in (today.day, 30, 29, 28):
        found = make_date(index // 12, index % 12 + 1, day) if day <= today.day else None
        if found:
            return found
    return today


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return months_later(day.replace(day=1), 1) - timedelta(days=1)


def weekday_in(month: date, weekday: int, which: int) -> date | None:
    """The first (0), second (1) ... or last (-1) such day of a month; None where it has no fifth."""
    first = month + timedelta(days=(weekday - month.weekday()) % 7)
    days = [day for weeks in range(5) if (day := first + timedelta(weeks=weeks)).month == month.month]
    return days[which] if which < len(days) else None
