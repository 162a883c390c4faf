"""Alarms on sets written by others than who extends the words: the first number told, and look-alikes left alone.

The files are held back: whoever works on words, phrases or the model looks at counts only (`python -m
benchmarks.alarms`). A changed file is no longer the one the figures were reached on.
"""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.alarm_cases import CHANNELS, counts, read_cases
from tests.bot.conversation import Conversation

RIGHT, ALARMED = 0.84, 4
"""The floor. Reached are 132 of 155 (85 %; 15 none, 8 another number) and 2 of 70; any phrase added to the catalogue
moves both by three or four cases. Before the sentence encoder and the phrases of how people write it was 129 and 14.
The counts, never the messages, were looked at some twenty times while the first model was chosen, and once for this
one. Wanted are 98 %, not reached, and 2. Without the encoder the floor may not hold. The messages of these files are
long and oblique (25 to 40 words, the danger told by the way, often without a word that names it). Plain alarms, which
stand in safety.yaml and in the catalogue's held-out files, are all heard."""

NATURAL_RIGHT, NATURAL_ALARMED = 0.97, 2
"""The floor on messages as people write them when it happens (file c, 5 to 25 words). Reached are 158 of 160 (99 %; 1
none, 1 another number) and 1 of 80, counted five times in all: before the second voice it was 149 and 6."""

UNSEEN_RIGHT, UNSEEN_ALARMED = 0.92, 2
"""The floor on a file counted once, when everything else stood still (file d). Reached are 150 of 160 (94 %; 2 none, 8
another number: three homeless people are ill, and are sent to 15 before 115) and 1 of 80. Wanted are 98 %: missed."""

ORDINARY_ALARMED = 4
"""Of 120 ordinary messages that might worry a machine; 2 were reached. Others of their kind are taught as harmless."""

FOLDER = Path(__file__).parent
FROZEN = {
    "alarms_heldout_a.tsv": "440f9aa91076f3aa849ccd2ef03a12deabba172c244dc48e9c9ce7035ad258dc",
    "alarms_heldout_b.tsv": "287fe0ae303a58534f31a7a65cd1fb6944ca3bf2f9f80a214ab665c4dbfc62ca",
    "alarms_heldout_c.tsv": "f79a5e53e521d1b52c688a221652e39eed5ef6daf531034df700dc163abe986d",
}
OBLIQUE, NATURAL = ("alarms_heldout_a.tsv", "alarms_heldout_b.tsv"), ("alarms_heldout_c.tsv",)
UNSEEN = ("alarms_heldout_d.tsv",)


@pytest.mark.parametrize("name", FROZEN)
def test_the_held_back_files_are_those_the_figures_were_reached_on(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == FROZEN[name]


def test_the_held_back_set_is_large_enough() -> None:
    kinds = Counter(case.kind for name in FROZEN for case in read_cases(FOLDER / name))
    assert kinds["alarm"] >= 300
    assert kinds["lookalike"] >= 140


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("names", "right", "alarmed"),
    [
        (OBLIQUE, RIGHT, ALARMED),
        (NATURAL, NATURAL_RIGHT, NATURAL_ALARMED),
        (UNSEEN, UNSEEN_RIGHT, UNSEEN_ALARMED),
    ],
)
def test_alarms_get_the_right_first_number_and_look_alikes_none(
    town: Town, interpreter: EmbeddedInterpreter, names: tuple[str, ...], right: float, alarmed: int, channel: str
) -> None:
    found: Counter[str] = Counter()
    for name in names:
        for (_, outcome), count in counts(town, interpreter, read_cases(FOLDER / name), channel).items():
            found[outcome] += count
    alarms = found["right"] + found["wrong number"] + found["missed"]
    assert found["right"] / alarms >= right, found
    assert found["alarmed"] <= alarmed, found


def test_ordinary_messages_to_a_town_hall_hardly_ever_alarm(town: Town, interpreter: EmbeddedInterpreter) -> None:
    lines = (FOLDER / "alarms_ordinary.tsv").read_text(encoding="utf-8").splitlines()
    alarmed = 0
    for language, text in (line.split("\t") for line in lines):
        conversation = Conversation(town, interpreter, language=language)
        replies = conversation.say(text).replies
        alarmed += any(reply.kind == "emergency" for reply in replies)
    assert len(lines) == 120
    assert alarmed <= ORDINARY_ALARMED
