"""Several of the field's choices at once: "lundi et jeudi", "tous les jours sauf mercredi", "du lundi au vendredi".

The field's `volunteered` words say what means all of them (`all`), what takes out (`except`) and what stands between
the first and the last of several (`through`).
"""

from collections.abc import Iterable
from itertools import pairwise

from services.declarations.service_field import ServiceField
from services.kinds.choices import choice_answer, choice_words
from services.kinds.reading import Outcome, Reading
from services.words.lexicon import outermost
from services.words.said import Said

BETWEEN = ", "
_FEWEST_TOLD = 2
"""Choices that must be named where nobody asked: "lundi" alone may be the day of something else."""

Place = tuple[int, int, int]
"""From where to where a choice is named, in words, and which one it is."""


def several_answer(field: ServiceField, said: Said) -> Outcome:
    picked = _picked(field, said) or _named(field, said)
    if picked:
        return _reading(field, picked)
    one = choice_answer(field, said)
    return one if isinstance(one, Reading) else None


def several_told(field: ServiceField, said: Said) -> Outcome:
    named = _named(field, said)
    is_plain = len(named) >= _FEWEST_TOLD or bool(_cues(field, said, "all"))
    return _reading(field, named) if named and is_plain else None


def _reading(field: ServiceField, picked: Iterable[int]) -> Reading:
    """The choices in the order in which they are declared, each once."""
    return Reading(BETWEEN.join(field.choices[at].value for at in sorted(set(picked))))


def _picked(field: ServiceField, said: Said) -> list[int]:
    """ "1, 3 et 4": nothing but numbers of the choices."""
    others = [word for at, word in enumerate(said.words) if at not in said.number_at]
    numbers = list(said.number_at.values())
    is_only_numbers = all(word.folded in ("et", "and", "le", "les") for word in others)
    in_range = all(1 <= number <= len(field.choices) for number in numbers)
    return [number - 1 for number in numbers] if numbers and is_only_numbers and in_range else []


def _named(field: ServiceField, said: Said) -> list[int]:
    """The choices meant: all of them or those named, without those taken out."""
    places = _places(field, said)
    cut = min((first for first, _ in _cues(field, said, "except")), default=len(said.words))
    inside = [place for place in places if place[0] < cut]
    taken_out = {place[2] for place in places if place[0] >= cut}
    meant = set(range(len(field.choices))) if _cues(field, said, "all") else set(_with_ranges(field, said, inside))
    return sorted(meant - taken_out)


def _places(field: ServiceField, said: Said) -> list[Place]:
    found = [
        (first, last, str(at))
        for at, choice in enumerate(field.choices)
        for first, last in said.spans(choice_words(choice))
    ]
    return [(first, last, int(at)) for first, last, at in outermost(found)]


def _with_ranges(field: ServiceField, said: Said, places: list[Place]) -> list[int]:
    """ "du lundi au vendredi" is five days."""
    meant = [at for _, _, at in places]
    joints = {first for first, _ in _cues(field, said, "through")}
    for one, other in pairwise(places):
        if one[2] < other[2] and joints & set(range(one[1], other[0])):
            meant += range(one[2], other[2])
    return meant


def _cues(field: ServiceField, said: Said, cue: str) -> list[tuple[int, int]]:
    return said.spans(field.volunteered[cue].everywhere()) if cue in field.volunteered else []
