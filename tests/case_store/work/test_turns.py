"""Due turns: one conversation, one turn at a time; none lost, whatever happens meanwhile."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import select

from case_store.models import Message, Turn, TurnDue
from case_store.work import snapshots, turns
from case_store.work.turns import ClaimedTurn
from tests.case_store.world import ANNA, BORIS, World


def claim(world: World, limit: int = 10, worker: str = "w1") -> list[ClaimedTurn]:
    return world.write(turns.claim_turns, worker=worker, limit=limit)


def pass_time(world: World, seconds: float) -> None:
    """Leases and pauses run on the machine's clock; the test moves the rows instead of waiting."""
    world.execute("UPDATE turn_due SET due_at = due_at - :s, lease_until = lease_until - :s", s=seconds)


def finish(world: World, claimed: ClaimedTurn) -> None:
    world.write(turns.finish_turn, conversation_id=claimed.conversation_id, gen=claimed.gen, leaves_some=False)


def due_rows(world: World) -> list[TurnDue]:
    return world.read(lambda session: list(session.scalars(select(TurnDue))))


def test_a_turn_is_claimed_once(world: World) -> None:
    received = world.receive()
    [claimed] = claim(world)
    assert (claimed.conversation_id, claimed.gen, claimed.attempts) == (received.conversation_id, 1, 1)
    assert claim(world, worker="w2") == []


async def test_many_workers_share_the_turns_out(world: World) -> None:
    for number in range(30):
        world.receive(address=f"+3363998{number:04d}")
    rounds = [world.store.write(turns.claim_turns, worker=f"w{number}", limit=4) for number in range(10)]
    claimed = [item.conversation_id for found in await asyncio.gather(*rounds) for item in found]
    while more := claim(world):
        claimed += [item.conversation_id for item in more]
    assert len(claimed) == len(set(claimed)) == 30


def test_no_more_is_claimed_than_there_is_room_for(world: World) -> None:
    for number in range(5):
        world.receive(address=f"+3363998{number:04d}")
    assert len(claim(world, limit=2)) == 2
    assert len(claim(world, limit=2)) == 2
    assert len(claim(world, limit=2)) == 1


def test_who_has_waited_longest_comes_first(world: World) -> None:
    first = world.receive(address=ANNA)
    time.sleep(0.002)
    world.receive(address=BORIS)
    [claimed] = claim(world, limit=1)
    assert claimed.conversation_id == first.conversation_id


def test_a_finished_turn_is_due_no_more(world: World) -> None:
    world.receive()
    finish(world, claim(world)[0])
    assert due_rows(world) == []


def test_a_message_that_arrives_during_the_turn_makes_the_next_one_at_once(world: World) -> None:
    world.receive("un")
    [running] = claim(world)
    world.receive("deux")
    assert claim(world) == []
    world.rung.clear()
    finish(world, running)
    assert ("turn", {}) in world.rung, "nobody would look before the next sweep"
    [following] = claim(world)
    assert (following.gen, following.attempts) == (2, 1)


def test_the_set_of_messages_is_fixed_when_the_turn_starts(world: World) -> None:
    received = world.receive("un")
    world.receive("deux")
    snapshot = world.read(snapshots.load_turn, conversation_id=received.conversation_id)
    world.receive("trois")
    taken = [message.id for message in snapshot.messages]
    assert [message.text for message in snapshot.messages] == ["un", "deux"]
    turn_id = world.write(
        turns.record_turn, conversation_id=received.conversation_id, message_ids=taken, outcome="applied", record={}
    )
    later = world.read(snapshots.load_turn, conversation_id=received.conversation_id)
    assert [message.text for message in later.messages] == ["trois"]
    marked = world.read(lambda session: list(session.scalars(select(Message.text).where(Message.turn_id == turn_id))))
    assert sorted(marked) == ["deux", "un"]


def test_a_turn_keeps_the_facts_it_used(world: World) -> None:
    received = world.receive()
    facts: dict[str, Any] = {"now": "2026-11-24", "facts": [["é", 1]]}
    turn_id = world.write(
        turns.record_turn, conversation_id=received.conversation_id, message_ids=[], outcome="applied", record=facts
    )
    assert world.read(lambda session: session.get_one(Turn, turn_id)).record == facts


def test_a_dead_workers_turn_is_taken_when_its_lease_ends(world: World) -> None:
    world.receive()
    claim(world, worker="dead")
    pass_time(world, turns.LEASE_SECONDS - 1)
    assert claim(world) == []
    pass_time(world, 2)
    [again] = claim(world)
    assert again.attempts == 2


def test_the_only_process_takes_over_every_lease_at_its_start(world: World) -> None:
    world.receive()
    claim(world, worker="dead")
    assert world.write(turns.take_over_leases) == 1
    assert len(claim(world)) == 1


def test_a_late_worker_does_not_end_the_turn_of_its_successor(world: World) -> None:
    world.receive("un")
    [late] = claim(world, worker="slow")
    pass_time(world, turns.LEASE_SECONDS + 1)
    world.receive("deux")
    [successor] = claim(world, worker="w2")
    finish(world, late)
    assert successor.gen == 2
    assert [row.gen for row in due_rows(world)] == [2]


@pytest.mark.parametrize(("attempts", "pause"), [(1, 2), (2, 4), (5, 32), (20, 300)])
def test_a_failed_turn_waits_longer_each_time(world: World, attempts: int, pause: int) -> None:
    received = world.receive()
    claim(world)
    before = time.time()
    world.write(turns.postpone_turn, conversation_id=received.conversation_id, attempts=attempts, error="Boom: é")
    [row] = due_rows(world)
    assert row.due_at == pytest.approx(before + pause, abs=2)
    assert row.error == "Boom: é"
    assert claim(world) == []
    pass_time(world, pause + 2)
    assert len(claim(world)) == 1


def test_a_message_to_a_failing_conversation_does_not_hurry_it(world: World) -> None:
    received = world.receive("un")
    claim(world)
    world.write(turns.postpone_turn, conversation_id=received.conversation_id, attempts=6, error="Boom")
    world.receive("deux")
    assert claim(world) == []


def test_a_terminals_turn_is_left_to_the_terminal(world: World) -> None:
    received = world.receive(lane="chat:1")
    assert claim(world) == []
    assert ("turn", {}) not in world.rung
    own = world.write(turns.claim_turn, conversation_id=received.conversation_id, worker="chat:1")
    assert own is not None
    assert own.gen == 1


def test_nothing_is_claimed_for_a_conversation_without_a_due_turn(world: World) -> None:
    received = world.receive()
    finish(world, claim(world)[0])
    assert world.write(turns.claim_turn, conversation_id=received.conversation_id, worker="x") is None


def test_a_clock_set_back_makes_nobody_wait_for_the_hour(world: World) -> None:
    world.receive()
    pass_time(world, -3600)
    assert claim(world) == []
    assert world.write(turns.recall_far) == 1
    assert len(claim(world)) == 1
    pass_time(world, -3600)
    assert world.write(turns.recall_far) == 2, "its time and its lease"
    assert len(claim(world)) == 1
    world.write(turns.postpone_turn, conversation_id=due_rows(world)[0].conversation_id, attempts=99, error="x")
    assert world.write(turns.recall_far) == 0
