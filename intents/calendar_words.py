"""Names of months and days, French and English, folded, and the small reckoning around them."""

from datetime import date, timedelta

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
            "juillet juil july jul",
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
            "lundi monday mon",
            "mardi tuesday tue tues",
            "mercredi wednesday wed",
            "jeudi thursday thu thurs",
            "vendredi friday fri",
            "samedi saturday sat",
            "dimanche sunday sun",
        )
    )
    for name in names.split()
}
SHORT_FORMS = frozenset(
    "jan fev feb mar apr avr jun jul aug sep oct nov dec mon tue tues wed thu thurs fri sat sun".split()
)
"""Too short to name a day or month without a number beside them."""


def spelt(names: dict[str, int], *, short: bool = True) -> str:
    """The names as a regular expression, the longest first."""
    kept = [name for name in names if short or name not in SHORT_FORMS]
    return "|".join(sorted(kept, key=len, reverse=True))


def make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(text: str, today: date) -> int:
    """ "87" is 1987 and "26" is 2026: two digits reach ten years ahead at most."""
    year = int(text)
    if len(text) > 2:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 10 else century - 100 + year


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


def months_later(today: date, count: int) -> date:
    """The same day so many months later (or earlier), the last of the month where it has no such day."""
    index = today.year * 12 + today.month - 1 + count
    for day in (today.day, 30, 29, 28):
        found = make_date(index // 12, index % 12 + 1, day) if day <= today.day else None
        if found:
            return found
    return today
