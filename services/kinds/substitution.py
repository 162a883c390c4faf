"""One part of an answer put in another's place: "pas Paul, Pierre", "it's Smyth, not Smith"."""

from collections.abc import Mapping
from dataclasses import dataclass

from kit.text import fold
from services.kinds.reading import capitalised_run, is_capitalised
from services.words.said import Said, trim

_LONGEST = 4
_REACH = 16
"""Words on one side of what is taken back among which no more than `_LONGEST` can be left: fillers are few."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """The known value `name` becomes `value`."""

    name: str
    value: str


def substitution(said: Said, known: Mapping[str, str]) -> Substitution | None:
    """What a resident takes back of the known values and says instead; None when it is not said so plainly."""
    known_words = {name: f" {fold(value)} " for name, value in known.items()}
    for start, position in said.group_spans("negator"):
        for length in range(min(_LONGEST, len(said.words) - position), 0, -1):
            wrong = said.slice(position, position + length)
            name = _holder(wrong, known_words)
            right = _instead(said, start, position + length, is_name=wrong[0].isupper()) if name else None
            if name and right:
                return Substitution(name, _replaced(known[name], wrong, right))
    return None


def renamed(said: Said, name: str) -> str | None:
    """ "le prénom c'est Pierre": a name of two words with its first or its last word changed."""
    words = name.split()
    new = _name(said, 0, len(said.words))
    if len(words) != 2 or new is None:
        return None
    if said.has("family_name"):
        return f"{words[0]} {new}"
    return f"{new} {words[1]}" if said.has("first_name") and " " not in new else None


def _holder(words: str, known: Mapping[str, str]) -> str | None:
    """The one known value, folded, that has these words."""
    holders = [name for name, value in known.items() if f" {fold(words)} " in value]
    return holders[0] if len(holders) == 1 else None


def _instead(said: Said, start: int, end: int, *, is_name: bool) -> str | None:
    """The few words on the other side of what is taken back; of a name only what is written like one."""
    for first, last in ((end, len(said.words)), (0, start)):
        words = _name(said, first, last) if is_name else None
        if words is None and 0 < last - first <= _REACH:
            words = said.part(said.words[first].start, said.words[last - 1].end).without_thanks()
        if words and len(words.split()) <= _LONGEST and any(map(str.isalpha, words)):
            return words
    return None


def _name(said: Said, first: int, last: int) -> str | None:
    """The last run of capitalised words in a stretch."""
    start = next((at for at in range(first, last) if is_capitalised(said, at) and at), None)
    if start is None:
        return None
    return said.slice(start, min(last, capitalised_run(said, start, _LONGEST)))


def _replaced(value: str, wrong: str, right: str) -> str:
    """The value with the wrong words exchanged, however they were spelt."""
    words = value.split()
    length = len(wrong.split())
    for first in range(len(words) - length + 1):
        if fold(" ".join(words[first : first + length])) == fold(wrong):
            return trim(" ".join([*words[:first], right, *words[first + length :]]))
    return right
