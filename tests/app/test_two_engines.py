"""Where our own engine and Rasa disagree, the resident is asked; nothing is begun before the answer."""

import asyncio
import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.app.test_chat import ROOT, chat
from tests.support.stub_provider import Answer, stub_provider

pytestmark = pytest.mark.anyio

SAID = "une voiture est garée sur la place handicapée depuis un mois"


@pytest.fixture
def town(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    models = os.environ.get("GUICHET_MODEL_DIR", str(ROOT / ".models"))
    return kept | {"GUICHET_DATA_DIR": str(tmp_path), "GUICHET_MODEL_DIR": models, "GUICHET_DEMO": "0"}


async def talk(town: dict[str, str], rasa_says: Answer, *lines: str) -> list[Any]:
    async with stub_provider() as rasa:
        rasa.answer(rasa_says)
        settings = {"GUICHET_NLU_ENGINE": "both", "GUICHET_RASA_URL": rasa.url}
        return await asyncio.to_thread(partial(chat, town | settings, list(lines)))


def ranking(name: str) -> Answer:
    best = {"name": name, "confidence": 0.9}
    return Answer(200, json.dumps({"intent": best, "intent_ranking": [best]}).encode())


def labels(answer: Any) -> list[str]:
    return [choice["label"] for reply in answer["replies"] for choice in reply["choices"]]


def begun(answer: Any) -> list[str]:
    return [event["code"] for event in answer["events"] if event["event"] == "flow_started"]


async def test_two_services_are_offered_and_the_one_picked_is_begun(town: dict[str, str]) -> None:
    first, second = await talk(town, ranking("report.abandoned_vehicle"), SAID, "Véhicule épave ou ventouse")
    assert (first["expects"], first["events"]) == ("choose", [])
    assert set(labels(first)) == {"Véhicule épave ou ventouse", "Stationnement gênant", "Parler à une personne"}
    assert begun(second) == ["report.abandoned_vehicle"]


async def test_a_service_that_only_one_engine_hears_is_offered(town: dict[str, str]) -> None:
    first, second = await talk(town, ranking("out_of_scope"), SAID, "Stationnement gênant")
    assert (first["expects"], first["events"], labels(first)[0]) == ("choose", [], "Stationnement gênant")
    assert begun(second) == ["report.illegal_parking"]


async def test_what_both_engines_hear_is_begun_at_once(town: dict[str, str]) -> None:
    (first,) = await talk(town, ranking("report.illegal_parking"), SAID)
    assert begun(first) == ["report.illegal_parking"]


async def test_a_turn_goes_on_without_rasa(town: dict[str, str]) -> None:
    (first,) = await talk(town, Answer(503), SAID)
    assert begun(first) == ["report.illegal_parking"]
