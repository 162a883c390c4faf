"""Places said by residents: looked up in the gazetteer, accepted as typed when it does not know them.

An address is never refused. What the gazetteer does not have is kept and flagged (`known` False).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.contract import Location
from bot.exchange import Exchange
from bot.queries import FindAddress, NearestAddress
from gazetteer.address_match import AddressMatch
from gazetteer.other_towns import end_of_other_town, names_other_town
from gazetteer.place_value import PlaceValue
from gazetteer.street_words import KINDS
from kit.text import fold
from services.kinds.reading import capitalised_run, positive, positive_numbers
from services.words.said import Mention, Said, trim

_MENTIONED = ("address", "intersection")
_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_SUFFIX = re.compile(r"(?<!\d)(\d{1,4})(?!\d)(?: ?(bis|ter|quater)(?![^\W\d_]))?", re.IGNORECASE)
_LONGEST_CORRECTION = 9
_MOST_STREETS = 6
_LONGEST_TOWN = 4  # words
_REACH_OF_POSITION = 60  # metres: a shared position farther from every door is only near one


@dataclass(frozen=True, slots=True)
class Found:
    """A place, or the places it may be. `incomplete`: a street alone, without number or landmark."""

    place: Location
    candidates: tuple[Location, ...] = ()
    incomplete: bool = False
    span: tuple[int, int] | None = None


def queries(said: Said) -> Iterator[FindAddress]:
    """What to look up for an utterance."""
    if said.is_wordless:
        return
    yield FindAddress(said.text)
    for mention in _mentions(said):
        yield FindAddress(str(mention.value))


def _mentions(said: Said) -> tuple[Mention, ...]:
    return positive(said, said.found(*_MENTIONED))


def correction_queries(messages: Sequence[Said], places: Iterable[Location]) -> Iterator[FindAddress]:
    """What corrections may look up: every street named or known, at every number said or known."""
    entities = [place.entity for place in places if place.entity]
    entities += [str(mention.value) for said in messages for mention in _mentions(said)]
    kept = [value for entity in entities if (value := PlaceValue.read(entity)) is not None]
    streets = dict.fromkeys(value.street for value in kept if value.street)
    doors = [number_said(said) for said in messages] + [value.door for value in kept]
    for door in dict.fromkeys(door for door in doors if door):
        for street in list(streets)[:_MOST_STREETS]:
            yield FindAddress(str(PlaceValue(street).at(door)))


def told_place(exchange: Exchange, said: Said, *, spelt_out: bool = False) -> Found | None:
    """The place an utterance names without being asked: only on plain signs.

    `spelt_out` wants the street's very name, because another answer is awaited ("Paris 14e" is a place of birth).
    """
    if said.is_wordless:
        return None
    for mention in _mentions(said):
        match = exchange.fact(FindAddress(str(mention.value)))
        return _found(exchange, said, match, mention)
    match = exchange.fact(FindAddress(said.text))
    return _found(exchange, said, match, None) if _is_plain(said, match, spelt_out) else None


def _is_plain(said: Said, match: AddressMatch, spelt_out: bool) -> bool:
    """A door, a crossing or a street spelt out; a landmark only after "devant", "près de" and such."""
    if match.status == "ambiguous":
        return said.has("near") and not said.is_only("near")
    if not match.known or match.entity is None:
        return False
    if _is_landmark(match):
        return said.has("near")
    kept = PlaceValue.read(match.entity)
    return (not match.number_missing and not spelt_out) or fold(kept.street if kept else "") in said.folded


def _is_landmark(match: AddressMatch) -> bool:
    """A street alone is never an exact match: what is, without a door, is a landmark."""
    kept = PlaceValue.read(match.entity)
    return match.status == "exact" and kept is not None and kept.is_street_alone


def answered_place(exchange: Exchange, said: Said) -> Found | None:
    """The place given in answer to the question: anything but a kind of street or a number alone will do."""
    told = told_place(exchange, said)
    if told is not None:
        return told
    match = exchange.fact(FindAddress(said.text))
    if match.known or match.status == "ambiguous":
        return _found(exchange, said, match, None)
    if said.has("refuses"):
        return None  # "je ne veux pas le dire"
    if said.opens_with("same_address") and not said.numbers():
        return None
    typed = said.without_lead_in()
    is_place = sum(map(str.isalpha, typed)) > 2 and not set(fold(typed).split()) <= KINDS.keys()
    return Found(Location(text=typed)) if is_place else None


def _found(exchange: Exchange, said: Said, match: AddressMatch, mention: Mention | None) -> Found:
    span = (mention.start, mention.end) if mention else _span(said, match)
    if has_other_postcode(exchange, said.text):
        span = span and _with_postcode(said, span)
        return Found(Location(text=said.text[slice(*span)] if span else trim(said.without_lead_in())), span=span)
    end = end_of_other_town(said.text, span[1], exchange.town.city.name) if span else None
    if span and end:
        return Found(Location(text=said.text[span[0] : end]), span=(span[0], end))
    if match.status == "ambiguous":
        candidates = tuple(_location(candidate) for candidate in match.candidates)
        entity = str(mention.value) if mention else None
        text = _as_said(match, mention) if mention else _near_words(said) or match.label
        return Found(Location(text=text, entity=entity), candidates, span=span)
    if match.status == "unknown":
        entity = str(mention.value) if mention else None
        return Found(Location(text=_as_said(match, mention), entity=entity), span=span)
    landmark = _landmark(said, match) if match.number_missing else ""
    place = _location(match)
    if landmark:
        place = replace(place, text=f"{place.text} ({landmark})", entity=None)
    return Found(place, incomplete=match.number_missing and not landmark, span=span)


def _with_postcode(said: Said, span: tuple[int, int]) -> tuple[int, int]:
    """The stretch of an address with the postcode and the town beside it: "12 rue de Paris, 75011 Paris"."""
    first, last = span
    for code in _POSTCODE.finditer(said.text):
        after = min(said.words_within(0, code.end()).stop, len(said.words))
        town = capitalised_run(said, after, _LONGEST_TOWN)
        first, last = min(first, code.start()), max(last, code.end(), said.words[town - 1].end)
    return first, last


def _near_words(said: Said) -> str:
    """ "devant l'école", out of a longer sentence."""
    spans = said.group_spans("near")
    return trim(said.slice(spans[0][0], len(said.words))) if spans else ""


def _span(said: Said, match: AddressMatch) -> tuple[int, int] | None:
    """Where the found address stands, when it is spelt as in the gazetteer."""
    spans = said.spans((match.label,)) if match.known else []
    return (said.words[spans[0][0]].start, said.words[spans[0][1] - 1].end) if spans else None


def _as_said(match: AddressMatch, mention: Mention | None) -> str:
    if mention is None:
        return match.label
    if mention.kind == "intersection":
        return mention.text
    kept = PlaceValue.read(str(mention.value))
    return kept.label if kept else str(mention.value)


def lies_elsewhere(exchange: Exchange, text: str) -> bool:
    """Whether a place as typed is in another town, by its postcode or its name."""
    return has_other_postcode(exchange, text) or names_other_town(text, exchange.town.city.name)


def has_other_postcode(exchange: Exchange, text: str) -> bool:
    """Another town's postcode stands in the text."""
    own = _POSTCODE.findall(exchange.town.city.address)
    return any(code not in own for code in _POSTCODE.findall(text))


def _location(match: AddressMatch) -> Location:
    """A match as a place. A landmark has no entity; a number the street does not have is flagged."""
    entity = None if _is_landmark(match) else match.entity
    is_found = match.status == "exact" or match.number_missing
    return Location(match.label, entity, match.latitude, match.longitude, is_found)


def _landmark(said: Said, match: AddressMatch) -> str:
    """The words that place something in a street without a number: "devant la boulangerie"."""
    street = said.spans((match.label,))
    if not street:
        return ""
    first, last = street[0]
    long_before = max((at for at in range(first) if len(said.words[at].folded) > 3), default=-1)
    for start, end in said.group_spans("near"):
        if start >= last and end < len(said.words):
            return trim(said.slice(start, len(said.words)))
        if end <= long_before:
            return trim(said.slice(start, first))
    return ""


def completed(exchange: Exchange, said: Said, place: Location) -> Location | None:
    """A street with the number or the landmark that was asked for."""
    number = number_said(said)
    if number and place.entity and len(said.words) <= _LONGEST_CORRECTION:
        return with_number(exchange, place, number)
    detail = _near_words(said) or said.without_lead_in()
    if sum(map(str.isalpha, detail)) > 2:
        return replace(place, text=f"{place.text} ({detail})", entity=None)
    return None


def number_said(said: Said) -> str | None:
    """The one number that is not taken back: "c'est pas le 12, c'est le 21 bis" gives "21 bis"."""
    kept = [said.words[at] for _, at in positive_numbers(said) if said.words[at].folded[0].isdecimal()]
    if len(kept) != 1:
        return None
    match = _SUFFIX.match(said.text, kept[0].start)
    if match is None:
        return None
    return f"{match[1]} {match[2].lower()}" if match[2] else match[1]


def number_alone(said: Said) -> str | None:
    """A house number and nothing else: "12", "au 12 bis"."""
    is_alone = said.lone_number() is not None or _SUFFIX.fullmatch(said.rest_without("number_marker", "fillers"))
    return number_said(said) if is_alone else None


def with_number(exchange: Exchange, place: Location, number: str) -> Location:
    """The same street at another number."""
    kept = PlaceValue.read(place.entity)
    door = PlaceValue(kept.street if kept and kept.street else place.text).at(number)
    match: AddressMatch = exchange.fact(FindAddress(str(door)))
    return _location(match) if match.known else Location(door.label, str(door))


def with_street(exchange: Exchange, place: Location, street: Location) -> Location:
    """Another street at the same number, where the gazetteer has that door; else the street as said."""
    kept = PlaceValue.read(street.entity)
    if not door_of(place) or kept is None or not kept.is_street_alone:
        return street
    match: AddressMatch = exchange.fact(FindAddress(str(kept.at(door_of(place)))))
    return _location(match) if match.status == "exact" else street


def position_place(exchange: Exchange, latitude: float, longitude: float) -> Location | None:
    """A shared position, told by the nearest door; None outside the town."""
    match: AddressMatch = exchange.fact(NearestAddress(latitude, longitude))
    if not match.known or match.distance is None:
        return None
    if match.distance > _REACH_OF_POSITION:
        near = exchange.words("place.near", place=match.label)
        return Location(near, None, latitude, longitude, known=True)
    return Location(match.label, match.entity, latitude, longitude, known=True)


def value_of(place: Location) -> str:
    """As a case keeps it: the entity form of an address or a crossing, else the words."""
    return place.entity or place.text


def lacks_number(place: Location) -> bool:
    """A street alone."""
    kept = PlaceValue.read(place.entity)
    return kept is not None and kept.is_street_alone


def door_of(place: Location) -> str:
    """The house number with its suffix; empty where there is none."""
    kept = PlaceValue.read(place.entity)
    return kept.door if kept else ""


def street_of(found: Found) -> Found:
    """The street alone, where its number was another thing's."""
    kept = PlaceValue.read(found.place.entity) or PlaceValue()
    street = kept.at("")
    return Found(replace(found.place, text=street.label, entity=str(street), known=True), incomplete=True)
