"""Kept turns, read with their messages by whoever decides them again."""

from datetime import UTC, datetime
from uuid import UUID

from case_store.work import turns
from case_store.work.kept_turns import KeptTurn, find_kept_turns
from case_store.work.snapshots import load_turn
from tests.case_store.world import ANNA, BORIS, World


def take_turn(world: World, conversation_id: UUID) -> UUID:
    waiting = world.read(load_turn, conversation_id=conversation_id).messages
    return world.write(
        turns.record_turn,
        conversation_id=conversation_id,
        message_ids=[message.id for message in waiting],
        outcome="applied",
        record={"now": "2026-11-24"},
    )


def found(
    world: World, since: datetime | None = None, after: KeptTurn | None = None, limit: int = 10
) -> list[KeptTurn]:
    behind = (after.at, after.id) if after else None
    return world.read(find_kept_turns, since=since, after=behind, limit=limit)


def test_turns_come_in_their_order_each_with_its_own_messages(world: World) -> None:
    anna = world.receive("un", address=ANNA).conversation_id
    world.receive("deux", address=ANNA)
    boris = world.receive("trois", address=BORIS).conversation_id
    first, second = take_turn(world, anna), take_turn(world, boris)
    world.receive("quatre", address=ANNA)
    third = take_turn(world, anna)
    kept = found(world)
    assert [turn.id for turn in kept] == [first, second, third]
    assert [[message.text for message in turn.messages] for turn in kept] == [["un", "deux"], ["trois"], ["quatre"]]
    assert [turn.contact_address for turn in kept] == [ANNA, BORIS, ANNA]
    assert kept[0].record == {"now": "2026-11-24"}


def test_they_are_read_in_pieces_and_from_a_moment_on(world: World) -> None:
    talk = world.receive("un").conversation_id
    early = take_turn(world, talk)
    world.clock.forward(days=1)
    world.receive("deux")
    late = take_turn(world, talk)
    first, last = found(world)
    assert [turn.id for turn in (first, last)] == [early, late]
    assert found(world, limit=1) == [first]
    assert found(world, after=first) == [last]
    assert found(world, since=datetime(2026, 11, 25, tzinfo=UTC)) == [last]
    assert found(world, after=last) == []


def test_a_turn_without_messages_is_one_too(world: World) -> None:
    talk = world.receive("un").conversation_id
    take_turn(world, talk)
    take_turn(world, talk)
    assert [len(turn.messages) for turn in found(world)] == [1, 0]
