"""The engine that asks a Rasa server: what it sends, what it makes of the answers, and the two engines together."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from intents.contract import EngineUnavailable, Entity, Prediction, Utterance
from intents.rasa import BothInterpreter, RasaInterpreter

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


def rasa(answer: Callable[[httpx2.Request], httpx2.Response], **changed: Any) -> RasaInterpreter:
    return RasaInterpreter("http://rasa.example/", Own(), transport=httpx2.MockTransport(answer), **changed)


def saying(content: Any, status: int = 200) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda request: httpx2.Response(status, json=content)


async def test_the_text_is_asked_of_the_parse_address_with_its_token() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json=ANSWER)

    await rasa(answer, token="secret").interpret([Utterance("trou")])
    assert str(asked[0].url) == "http://rasa.example/model/parse?token=secret"
    assert json.loads(asked[0].content) == {"text": "trou"}


async def test_the_ranking_is_rasa_s_and_the_entities_are_our_own() -> None:
    (found,) = await rasa(saying(ANSWER)).interpret([Utterance("trou")])
    assert (found.intent, found.confidence, found.language) == ("report.pothole", 0.8, "fr")
    assert found.alternatives == (("report.pothole", 0.8), ("report.pavement", 0.1))
    assert [one.entity for one in found.entities] == ["count"]


@pytest.mark.parametrize("name", ["nlu_fallback", "out_of_scope"])
async def test_its_fallback_is_out_of_scope(name: str) -> None:
    refused = ANSWER | {
        "intent": {"name": name, "confidence": 0.9},
        "intent_ranking": [
            {"name": name, "confidence": 0.9},
            {"name": "report.pothole", "confidence": 0.1},
        ],
    }
    (found,) = await rasa(saying(refused)).interpret([Utterance("bof")])
    assert found.intent == "out_of_scope"
    assert found.alternatives == (("report.pothole", 0.1),)


@pytest.mark.parametrize(
    "answer",
    [
        saying({}),
        saying([]),
        saying({"intent": None}),
        saying(ANSWER, 500),
        lambda _: httpx2.Response(200, text="<html>"),
    ],
)
async def test_an_answer_that_is_not_rasa_s_makes_the_engine_unavailable(
    answer: Callable[[httpx2.Request], httpx2.Response],
) -> None:
    with pytest.raises(EngineUnavailable):
        await rasa(answer).interpret([Utterance("trou")])


async def test_engines_that_disagree_halve_the_confidence() -> None:
    other = ANSWER | {"intent": {"name": "talk.thanks", "confidence": 0.9}, "intent_ranking": []}
    both = BothInterpreter(Own(), rasa(saying(other)))
    (found,) = await both.interpret([Utterance("trou")])
    assert (found.intent, found.confidence) == ("report.pothole", 0.45)
    (agreed,) = await BothInterpreter(Own(), rasa(saying(ANSWER))).interpret([Utterance("trou")])
    assert agreed.confidence == 0.9


async def test_without_rasa_the_own_engine_goes_on_unless_told_to_be_strict() -> None:
    away = rasa(saying({}, 503))
    (found,) = await BothInterpreter(Own(), away).interpret([Utterance("trou")])
    assert found.confidence == 0.9
    with pytest.raises(EngineUnavailable):
        await BothInterpreter(Own(), away, strict=True).interpret([Utterance("trou")])
