"""A turn takes ten waiting messages at most; STOP and emergencies do not wait behind the others."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import turn as turn_module
from bot.decide import decide
from bot.thinking import LONG
from bot.turn import TurnEngine
from bot.waiting import MOST_AT_ONCE
from case_store.models import Turn, TurnDue
from case_store.work import snapshots, turns
from intents.contract import Prediction, Utterance
from services.town.loading import load_town
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.deciding import present
from tests.case_store.world import World

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]


class Listening:
    """Understands nothing in particular, and remembers what it was asked about."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        self.heard += [utterance.text for utterance in utterances]
        return [Prediction(utterance.text, "out_of_scope", 0.0, "fr") for utterance in utterances]


@pytest.fixture
def engine(world: World, city_dir: Path) -> TurnEngine:
    return TurnEngine(
        store=world.store,
        town=load_town(city_dir),
        interpreter=Listening(),
        clock=world.clock,
        present=present,
        reach=lambda kind: None,
        choice_style=lambda kind: "numbered",
        carries_letters=lambda channel: False,
        team_of=lambda channel: None,
    )


def receive(world: World, *texts: str) -> UUID:
    return [world.receive(text).conversation_id for text in texts][-1]


async def run_turn(world: World, engine: TurnEngine, talk: UUID) -> list[str]:
    """What the next turn is asked to understand; nothing when none is due."""
    claimed = world.write(turns.claim_turn, conversation_id=talk, worker="w")
    if claimed is None:
        return []
    assert isinstance(engine.interpreter, Listening)
    engine.interpreter.heard.clear()
    await engine.run(claimed)
    return list(engine.interpreter.heard)


def waiting(world: World, talk: UUID) -> list[str]:
    return [message.text for message in world.read(snapshots.load_turn, conversation_id=talk).messages]


async def test_the_rest_is_the_next_turns(world: World, engine: TurnEngine) -> None:
    texts = [f"message {number}" for number in range(MOST_AT_ONCE * 2 + 3)]
    talk = receive(world, *texts)
    world.rung.clear()
    heard = [await run_turn(world, engine, talk)]
    assert ("turn", {}) in world.rung, "the next turn would wait for the sweep"
    assert world.read(lambda session: session.scalars(select(TurnDue)).one()).attempts == 0
    heard += [await run_turn(world, engine, talk) for _ in range(3)]
    assert heard == [texts[:10], texts[10:20], texts[20:], []]
    assert waiting(world, talk) == []


async def test_ten_messages_are_one_turn(world: World, engine: TurnEngine) -> None:
    texts = [f"message {number}" for number in range(MOST_AT_ONCE)]
    talk = receive(world, *texts)
    assert await run_turn(world, engine, talk) == texts
    assert await run_turn(world, engine, talk) == []


async def test_stop_behind_many_messages_wins_over_all_of_them(world: World, engine: TurnEngine) -> None:
    talk = receive(world, *(f"message {number}" for number in range(30)), "STOP", "et encore un mot")
    assert await run_turn(world, engine, talk) == ["STOP"]
    [told] = world.deliveries(talk)
    assert "vous ne recevrez plus de messages" in told.text
    assert world.read(snapshots.load_turn, conversation_id=talk).opted_out
    assert waiting(world, talk) == []
    assert await run_turn(world, engine, talk) == []


async def test_of_stop_and_start_the_last_one_counts(world: World, engine: TurnEngine) -> None:
    others = [f"message {number}" for number in range(20)]
    talk = receive(world, "STOP", *others, "START")
    assert await run_turn(world, engine, talk) == ["STOP"]
    assert world.read(snapshots.load_turn, conversation_id=talk).opted_out

    talk = receive(world, *others, "START", *others)
    assert await run_turn(world, engine, talk) == ["START"]
    assert not world.read(snapshots.load_turn, conversation_id=talk).opted_out


async def test_of_several_stops_the_last_one_is_answered(world: World, engine: TurnEngine) -> None:
    others = [f"message {number}" for number in range(10)]
    talk = receive(world, "STOP", *others, "stop !")
    assert await run_turn(world, engine, talk) == ["stop !"]
    assert waiting(world, talk) == []


async def test_an_emergency_is_not_kept_waiting_by_chatter(world: World, engine: TurnEngine) -> None:
    chatter = [f"message {number}" for number in range(30)]
    talk = receive(world, *chatter, "il y a le feu dans la cave", "encore")
    assert await run_turn(world, engine, talk) == [*chatter[:9], "il y a le feu dans la cave"]
    assert "18" in "\n".join(delivery.text for delivery in world.deliveries(talk))
    assert waiting(world, talk) == [*chatter[9:], "encore"]


async def test_others_are_answered_while_a_long_set_is_decided(
    world: World, engine: TurnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, answered = threading.Event(), threading.Event()

    def decide_slowly(**facts: Any) -> Any:
        begun.set()
        assert answered.wait(20), "the event loop stood still"
        return decide(**facts)

    async def another_request() -> None:
        while not begun.is_set():
            await asyncio.sleep(0.001)
        answered.set()

    monkeypatch.setattr(turn_module, "decide", decide_slowly)
    talk = receive(world, "1/" * LONG)
    heard, _ = await asyncio.gather(run_turn(world, engine, talk), another_request())
    assert len(heard) == 1
    assert waiting(world, talk) == []


async def test_a_turn_looks_at_a_bounded_number_and_leaves_the_others(world: World, engine: TurnEngine) -> None:
    talk = receive(world, *(f"message {number}" for number in range(snapshots.SEEN_AT_ONCE + 5)))
    snapshot = world.read(snapshots.load_turn, conversation_id=talk)
    assert (len(snapshot.messages), snapshot.leaves_some) == (snapshots.SEEN_AT_ONCE, True)
    while await run_turn(world, engine, talk):
        pass
    assert waiting(world, talk) == []
    taken = world.read(lambda session: [turn.record["predictions"] for turn in session.scalars(select(Turn))])
    assert sum(map(len, taken)) == snapshots.SEEN_AT_ONCE + 5
