"""Kept values told back in a language: for the summary before filing, and for agents."""

from collections.abc import Callable, Mapping
from datetime import date, time

from kit.formats import date_period, date_without_weekday, money, number, time_span
from kit.phones import format_phone
from kit.typography import NBSP
from services.declarations.service_field import ServiceField
from services.kinds.children import told_birth, told_name
from services.kinds.several import BETWEEN
from services.words.lexicon import Lexicon

_MIDNIGHT = "24:00"


def present(field: ServiceField, value: str, language: str, lexicon: Lexicon, yes_no: Mapping[str, str]) -> str:
    """A kept value in a language; one that cannot be read is told as it is kept.

    `yes_no` holds the words for yes and no.
    """
    if field.kind == "yes_no":
        return yes_no.get(value, value)
    if field.kind == "duration" and field.choice(value) is None:
        return _duration(value, language, lexicon)
    return told(field, value, language)


def told(field: ServiceField, value: str, language: str) -> str:
    """A kept value in a language, of every kind that needs no other words: all but yes or no and a duration."""
    choice = field.choice(value)
    if choice is not None:
        return choice.label.on(language)
    show = _SHOWN.get(field.kind)
    try:
        return show(field, value, language) if show else value
    except ValueError:
        return value


def _date(field: ServiceField, value: str, language: str) -> str:
    return date_without_weekday(date.fromisoformat(value), language)


def _period(field: ServiceField, value: str, language: str) -> str:
    start, _, end = value.partition("/")
    return date_period(date.fromisoformat(start), date.fromisoformat(end), language)


def _hours(field: ServiceField, value: str, language: str) -> str:
    start, _, end = value.partition("-")
    return time_span(_time(start), _time(end), language)


def _time(text: str) -> time:
    return time(0, 0) if text == _MIDNIGHT else time.fromisoformat(text)


def _several(field: ServiceField, value: str, language: str) -> str:
    choices = {part: field.choice(part) for part in value.split(BETWEEN)}
    return BETWEEN.join(choice.label.on(language) if choice else part for part, choice in choices.items())


def _household(field: ServiceField, value: str, language: str) -> str:
    """ "2 adultes, 1 enfant": the first synonym of each choice is its singular."""
    return BETWEEN.join(_counted(field, part, language) for part in value.split(BETWEEN))


def _counted(field: ServiceField, part: str, language: str) -> str:
    count, _, name = part.partition(" ")
    choice = field.choice(name)
    if choice is None:
        return part
    singular = choice.synonyms.words.get(language, ())[:1]
    return f"{count}{NBSP}{singular[0] if count == '1' and singular else choice.label.on(language)}"


def _money(field: ServiceField, value: str, language: str) -> str:
    return money(int(value), language)


def _number(field: ServiceField, value: str, language: str) -> str:
    unit = f"{NBSP}{field.unit.on(language)}" if field.unit is not None else ""
    return f"{number(float(value), language)}{unit}"


def _child(field: ServiceField, value: str, language: str) -> str:
    born = told_birth(value)
    return value if born is None else f"{told_name(value)}, {date_without_weekday(born, language)}"


def _phone(field: ServiceField, value: str, language: str) -> str:
    return format_phone(value, language)


_SHOWN: dict[str, Callable[[ServiceField, str, str], str]] = {
    "child": _child,
    "date": _date,
    "hours": _hours,
    "household": _household,
    "money": _money,
    "number": _number,
    "period": _period,
    "phone": _phone,
    "several": _several,
}


def _duration(value: str, language: str, lexicon: Lexicon) -> str:
    amount, _, unit = value.partition(" ")
    known = lexicon.units.get(unit)
    return lexicon.duration(int(amount), known, language) if known and amount.isdecimal() else value
