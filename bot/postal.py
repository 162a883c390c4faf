"""Postal addresses: the flat or the floor beside an address, which its entity form has no room for."""

from dataclasses import replace

from bot.exchange import Exchange
from bot.places import Found
from kit.text import fold
from services.said import Said, Word, trim

_BESIDE = 24
"""Characters between an address and its flat or floor."""


def with_rest(exchange: Exchange, said: Said, found: Found) -> Found:
    """A postal address with its flat or floor, as typed; the entity form would lose it."""
    whole = with_complement(exchange, said, found)
    if whole is not found or not _rest(exchange, said, found.span):
        return whole
    return replace(found, place=replace(found.place, text=said.without_lead_in(), entity=None))


def with_complement(exchange: Exchange, said: Said, found: Found) -> Found:
    """The same where the flat or floor stands beside the address in a longer sentence: "Flat 3, 12 rue de Paris"."""
    if found.span is None:
        return found
    start, end = found.span
    beside = [word for word in _complements(said) if start - _BESIDE <= word.start <= end + _BESIDE]
    if not beside:
        return found
    span = min(start, beside[0].start), max(end, beside[-1].end)
    return replace(found, place=replace(found.place, text=trim(said.text[slice(*span)]), entity=None), span=span)


def _complements(said: Said) -> list[Word]:
    """ "appartement 4", "3e étage", word by word in the order of the text."""
    found: set[int] = set()
    for first, last in said.group_spans("complement"):
        values = [at for at in (first - 1, last) if 0 <= at < len(said.words) and _is_value(said, at)]
        found.update(range(first, last), values)
    return [said.words[at] for at in sorted(found)]


def _is_value(said: Said, position: int) -> bool:
    word = said.words[position].folded
    return len(word) == 1 or word[0].isdecimal() or word in said.lexicon.numbers


def _rest(exchange: Exchange, said: Said, span: tuple[int, int] | None) -> str:
    """What follows an address beyond its town: a flat, a floor."""
    after = said.text[span[1] :] if span else ""
    city = exchange.town.city
    words = [word for word in fold(after).split() if word not in {*fold(city.name).split(), city.postcode}]
    return " ".join(words)
