"""Dates, times, sums, waits and lists as people of a language read them, by Babel (CLDR).

`language` is a town language ("fr", "en"); English follows British habits. Every blank that must
not break is U+00A0. Moments are aware datetimes and are told in the town's zone.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from kit.calendar import PARIS
from kit.money import Money
from kit.typography import NBSP, typography

__all__ = ["NBSP", "typography"]

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
# The joining words are in CLDR, but Babel gives no way to them.
_DATE_TIMES = {"fr": "{day} à {time}", "en": "{day} at {time}"}
_SPANS = {"fr": "{start} à {end}", "en": "{start} to {end}"}
_DAYS_IN_A_ROW = {"fr": "du {first} au {last}", "en": "{first} to {last}"}
_MEGABYTE = 1_000_000


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """Babel's locale of a town language. Raises babel.UnknownLocaleError for one it does not know."""
    return Locale.parse(_LOCALES.get(language, language))


def _unbroken(text: str) -> str:
    return text.replace("\u202f", NBSP)


def date_long(day: date, language: str) -> str:
    """ "lundi 23 novembre 2026", "Monday 23 November 2026"."""
    return _date(day, "EEEE d MMMM y", language)


def date_without_weekday(day: date, language: str) -> str:
    """ "23 novembre 2026", "23 November 2026": a date of birth, of a letter."""
    return _date(day, "d MMMM y", language)


def day_of_month(day: date, language: str) -> str:
    """ "23 novembre", "1er décembre", "23 November": where year and weekday are plain."""
    return _date(day, "d MMMM", language)


def day_and_month(day: date, language: str) -> str:
    """ "lundi 23 novembre", where the year is plain."""
    return _date(day, "EEEE d MMMM", language)


def days_in_a_row(days: Sequence[date], language: str) -> str:
    """ "lundi 21 décembre" for one day; for several from the first to the last: "du lundi 21 décembre au ..."."""
    first, last = day_and_month(days[0], language), day_and_month(days[-1], language)
    return first if len(days) == 1 else _pattern(_DAYS_IN_A_ROW, language).format(first=first, last=last)


def date_period(first: date, last: date, language: str) -> str:
    """ "du 3 mai 2027 au 10 mai 2027", "3 May 2027 to 10 May 2027"; the day alone where it is only one."""
    start, end = date_without_weekday(first, language), date_without_weekday(last, language)
    return start if first == last else _pattern(_DAYS_IN_A_ROW, language).format(first=start, last=end)


def date_short(day: date, language: str) -> str:
    """ "23/11/2026" in both."""
    return _date(day, "dd/MM/y", language)


def weekday(day: date, language: str) -> str:
    """ "lundi", "Monday"."""
    return _date(day, "EEEE", language)


def _date(day: date, pattern: str, language: str) -> str:
    text = format_date(day, pattern, locale=locale_of(language))
    first_of_month = language == "fr" and day.day == 1
    # CLDR has no pattern for the one French day that is an ordinal: "1er mai", then "2 mai".
    return text.replace("1 ", "1er ", 1) if first_of_month else text


def time_of_day(moment: time | datetime, language: str, zone: str = PARIS) -> str:
    """ "14 h 30" and "9 h" in French, "14:30" in English."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(zone)).time()
    if language != "fr":
        return format_time(moment, "HH:mm", locale=locale_of(language))
    return format_time(moment, "H' h 'mm" if moment.minute else "H' h'", locale=locale_of(language))


def time_span(start: time, end: time, language: str) -> str:
    """ "9 h à 12 h 30", "09:00 to 12:30"."""
    return _pattern(_SPANS, language).format(start=time_of_day(start, language), end=time_of_day(end, language))


def date_time(moment: datetime, language: str, zone: str = PARIS) -> str:
    """ "lundi 23 novembre 2026 à 14 h 30", of an aware moment in the town's zone."""
    local = moment.astimezone(ZoneInfo(zone))
    day, clock = date_long(local.date(), language), time_of_day(local.time(), language)
    return _pattern(_DATE_TIMES, language).format(day=day, time=clock)


def _pattern(patterns: dict[str, str], language: str) -> str:
    return patterns.get(language, patterns["en"])


def money(cents: int, language: str, currency: str = "EUR") -> str:
    """ "1 234,50 €", "€1,234.50", of whole cents."""
    return _unbroken(format_currency(Money(cents, currency).amount, currency, locale=locale_of(language)))


def number(value: int | float, language: str) -> str:
    """ "12 500", "12,500"."""
    return _unbroken(format_decimal(value, locale=locale_of(language)))


def duration(span: timedelta, language: str, *, short: bool = False) -> str:
    """One rounded unit: "2 heures", "3 jours"; short: "2 h", "3 j" for lists. Never less than a minute."""
    at_least = max(abs(span), timedelta(minutes=1))
    style: Literal["short", "long"] = "short" if short else "long"
    return _unbroken(format_timedelta(at_least, format=style, threshold=1, locale=locale_of(language)))


def minutes(count: int, language: str) -> str:
    """ "5 minutes", "2 heures": a wait told to a person."""
    return duration(timedelta(minutes=count), language)


def ago(moment: datetime, now: datetime, language: str) -> str:
    """ "il y a 5 minutes", "5 minutes ago"; a later moment gives "dans 5 minutes", "in 5 minutes"."""
    span = moment - now
    span = span if abs(span) >= timedelta(minutes=1) else timedelta(minutes=-1)
    return _unbroken(format_timedelta(span, add_direction=True, threshold=1, locale=locale_of(language)))


def join_all(items: Sequence[str], language: str) -> str:
    """ "a, b et c", "a, b and c"; nothing gives an empty text."""
    return format_list(list(items), locale=locale_of(language)) if items else ""


def join_any(items: Sequence[str], language: str) -> str:
    """ "a, b ou c", "a, b or c"."""
    return format_list(list(items), style="or", locale=locale_of(language)) if items else ""


def distance(metres: float, language: str) -> str:
    """ "40 m" to the nearest ten, "1,2 km" from a kilometre on."""
    if metres < 1000:
        tens = max(10, round(metres / 10) * 10)
        return _unbroken(format_unit(tens, "length-meter", length="short", locale=locale_of(language)))
    kilometres = round(metres / 1000, 1)
    return _unbroken(format_unit(kilometres, "length-kilometer", length="short", locale=locale_of(language)))


def language_name(code: str, language: str) -> str:
    """ "Anglais", "English" -> what a language is called in another; an unknown code gives itself back."""
    name = str(locale_of(language).languages.get(code, code))
    return name[:1].upper() + name[1:]


def file_size(size: int, language: str) -> str:
    """ "2,4 Mo", "2.4 MB", of bytes; "340 ko" below a megabyte."""
    large = size >= _MEGABYTE
    value = round(size / _MEGABYTE, 1) if large else max(1, round(size / 1000))
    unit = "digital-megabyte" if large else "digital-kilobyte"
    return _unbroken(format_unit(value, unit, length="short", locale=locale_of(language)))
