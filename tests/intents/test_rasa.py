"""A Rasa server asked: what it is sent, what is made of its answers, and how long it is believed to be there."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from intents.contract import EngineUnavailable, Entity, Prediction, Utterance
from intents.rasa.breaker import Breaker
from intents.rasa.engines import BothInterpreter, RasaInterpreter
from intents.rasa.limits import FAILURES_IN_A_ROW, REST_SECONDS
from intents.rasa.listening import RasaEar
from intents.rasa.server import RasaServer
from tests.support.stub_provider import Answer, StubProvider, stub_provider

pytestmark = pytest.mark.anyio

CODES = frozenset(
    ["report.pothole", "report.pavement", "report.tree", "ask.fees", "talk.thanks", "alert.emergency", "out_of_scope"]
)
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

    def __init__(self, intent: str = "report.pothole", confidence: float = 0.9) -> None:
        self.intent, self.confidence = intent, confidence

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        count = Entity("count", 2, "2", 0, 1)
        best = ("report.pothole" if self.intent == "out_of_scope" else self.intent, self.confidence)
        ranked = (best, ("report.tree", 0.1))
        return [Prediction(one.text, self.intent, self.confidence, "fr", ranked, (count,)) for one in utterances]


class Seconds:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[StubProvider]:
    async with stub_provider() as stub:
        stub.answer(saying(ANSWER))
        yield stub


def ear(server: StubProvider, **changed: Any) -> RasaEar:
    return RasaEar(RasaServer(f"{server.url}/", **{"seconds": 30.0} | changed), CODES, {"stp": "s il te plait"})


def rasa(server: StubProvider, **changed: Any) -> RasaInterpreter:
    return RasaInterpreter(Own(), ear(server, **changed), strict=True)


def saying(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


def ranking(name: str, confidence: float) -> Answer:
    best = {"name": name, "confidence": confidence}
    return saying({"text": "", "intent": best, "intent_ranking": [best]})


async def test_the_text_is_asked_of_the_parse_address_with_its_token(server: StubProvider) -> None:
    await rasa(server, token="secret").interpret([Utterance("Un TROU stp !")])
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/model/parse", {"token": "secret"})
    assert json.loads(asked.body) == {"text": "un trou s il te plait !"}


async def test_the_ranking_is_rasa_s_and_the_entities_are_our_own(server: StubProvider) -> None:
    (found,) = await rasa(server).interpret([Utterance("trou")])
    assert (found.intent, found.confidence, found.language) == ("report.pothole", 0.8, "fr")
    assert found.alternatives == (("report.pothole", 0.8), ("report.pavement", 0.1))
    assert [one.entity for one in found.entities] == ["count"]


@pytest.mark.parametrize("name", ["nlu_fallback", "out_of_scope", "report.of_another_town"])
async def test_its_fallback_and_what_the_town_does_not_know_are_out_of_scope(server: StubProvider, name: str) -> None:
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
        await rasa(server, seconds=0.1).interpret([Utterance("trou")])


async def test_a_server_that_keeps_failing_is_let_rest_and_then_tried_by_one(server: StubProvider) -> None:
    seconds = Seconds()
    asked = RasaServer(server.url, seconds=30, breaker=Breaker(seconds))
    server.answer(saying({}, 503))
    for _ in range(FAILURES_IN_A_ROW + 5):
        with pytest.raises(EngineUnavailable):
            await asked.parse(["trou"])
    assert len(server.asked) == FAILURES_IN_A_ROW, "residents would wait for nothing"
    seconds.now += REST_SECONDS
    with pytest.raises(EngineUnavailable):
        await asked.parse(["trou"])
    with pytest.raises(EngineUnavailable):
        await asked.parse(["trou"])
    assert len(server.asked) == FAILURES_IN_A_ROW + 1
    seconds.now += REST_SECONDS
    server.answer(saying(ANSWER))
    await asked.parse(["trou"])
    await asked.parse(["trou"])
    assert len(server.asked) == FAILURES_IN_A_ROW + 3


async def test_a_failure_now_and_then_lets_nobody_rest(server: StubProvider) -> None:
    asked = RasaServer(server.url, seconds=30)
    for _ in range(FAILURES_IN_A_ROW + 1):
        server.answer(saying({}, 503), saying(ANSWER))
        with pytest.raises(EngineUnavailable):
            await asked.parse(["trou"])
        assert await asked.parse(["trou"])


@pytest.mark.parametrize("status", [{}, {"model_file": ""}, {"model_file": None}, []])
async def test_a_server_without_a_model_is_not_ready(server: StubProvider, status: Any) -> None:
    server.answer(saying(status))
    with pytest.raises(EngineUnavailable):
        await RasaServer(server.url).ready()


async def test_a_server_with_a_model_names_it(server: StubProvider) -> None:
    server.answer(saying({"model_file": "/some/where/guichet-1.tar.gz"}))
    assert await RasaServer(server.url).ready() == "guichet-1.tar.gz"
    assert server.asked[0].path == "/status"


async def both(server: StubProvider, own: Own, answer: Answer) -> Prediction:
    server.answer(answer)
    (found,) = await BothInterpreter(own, ear(server)).interpret([Utterance("trou")])
    return found


async def test_engines_that_agree_are_believed(server: StubProvider) -> None:
    found = await both(server, Own(), saying(ANSWER))
    assert (found.intent, found.confidence, found.second) == ("report.pothole", 0.9, None)


async def test_two_demands_are_both_offered_and_neither_is_taken(server: StubProvider) -> None:
    found = await both(server, Own(), ranking("report.pavement", 0.8))
    assert found.intent == "out_of_scope"
    assert found.alternatives == (("report.pothole", 0.45), ("report.pavement", 0.4), ("report.tree", 0.05))
    assert found.second == ("report.pavement", 0.8)


async def test_a_demand_that_only_one_hears_is_offered_and_not_taken(server: StubProvider) -> None:
    ours = await both(server, Own(), ranking("out_of_scope", 0.9))
    assert (ours.intent, ours.alternatives[0]) == ("out_of_scope", ("report.pothole", 0.45))
    assert ours.second == ("out_of_scope", 0.0)
    theirs = await both(server, Own("out_of_scope", 0.2), ranking("ask.fees", 0.8))
    assert (theirs.intent, theirs.alternatives[0]) == ("out_of_scope", ("ask.fees", 0.4))


@pytest.mark.parametrize("intent", ["talk.thanks", "alert.emergency"])
async def test_courtesies_and_emergencies_are_our_own_engine_s(server: StubProvider, intent: str) -> None:
    found = await both(server, Own(intent), ranking("report.pavement", 0.99))
    assert (found.intent, found.confidence) == (intent, 0.9)
    assert found.second == ("report.pavement", 0.99)


async def test_without_rasa_the_own_engine_goes_on(server: StubProvider) -> None:
    for kind in (RasaInterpreter, BothInterpreter):
        server.answer(saying({}, 503))
        (found,) = await kind(Own(), ear(server)).interpret([Utterance("trou")])
        assert (found.intent, found.confidence, found.second) == ("report.pothole", 0.9, None)


async def test_a_courtesy_that_rasa_takes_for_another_teaches_nothing(server: StubProvider) -> None:
    found = await both(server, Own("talk.affirm"), ranking("talk.thanks", 0.9))
    assert (found.intent, found.second) == ("talk.affirm", None)
