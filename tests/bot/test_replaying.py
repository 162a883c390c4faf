"""Kept turns decided again: what a change of data, of understanding or of code does to what was said before."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.replay.corpus import CorpusInvalid, read_turns, write_turns
from bot.replay.replaying import Differences, NotReplayable, compare, decide_again
from case_store.work.kept_turns import KeptTurn
from gazetteer.gazetteer import Gazetteer
from intents.contract import Interpreter, Prediction, Utterance
from intents.embedded import EmbeddedInterpreter
from services.files.product import DEMO_TOWN
from services.town.loading import Town, load_town
from tests.bot.conversation import Conversation

LAMP = "un lampadaire est éteint devant le 12 rue de Paris"
PAPER = "je ne veux pas d'acte de naissance, juste les horaires de la mairie"


def kept(town: Town, interpreter: EmbeddedInterpreter, *texts: str) -> KeptTurn:
    """The last turn of a conversation, as the store gives it back."""
    conversation = Conversation(town, interpreter)
    for text in texts:
        conversation.say(text)
    turn, _ = conversation.decided[-1]
    return replace(turn, record=json.loads(json.dumps(turn.record)))


async def differences(turn: KeptTurn, town: Town, interpreter: Interpreter | None = None) -> Differences | None:
    return compare(turn.record, await decide_again(turn, town, interpreter))


async def obstacle(turn: KeptTurn, town: Town, record: Mapping[str, Any]) -> NotReplayable:
    with pytest.raises(NotReplayable) as raised:
        await differences(replace(turn, record=record), town)
    return raised.value


class Convinced:
    """Takes every text for one and the same intent."""

    def __init__(self, intent: str) -> None:
        self.intent = intent

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        return [Prediction(each.text, self.intent, 0.99, "fr", ((self.intent, 0.99),)) for each in utterances]


def changed_town(folder: Path, name: str, content: str) -> Town:
    """Montlieu with one file of its own more."""
    shutil.copytree(DEMO_TOWN, folder)
    (folder / name).write_text(content, encoding="utf-8")
    return load_town(folder, "https://montlieu.example")


async def test_understood_anew_nothing_changes(town: Town, interpreter: EmbeddedInterpreter) -> None:
    for text in (LAMP, PAPER, "bonjour", "blah blah", "le maire a-t-il un chien ?"):
        assert await differences(kept(town, interpreter, text), town, interpreter) is None


async def test_other_words_differ_only_in_the_reply(
    town: Town, interpreter: EmbeddedInterpreter, tmp_path: Path
) -> None:
    other = changed_town(tmp_path / "town", "replies.fr.yaml", 'thanks: "À votre service."\n')
    found = await differences(kept(town, interpreter, "bonjour", "merci"), other)
    assert found is not None
    assert found.kinds == ("replies",)
    assert await differences(kept(town, interpreter, LAMP), other) is None


async def test_an_address_that_the_town_has_no_more_is_looked_up_again(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    streets = [street for street in town.gazetteer.streets if street.name != "rue de Paris"]
    found = await differences(
        kept(town, interpreter, LAMP), replace(town, gazetteer=Gazetteer(streets, town.gazetteer.places))
    )
    assert found is not None
    assert found.kinds == ("replies",)


async def test_what_is_understood_otherwise_differs_by_act(town: Town, interpreter: EmbeddedInterpreter) -> None:
    turn = kept(town, interpreter, "il y a un gros problème ici")
    found = await differences(turn, town, Convinced("report.graffiti"))
    assert found is not None
    assert found.kinds == ("acts", "effects", "replies")
    assert found.now["acts"] == ["Begin(report.graffiti)"]


async def test_as_understood_then_another_interpreter_changes_nothing(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    assert await differences(kept(town, interpreter, LAMP), town, None) is None


async def test_one_turn_that_differs_changes_none_behind_it(town: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(town, interpreter)
    for text in (LAMP, "non", "14 rue de Paris"):
        conversation.say(text)
    (first, _), *behind = conversation.decided
    found = await differences(first, town, Convinced("report.graffiti"))
    assert found is not None
    # Graffiti may be the resident's own open case, and nobody looked for any near by.
    assert found.assumed == ("CasesOfContact", "EarlierWords", "QueueLoad", "NearbyReports")
    for turn, decision in behind:
        assert (await decide_again(turn, town, None)).decision == decision


async def test_the_same_under_an_assumption_is_not_called_the_same(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    turn = kept(town, interpreter, "où en est mon lampadaire ?")
    found = await obstacle(turn, town, {**turn.record, "facts": []})
    assert (found.obstacle, found.detail) == ("not_kept", "CasesOfContact, EarlierWords, QueueLoad")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"failed": 4}, "failed"),
        ({"case": "0192"}, "not_answered"),
        ({"predictions": [], "facts": [], "now": "2026-11-24T10:00:00+00:00"}, "older"),
        ({"state": {}, "view": {}}, "damaged"),
    ],
)
async def test_what_was_kept_of_no_whole_turn_is_told_apart(
    town: Town, interpreter: EmbeddedInterpreter, record: dict[str, Any], why: str
) -> None:
    assert (await obstacle(kept(town, interpreter, "bonjour"), town, record)).obstacle == why


async def test_turns_come_back_from_a_file_as_they_were(
    town: Town, interpreter: EmbeddedInterpreter, tmp_path: Path
) -> None:
    path = tmp_path / "turns.jsonl"
    texts = (LAMP, "non", "je voudrais parler à quelqu'un")
    path.write_text(write_turns([("a lamp", kept(town, interpreter, *texts[: at + 1])) for at in range(3)]))
    turns = list(read_turns(path))
    assert [(name, turn.messages[0].text, turn.messages[0].seq) for name, turn in turns] == [
        ("a lamp", text, number) for number, text in enumerate(texts, 1)
    ]
    for _, turn in turns:
        assert await differences(turn, town, interpreter) is None


def test_a_line_that_holds_no_turn_is_named(tmp_path: Path) -> None:
    (tmp_path / "turns.jsonl").write_text('{"conversation": "a"}\n')
    with pytest.raises(CorpusInvalid, match=r"turns\.jsonl:1: "):
        list(read_turns(tmp_path / "turns.jsonl"))
