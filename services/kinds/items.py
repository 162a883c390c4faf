"""Lists of things: read from an enumeration, then added to, put right and shortened as the resident goes on."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kit.text import fold
from services.declarations.declaration import ServiceField
from services.kinds.reading import Outcome, Reading
from services.words.said import Said, trim

_BETWEEN = ", "
_PART = re.compile(r"[,;:+&\n]|\.(?=\s)|(?<!\w)(?:et|and|puis|then)(?!\w)", re.IGNORECASE)
_LONGEST_PART = 5
_MOST_THINGS = 40
"""Things taken from one message: who has more to give away has said so often enough."""
_NOUN = 3
_NEAR = 4
"""Words behind a thing within which it is said to be kept."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing said: words `first` to `last` with its number or article, its name from `name` on."""

    first: int
    name: int
    last: int


def items_answer(field: ServiceField, said: Said) -> Outcome:
    items = said.without_lead_in()
    return Reading(items, sure=bool(_things(field, said))) if items else None


def items_told(field: ServiceField, said: Said) -> Outcome:
    """The known things, each with its article or number, and the unknown ones counted beside them."""
    things = [said.slice(thing.first, thing.last) for thing in _listed(field, said)]
    return Reading(_BETWEEN.join(things)) if things else None


def items_changed(field: ServiceField, known: str, said: Said) -> str | None:
    """The list once this is heard: "et un matelas" adds, "pas le canapé" takes out, "non, 3 chaises" puts right.

    None when nothing is said of it; empty when everything was taken out.
    """
    before = known.split(_BETWEEN)
    kept = [item for item in before if not _is_taken_out(said, item)]
    kept_back = said.starts_of("kept_back")
    for thing in _listed(field, said):
        if not (_is_denied(said, thing.first, thing.name) or _is_followed(thing.last - 1, kept_back)):
            is_meant_again = thing.first in said.starts_of("definite")
            _put(
                kept,
                said.slice(thing.first, thing.last),
                said.slice(thing.name, thing.last),
                replaces=not is_meant_again,
            )
    if len(before) == 1 and len(kept) > 1 and said.has("correction") and not said.has("addition"):
        kept = kept[1:]
    return None if kept == before else _BETWEEN.join(kept)


def _put(items: list[str], item: str, name: str, *, replaces: bool) -> None:
    """The same thing in another number takes the place of what was said before; "le matelas" only names it again."""
    for position, other in enumerate(items):
        if _same(other, name):
            items[position] = item if replaces else other
            return
    items.append(item)


def _same(item: str, name: str) -> bool:
    return _singular(item).endswith(_singular(name))


def _singular(text: str) -> str:
    return f" {' '.join(word.rstrip('sx') for word in fold(text).split())}"


def _listed(field: ServiceField, said: Said) -> list[_Thing]:
    """The known things, and whatever stands counted in the same enumeration: "un canapé et deux girouettes"."""
    things = _things(field, said)
    parts = list(_parts(said))
    names = sorted(thing.name for thing in things)
    holds = [bisect_left(names, last) > bisect_left(names, first) for first, last in parts]
    counted = [_is_counted(said, first, last) for first, last in parts]
    beside = _beside(holds, counted)
    things += [
        _Thing(first, first + 1, _before_fillers(said, last))
        for index, (first, last) in enumerate(parts)
        if counted[index] and index in beside and not holds[index]
    ]
    return sorted(things, key=lambda thing: thing.first)[:_MOST_THINGS]


def _beside(holds: Sequence[bool], counted: Sequence[bool]) -> set[int]:
    """The parts with only counted ones between them and one that holds a known thing."""
    found: set[int] = set()
    for order in (range(len(holds)), range(len(holds) - 1, -1, -1)):
        reached = False
        for index in order:
            if reached:
                found.add(index)
            reached = holds[index] or (reached and counted[index])
    return found


def _things(field: ServiceField, said: Said) -> list[_Thing]:
    declared = field.volunteered.get("things")
    return (
        [_Thing(_start(said, name), name, last) for name, last in said.spans(declared.everywhere())] if declared else []
    )


def _start(said: Said, name: int) -> int:
    """Where the number or the article of a thing stands, an adjective or two before it; else the name itself."""
    determiners = said.ends_of("determiner")
    near = (at for at in (name - 1, name - 2, name - 3) if at >= 0 and said.is_run(at, name + 1))
    return next((at for at in near if at in said.number_at or at + 1 in determiners), name)


def _parts(said: Said) -> Iterator[tuple[int, int]]:
    """The stretches between commas and "et", as ranges of word numbers."""
    edges = [0, *(match.end() for match in _PART.finditer(said.text)), len(said.text) + 1]
    ends = [*(match.start() for match in _PART.finditer(said.text)), len(said.text) + 1]
    for start, end in zip(edges, ends, strict=False):
        inside = said.words_within(start, end)
        if inside:
            yield inside.start, inside.stop


def _is_counted(said: Said, first: int, last: int) -> bool:
    """A few words that begin with a number or "un", and tell no day or hour."""
    if not 2 <= last - first <= _LONGEST_PART or not said.is_run(first, last):
        return False
    begins = first in said.number_at or first in said.starts_of("some")
    times = said.starts_of("weekday") | said.starts_of("day_part") | _timed(said)
    return begins and times.isdisjoint(range(first, last))


def _timed(said: Said) -> frozenset[int]:
    """Where days, hours and durations begin."""
    mentions = said.found("date", "time", "duration")
    return frozenset(said.words_within(0, mention.start).stop for mention in mentions)


def _before_fillers(said: Said, last: int) -> int:
    """Without "please" at the end."""
    return next((first for first, end in said.group_spans("fillers") if end == last), last)


def _is_taken_out(said: Said, item: str) -> bool:
    """Whether this known thing is named after "pas", "sans", "retirez" and such."""
    names = [word for word in fold(trim(item)).split() if len(word) > _NOUN]
    forms = {form for name in names[-1:] for form in (name, name.rstrip("sx"), f"{name}s")}
    places = (at for form in forms for at in said.places_of.get(form, ()))
    kept_back = said.starts_of("kept_back")
    return any(_is_denied(said, _start(said, at), at) or _is_followed(at, kept_back) for at in places)


def _is_followed(name: int, kept_back: frozenset[int]) -> bool:
    """ "le canapé je le garde", "le canapé de ma mère, je l'ai vendu"."""
    return not kept_back.isdisjoint(range(name + 1, name + 1 + _NEAR))


def _is_denied(said: Said, start: int, name: int) -> bool:
    """Whether a word that takes away stands right before the thing: "no, 2 chairs" takes nothing away.

    "N'oubliez pas le fauteuil" and "ajoutez un lit" take nothing away either, whatever else the message does.
    """
    removed = {at for first, last in said.group_spans("removal") for at in range(first + 1, last + 1)}
    adds = (said.ends_of("addition") - removed) | said.ends_of("undone")
    if not adds.isdisjoint(range(start, name + 1)):
        return False
    ends = said.ends_of("negator") | said.ends_of("removal")
    return any(at in ends and said.is_run(at - 1, at + 1) for at in range(start, name + 1))
