"""When the town's places are open: on the days asked about, else in the usual week."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import get_args

from bot.exchange import Exchange
from bot.flows.naming import names_unknown
from bot.flows.town.school_breaks import names_break, tell_break
from bot.hearing import Heard
from kit.calendar import Calendar
from kit.formats import day_and_month
from kit.text import capitalised, fold
from kit.wording import LANGUAGES
from services.town_hall.hours import weekday_name
from services.town_hall.open_places import OpenPlace, Weekday

OPENING_HOURS = "ask.opening_hours"
_MOST_PLACES, _MOST_DAYS, _A_YEAR = 2, 3, 365
_DAYS = frozenset({"date", "slot"})
"""Kinds of fields that a day answers."""


def tell_hours(exchange: Exchange, heard: Heard, usual: OpenPlace | None = None) -> None:
    """Of the places named, else of the `usual` one, the town hall; plainly said when another place was meant."""
    places = exchange.town.opening.named_in(heard.said.text)
    if len(places) > 1:  # "l'état civil à la mairie" is a desk in the town hall
        places = tuple(place for place in places if place != exchange.town.reception)
    if not places and names_unknown(exchange, heard) and not any(_holidays(exchange, heard)):
        exchange.tell("hours.unknown")
    told = (places or (usual or exchange.town.reception,))[:_MOST_PLACES]
    for place in told:
        exchange.tell_text("\n".join(_hours(exchange, heard, place)))
    exchange.state.hours_of = told[0].code
    exchange.note("answered", code=OPENING_HOURS)


def hear_day(exchange: Exchange, heard: Heard) -> bool:
    """ "et le dimanche ?", "et demain ?": another day of the place whose hours were told last."""
    last = next((place for place in exchange.town.opening.places if place.code == exchange.state.hours_of), None)
    asked = exchange.asked_field
    is_asked = exchange.state.flow is None or heard.said.ends_as_question
    is_asked = is_asked and not (asked is not None and asked.kind in _DAYS)
    if last is None or not is_asked or not _names_day(exchange, heard):
        return False
    said = heard.said.without_kinds("date")
    rest = said.rest_without("weekday", "today", "tomorrow", "public_holidays", "addition", "fillers").split()
    if set(rest) - exchange.town.lexicon.function_words - _weekday_words():
        return False
    tell_hours(exchange, heard, last)
    return True


def _names_day(exchange: Exchange, heard: Heard) -> bool:
    is_day = _days(exchange, heard) or _weekdays(heard) or heard.said.has("public_holidays")
    return bool(is_day) or names_break(heard)


def _weekday_words() -> set[str]:
    names = {fold(weekday_name(day, language)) for day in get_args(Weekday) for language in LANGUAGES}
    return names | {f"{name}s" for name in names}


def hear_contact(exchange: Exchange, heard: Heard) -> bool:
    """A place's telephone or address plainly asked for: "can I have the town hall phone number?"."""
    if not (heard.is_question and heard.said.has("contact_point") and _is_named(exchange, heard)):
        return False
    tell_hours(exchange, heard)
    return True


def hear_place(exchange: Exchange, heard: Heard) -> bool:
    """ "le marché c'est quand", "numéro de tél de la mairie": a place and a question word, no verb needed."""
    is_asked = heard.said.has("question", "contact_point") or heard.said.ends_as_question or names_break(heard)
    if exchange.state.flow is not None or not is_asked or not _is_named(exchange, heard):
        return False
    tell_hours(exchange, heard)
    return True


def _is_named(exchange: Exchange, heard: Heard) -> bool:
    return bool(exchange.town.opening.named_in(heard.said.text))


def _hours(exchange: Exchange, heard: Heard, place: OpenPlace) -> list[str]:
    """The days or the school holidays asked about, else the usual week with what differs from it in the days to come.

    Now is told with the week and with today.
    """
    opening, language, calendar = exchange.town.opening, exchange.language, exchange.town.calendar
    days, weekdays = _days(exchange, heard), _weekdays(heard)
    told = [(day_and_month(day, language), opening.day(place, day, language, calendar)) for day in days]
    told += [(weekday_name(day, language), opening.usual(place, day, language)) for day in weekdays if not days]
    if heard.said.has("public_holidays"):
        is_open = exchange.words("hours.as_usual") if place.open_on_holidays else opening.wording.closed.on(language)
        told.append((exchange.words("hours.holidays"), is_open))
    lines = [exchange.words("hours.line", days=capitalised(label), hours=hours) for label, hours in told]
    school_break = [] if told else tell_break(exchange, heard, place)
    lines += school_break
    if not lines:
        week = [*opening.week(place, language), *opening.exceptions(place, exchange.today, language, calendar)]
        lines = [exchange.words("hours.line", days=capitalised(label), hours=hours) for label, hours in week]
    if not (told or school_break) or exchange.today in days:
        lines.append(opening.now(place, exchange.facts.now, language, calendar))
    is_brief = exchange.short and not heard.said.has("contact_point")
    name = place.name(language) if is_brief else opening.contact(place, language)
    note = [place.note.on(language)] if place.note is not None else []
    return [exchange.words("hours.place", place=name), *lines, *note]


def _days(exchange: Exchange, heard: Heard) -> list[date]:
    found = [date.fromisoformat(str(mention.value)[:10]) for mention in heard.said.found("date")]
    found += _holidays(exchange, heard)
    if heard.said.has("today"):
        found.append(exchange.today)
    if heard.said.is_only("tomorrow") or (heard.said.has("tomorrow") and not found):
        found.append(exchange.today + timedelta(days=1))
    return sorted(set(found))[:_MOST_DAYS]


def _holidays(exchange: Exchange, heard: Heard) -> Iterator[date]:
    """The coming public holidays called by their name: "le lundi de Pâques", "Christmas Day"; or the eve of one."""
    if names_break(heard):
        return
    eve = timedelta(days=1 if heard.said.has("eve") else 0)
    said = heard.said.without_kinds("date")  # the interpreter has read "le lendemain de Noël" already
    for day, names in _named_holidays(exchange.today, exchange.town.calendar):
        if said.has_any(names):
            yield day - eve


@lru_cache(maxsize=4)
def _named_holidays(today: date, calendar: Calendar) -> tuple[tuple[date, frozenset[str]], ...]:
    """The public holidays of the year to come, with their folded names in every language."""
    found = []
    for day in (today + timedelta(days=ahead) for ahead in range(_A_YEAR)):
        names = {fold(name) for language in LANGUAGES if (name := calendar.holiday(day, language))}
        if names:
            found.append((day, frozenset(names | {name.removesuffix(" day") for name in names})))
    return tuple(found)


def _weekdays(heard: Heard) -> list[Weekday]:
    """Days of any week: "le samedi", "on Sundays"."""
    words = {word.folded.removesuffix("s") for word in heard.said.words}
    days: tuple[Weekday, ...] = get_args(Weekday)
    return [day for day in days if words & {fold(weekday_name(day, language)) for language in LANGUAGES}]
