"""The engine that asks a Rasa server: what it sends, what it makes of the answers, and the two engines together."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from intents.contract import EngineUnavailable, Entity, Prediction, Utterance
from intents.rasa import BothInterpreter, RasaInterpreter
from tests.support.stub_provider import Answer, StubProvider, stub_provider

pytestmark = pytest.mark.anyio

ANSWER = {
    "text": "trou",
    "intent": {"name": "report.pothole", "confidence": 0.8},
    "intent_ranking": [
        {"name": "report.pavement", "confidence": 0.1},
        {"name": "report.pothole", "confidence": 0.8},
        {"name": "out_of_scope", "confidence": 0.05},
    ],
}


class Own:
    """The town's own engine, which says always the same."""

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        count = Entity("count", 2, "2", 0, 1)
        best = (("report.pothole", 0.9), ("report.tree", 0.1))
        return [Prediction(one.text, "report.pothole", 0.9, "fr", best, (count,)) for one in utterances]


@pytest.fixture
async def server() -> AsyncIterator[StubProvider]:
    async with stub_provider() as stub:
        stub.answer(saying(ANSWER))
        yield stub


def rasa(server: StubProvider, **changed: Any) -> RasaInterpreter:
    return RasaInterpreter(f"{server.url}/", Own(), **changed)


def saying(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


async def test_the_text_is_asked_of_the_parse_address_with_its_token(server: StubProvider) -> None:
    await rasa(server, token="secret").interpret([Utterance("trou")])
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/model/parse", {"token": "secret"})
    assert json.loads(asked.body) == {"text": "trou"}


async def test_the_ranking_is_rasa_s_and_the_entities_are_our_own(server: StubProvider) -> None:
    (found,) = await rasa(server).interpret([Utterance("trou")])
    assert (found.intent, found.confidence, found.language) == ("report.pothole", 0.8, "fr")
    assert found.alternatives == (("report.pothole", 0.8), ("report.pavement", 0.1))
    assert [one.entity for one in found.entities] == ["count"]


@pytest.mark.parametrize("name", ["nlu_fallback", "out_of_scope"])
async def test_its_fallback_is_out_of_scope(server: StubProvider, name: str) -> None:
    refused = ANSWER | {
        "intent": {"name": name, "confidence": 0.9},
        "intent_ranking": [
            {"name": name, "confidence": 0.9},
            {"name": "report.pothole", "confidence": 0.1},
        ],
    }
    server.answer(saying(refused))
    (found,) = await rasa(server).interpret([Utterance("bof")])
    assert found.intent == "out_of_scope"
    assert found.alternatives == (("report.pothole", 0.1),)


@pytest.mark.parametrize(
    "answer",
    [
        saying({}),
        saying([]),
        saying({"intent": None}),
        saying(ANSWER, 500),
        Answer(200, b"<html>"),
        Answer(200, b"\xff"),
        Answer(307, headers={"Location": "/elsewhere"}),
        Answer(drop=True),
    ],
)
async def test_an_answer_that_is_not_rasa_s_makes_the_engine_unavailable(server: StubProvider, answer: Answer) -> None:
    server.answer(answer)
    with pytest.raises(EngineUnavailable):
        await rasa(server).interpret([Utterance("trou")])


async def test_a_server_that_takes_too_long_is_not_waited_for(server: StubProvider) -> None:
    server.answer(Answer(200, delay=5))
    with pytest.raises(EngineUnavailable):
        await rasa(server, timeout=0.1).interpret([Utterance("trou")])


async def test_engines_that_disagree_halve_the_confidence(server: StubProvider) -> None:
    other = ANSWER | {"intent": {"name": "talk.thanks", "confidence": 0.9}, "intent_ranking": []}
    server.answer(saying(other))
    both = BothInterpreter(Own(), rasa(server), patience=5)
    (found,) = await both.interpret([Utterance("trou")])
    assert (found.intent, found.confidence) == ("report.pothole", 0.45)
    server.answer(saying(ANSWER))
    (agreed,) = await both.interpret([Utterance("trou")])
    assert agreed.confidence == 0.9


async def test_without_rasa_the_own_engine_goes_on_unless_told_to_be_strict(server: StubProvider) -> None:
    server.answer(saying({}, 503))
    away = rasa(server)
    (found,) = await BothInterpreter(Own(), away).interpret([Utterance("trou")])
    assert found.confidence == 0.9
    with pytest.raises(EngineUnavailable):
        await BothInterpreter(Own(), away, strict=True).interpret([Utterance("trou")])
