"""Values written by people who saw neither tables nor grammar: frozen, and read at least as well as the first time."""

import hashlib
from collections import Counter

from benchmarks.entities import HELD_OUT
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.answering_values import is_right, kept_of, read_written

WRITTEN = "788ca66ecfdc301956302eb7a7685f3f1d2f453b08660886f8143107143d4e13"

RIGHT = 0.79
"""The floor. Reached were 163 of 200 at first sight (82 %; 8 asked again, 29 kept otherwise); wanted are 95 %: missed.
Postal addresses (4 of 15), names of persons (9 of 14) and children (10 of 14) and moments (11 of 15) miss most."""


def test_the_values_of_strangers_are_those_the_figure_was_reached_on() -> None:
    assert hashlib.sha256(HELD_OUT.read_bytes()).hexdigest() == WRITTEN


def test_the_values_of_strangers_are_read_as_well_as_at_first_sight(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    rows = read_written(HELD_OUT.read_text(encoding="utf-8"))
    right = Counter(is_right(row, kept_of(town, interpreter, row)) for row in rows)
    assert right[True] / len(rows) >= RIGHT
