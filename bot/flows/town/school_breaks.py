"""School holidays asked about by their name: "la piscine pendant les vacances de Noël"."""

from bot.exchange import Exchange
from bot.hearing import Heard
from kit.calendar import SCHOOL_BREAKS, SchoolBreak
from kit.formats import day_and_month
from services.town_hall.open_places import OpenPlace

_GROUP = "school_break"
_MINOR: tuple[SchoolBreak, ...] = ("ascension",)
"""Days off that "les vacances" alone does not mean."""


def names_break(heard: Heard) -> bool:
    """Whether school holidays are spoken of: Christmas in "the Christmas holidays" is then no day."""
    return heard.said.has(_GROUP, *(f"{_GROUP}_{kind}" for kind in SCHOOL_BREAKS))


def tell_break(exchange: Exchange, heard: Heard, place: OpenPlace) -> list[str]:
    """The lines of a place's hours during the coming school holidays that a message names; none without a name.

    Without a school zone in the town's file nothing is known of them, and nothing is told.
    """
    found = [
        (days, kind) for kind in _kinds(heard) if (days := exchange.town.calendar.next_break(kind, exchange.today))
    ]
    if not found:
        return []
    (first, last), kind = min(found)
    language, opening = exchange.language, exchange.town.opening
    heading = exchange.words(
        f"hours.break.{kind}", first=day_and_month(first, language), last=day_and_month(last, language)
    )
    hours = opening.stretch(place, first, last, language, exchange.town.calendar)
    return [
        heading,
        *(exchange.words("hours.line", days=days[:1].upper() + days[1:], hours=told) for days, told in hours),
    ]


def _kinds(heard: Heard) -> list[SchoolBreak]:
    named = [kind for kind in SCHOOL_BREAKS if heard.said.has(f"{_GROUP}_{kind}")]
    if named or not heard.said.has(_GROUP):
        return named
    return [kind for kind in SCHOOL_BREAKS if kind not in _MINOR]
