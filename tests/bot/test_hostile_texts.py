"""Texts made to be slow cost four times as much when they are four times as long, and no more."""

import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest

from bot import hearing
from bot.reading import clauses, contacts
from intents.embedded import EmbeddedInterpreter
from intents.entities.addresses import AddressFinder
from intents.entities.contacts import find_mails
from intents.entities.spans import Spans
from kit.text import fold
from kit.typography import typography
from services.town.loading import Town
from services.words.said import clean
from tests.bot.conversation import Conversation
from tests.bot.one_turn import opened_conversations, take
from tests.support.hostile_texts import SEEDS, filled

SHORT, LONG = 500, 2000
GROWTH = 5
"""Four times the text, with room for what only the longer one reaches."""


@pytest.fixture(scope="module")
def opened(town: Town, interpreter: EmbeddedInterpreter) -> dict[str, Conversation]:
    return opened_conversations(town, interpreter)


def work_of(act: Callable[[], object]) -> int:
    """How often a function, of Python or of C, is called, or a generator goes on. The same on every machine."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("seed", SEEDS)
def test_work_grows_with_the_length_and_no_faster(opened: dict[str, Conversation], seed: str) -> None:
    for opening in ("start", "person", "things"):
        *shorts, long = (filled(SEEDS[seed], length) for length in (SHORT // 2, SHORT, LONG))
        take(opened[opening], long)  # what is kept for a moment is kept for all
        costs = [work_of(lambda opening=opening, short=short: take(opened[opening], short)) for short in shorts]
        base = max(costs)  # one length may happen to be taken for nothing, and cost less than a shorter one
        work = work_of(lambda opening=opening, long=long: take(opened[opening], long))
        assert work <= base * GROWTH, f"after {opening!r}: {base} calls, then {work}"


def test_a_sign_that_unfolds_to_a_sentence_leaves_less_to_be_read() -> None:
    assert fold(clean("\ufdfa" * 2000)).count("\u0635") < 1000
    assert clean("é" * 2000) == "é" * 2000


@pytest.mark.parametrize(
    "piece",
    ["@", "a@", "a@a.", "« ", " »", "!", " ", ";", ":", ":a", "\n", ". ", "www.", "12 ", "rue Pasteur" + " " * 400],
)
def test_no_pattern_looks_at_the_same_signs_again_and_again(piece: str) -> None:
    """What C does is not counted above: forty thousand signs take a tenth of a second, and took hours before."""
    text = filled(piece, 40_000)
    spans = Spans.of(text)
    started = process_time()
    typography(text, "fr")
    list(find_mails(spans)), list(AddressFinder(["rue Pasteur"]).find(spans))
    for pattern in (contacts._MAIL, contacts._NUMBER, hearing._SENTENCE_END, clauses._STOP):
        list(pattern.finditer(text))
    assert process_time() - started < 20
