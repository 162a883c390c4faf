"""What a postal address says beside its street: building, flat, floor, staircase, code, addressee, postcode and town.

The entity form of an address has no room for it. An address that is only posted to is kept as typed, with every part;
for a door of the town the parts beside the street become a remark, so that the door stays a door.
"""

from dataclasses import replace

from bot.dialogue_state import Flow
from bot.exchange import Exchange
from bot.places import Found
from gazetteer.street_words import KINDS
from kit.text import fold
from services.declarations.declaration import ServiceField
from services.words.said import Said, trim

_POSTCODE_DIGITS = 5
_LONGEST_NAME = 4  # words of a town or an addressee
_STREETS = KINDS.keys() - {"mail"}
"""Kinds of street that make words an address: "par mail" is none."""
_REACH = 2  # words that may stand between two parts: "au 3e étage, la porte 8"


def with_parts(
    exchange: Exchange, flow: Flow, target: ServiceField, said: Said, found: Found, *, is_asked: bool
) -> Found:
    """The address with what is said beside it; a door of the town keeps that as a remark of the flow."""
    if target.kind != "address" or found.candidates:
        return found
    if target.anywhere:
        return (with_rest if is_asked else with_complement)(exchange, said, found)
    parts = complement(exchange, said, found)
    if parts is None:
        return found
    remark, span = parts
    flow.add_remark(remark)
    return replace(found, span=span)


def with_rest(exchange: Exchange, said: Said, found: Found) -> Found:
    """The address that answers the question, as typed where more than a street of the town is said."""
    if found.span is not None and not _rest(exchange, said, found.span):
        return found
    typed = _as_posted(exchange, said.without_kinds("email", "phone"), found)
    return replace(found, place=replace(found.place, text=typed, entity=None))


def _as_posted(exchange: Exchange, said: Said, found: Found) -> str:
    """The words of an address without a sentence around it: "je veux le recevoir au 7 rue des Carmes, 3e étage"."""
    typed = said.without_thanks()
    if found.span is None or not said.words:
        return typed
    first, last = _grown(exchange, said, found.span)
    start = max(said.text.find(typed), 0)
    is_sentence = 0 in said.starts_of("subjects") | said.starts_of("wish")
    cut = said.words[first].start if is_sentence and first else start
    clause = next((at for at in sorted(said.starts_of("subjects")) if at >= last and not said.follows(at)), None)
    end = said.words[clause].start if clause is not None else start + len(typed)
    return trim(said.text[max(cut, start) : end])


def with_complement(exchange: Exchange, said: Said, found: Found) -> Found:
    """The address told in a longer sentence, with the parts that stand beside it: "Flat 3, 12 rue de Paris"."""
    if found.span is None:
        return found
    first, last = _grown(exchange, said, found.span)
    span = min(found.span[0], said.words[first].start), max(found.span[1], said.words[last - 1].end)
    if span == found.span:
        return found
    return replace(found, place=replace(found.place, text=trim(said.text[slice(*span)]), entity=None), span=span)


def complement(exchange: Exchange, said: Said, found: Found) -> tuple[str, tuple[int, int]] | None:
    """The parts beside a door of the town, "3e étage, porte 8", and the stretch they fill with it; None without any."""
    if found.span is None:
        return None
    first, last = _grown(exchange, said, found.span)
    before = trim(said.text[said.words[first].start : found.span[0]])
    after = trim(said.text[found.span[1] : said.words[last - 1].end])
    town = {*fold(exchange.town.city.name).split(), exchange.town.city.postcode}
    parts = [part for part in (before, after) if set(fold(part).split()) - town]
    start, end = min(found.span[0], said.words[first].start), max(found.span[1], said.words[last - 1].end)
    return (", ".join(parts), (start, end)) if parts else None


def plausible(exchange: Exchange, target: ServiceField, said: Said, found: Found | None) -> Found | None:
    """What answers a question for an address: a known place, or words that may be a postal address."""
    is_open = found is not None and target.kind == "address" and found.span is None and not found.place.known
    return None if is_open and not _is_postal(exchange, said) else found


def _is_postal(exchange: Exchange, said: Said) -> bool:
    """Whether words without a known street may be a postal address: "Le Bourg, 23000 Guéret", "BP 12"."""
    own = fold(exchange.town.city.name).split()
    telling = [word.folded for word in said.words if len(word.folded) > 2 and word.folded not in own]
    letters = [word for word in telling if word.isalpha()]
    has_number = any(word.folded[0].isdecimal() for word in said.words)
    has_street = any(word in _STREETS for word in telling) and len(letters) > 1
    return bool(letters) and (has_number or has_street or bool(said.group_spans("complement")))


def _grown(exchange: Exchange, said: Said, span: tuple[int, int]) -> tuple[int, int]:
    """The words of an address and of the parts that stand beside it, one after the other.

    A town stands behind its street: what is before one is something else, "né à Montlieu, adresse : 12 rue de Paris".
    """
    words = said.words_within(*span)
    first, last = words.start, words.stop
    around = sorted([*_complements(said), *_addressees(said)])
    for start, end in sorted([*around, *_towns(exchange, said)]):
        if first < start <= last + _REACH:  # parts may share a word: "bât C 75016", "75016 Paris"
            last = max(last, end)
    for start, end in reversed(around):
        if first - _REACH <= end <= first:
            first = start
    return first, last


def _complements(said: Said) -> list[tuple[int, int]]:
    """ "appartement 4", "3e étage", "bâtiment B", "code 4512B"."""
    found = []
    for first, last in said.group_spans("complement"):
        start = first - 1 if first and _is_value(said, first - 1) and said.is_run(first - 1, last) else first
        found.append((start, _end_of_values(said, first, last)))
    return found


def _end_of_values(said: Said, first: int, last: int) -> int:
    """The word after the values of a part: "escalier C 4e gauche"; a name stands alone: "interphone Durand"."""
    sides = said.starts_of("side")
    end = last
    while end < min(len(said.words), last + _LONGEST_NAME) and said.is_run(first, end + 1):
        if not (_is_value(said, end) or end in sides):
            break
        end += 1
    has_room = end == last and end < len(said.words) and said.is_run(first, end + 1)
    return _end_of_name(said, end) if has_room else end


def _is_value(said: Said, position: int) -> bool:
    word = said.words[position].folded
    return len(word) == 1 or any(map(str.isdecimal, word)) or position in said.number_at


def _towns(exchange: Exchange, said: Said) -> list[tuple[int, int]]:
    """A postcode with the name after it, and the town's own name."""
    own = fold(exchange.town.city.name).split()
    found = []
    for at, word in enumerate(said.words):
        if word.folded.isdecimal() and len(word.folded) == _POSTCODE_DIGITS:
            found.append((at, _end_of_name(said, at + 1)))
        elif [each.folded for each in said.words[at : at + len(own)]] == own:
            found.append((at, at + len(own)))
    return found


def _addressees(said: Said) -> list[tuple[int, int]]:
    """ "chez Mme Petit", "c/o Durand"."""
    return [(first, _end_of_name(said, last)) for first, last in said.group_spans("care_of")]


def _end_of_name(said: Said, position: int) -> int:
    """The word after the capitalised ones that begin here."""
    end = position
    while end < min(len(said.words), position + _LONGEST_NAME) and said.text[said.words[end].start].isupper():
        if end > position and not said.follows(end):
            break
        end += 1
    return end


def _rest(exchange: Exchange, said: Said, span: tuple[int, int]) -> bool:
    """Whether anything stands beside an address but its town, polite words and what leads in."""
    town = {*fold(exchange.town.city.name).split(), exchange.town.city.postcode}
    typed = said.without_thanks()
    start = max(said.text.find(typed), 0)
    before, after = said.text[start : span[0]], said.text[span[1] : max(start + len(typed), span[1])]
    return bool(set(fold(f"{before} {after}").split()) - town - exchange.town.lexicon.function_words)
