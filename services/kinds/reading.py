"""What reading an utterance for one field can give, and the small tools that all kinds of field share."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services.declarations.declaration import ServiceField
from services.words.said import Mention, Said


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, as the case keeps it. `sure`: plainly of this kind, whatever else the utterance may mean.

    `partial`: the rest is still to be asked, as a child's date of birth.
    """

    value: str
    sure: bool = True
    partial: bool = False


Unusable = Literal[
    "end_before_start",
    "future_day",
    "no_such_day",
    "no_such_time",
    "past_day",
    "several_numbers",
    "too_large",
    "too_small",
    "town_with_a_slip",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Meant as the answer, but not usable: the field's error wording says how to mend it.

    `insisted` is the value to keep should the resident say the same again: a foreign plate. `reason` says what is
    wrong where the field's wording does not: a reply `unusable.<reason>` tells it.
    """

    insisted: str | None = None
    reason: Unusable | None = None


Outcome = Reading | Fault | None


def positive(said: Said, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions that are not taken back ("pas le 12", "instead of 2"); all of them when all are."""
    kept = tuple(mention for mention in mentions if not is_denied(said, said.words_within(0, mention.start).stop))
    return kept or mentions


def is_denied(said: Said, position: int) -> bool:
    """Whether the word at this position follows a negation ("pas le", "au lieu de")."""
    return position in said.ends_of("negator")


def positive_numbers(said: Said) -> list[tuple[int, int]]:
    numbers = said.numbers()
    return [(number, at) for number, at in numbers if not is_denied(said, at)] or numbers


def words_after(said: Said, field: ServiceField, cue: str) -> Iterator[int]:
    """Positions of the words that follow the field's phrases of this cue."""
    phrases = field.volunteered[cue].everywhere() if cue in field.volunteered else ()
    for _, end in said.spans(phrases):
        if end < len(said.words):
            yield end


def is_capitalised(said: Said, position: int) -> bool:
    return said.text[said.words[position].start].isupper()


def capitalised_run(said: Said, position: int, longest: int) -> int:
    """The position after the capitalised words that begin here; a full stop or a comma ends them."""
    end = position
    while end < min(len(said.words), position + longest) and is_capitalised(said, end):
        if end > position and not said.follows(end):
            break
        end += 1
    return end
