"""Work that becomes due in a process with a worker is that worker's from the start, and nobody's twice."""

import time
from uuid import UUID

from bot.apply import apply_turn
from bot.contract import Decision, Reply
from bot.scene import Applied, TurnToApply
from case_store.conversations import deliveries
from case_store.conversations.receiving import Received, receive_message
from case_store.work import delivery_claims, snapshots, turns
from case_store.work.snapshots import TurnSnapshot
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.deciding import present
from tests.case_store.world import ANNA, World, new_message

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]

HERE = "here"


def receive(world: World, text: str, worker: str | None = HERE) -> Received:
    return world.write(receive_message, message=new_message(text, address=ANNA), worker=worker)


def answer(world: World, snapshot: TurnSnapshot, *texts: str, worker: str | None = HERE) -> Applied:
    decision = Decision({}, replies=tuple(Reply(text) for text in texts))
    return world.write(apply_turn, turn=TurnToApply(snapshot, decision, 1, {}, "MTL", present, worker=worker))


def snapshot(world: World, conversation_id: UUID) -> TurnSnapshot:
    return world.read(snapshots.load_turn, conversation_id=conversation_id)


def claim_deliveries(world: World) -> list[str]:
    found = world.write(delivery_claims.claim_deliveries, worker="elsewhere", limit=10)
    return [delivery.text for delivery in found]


def claimable_turns(world: World) -> int:
    return len(world.write(turns.claim_turns, worker="elsewhere", limit=10))


def pass_time(world: World, seconds: float) -> None:
    for table in ("turn_due", "delivery"):
        world.execute(f"UPDATE {table} SET lease_until = lease_until - :s", s=seconds)


def test_the_turn_comes_with_the_message_and_with_what_it_decides_from(world: World) -> None:
    received = receive(world, "Un trou")
    assert received.turn is not None
    assert received.turn.snapshot == snapshot(world, received.conversation_id)
    assert [message.text for message in received.turn.snapshot.messages] == ["Un trou"]
    assert claimable_turns(world) == 0


def test_a_message_during_the_turn_makes_the_next_one(world: World) -> None:
    first = receive(world, "Un trou")
    second = receive(world, "rue de Paris")
    assert (first.turn is None, second.turn is None) == (False, True)
    world.write(turns.finish_turn, conversation_id=first.conversation_id, gen=1, leaves_some=False)
    assert claimable_turns(world) == 1


def test_a_second_receipt_of_a_message_gives_no_second_turn(world: World) -> None:
    message = new_message("Un trou", address=ANNA)
    results = [world.write(receive_message, message=message, worker=HERE) for _ in range(2)]
    assert [result.turn is None for result in results] == [False, True]


def test_without_a_worker_here_the_turn_is_anybodys(world: World) -> None:
    assert receive(world, "Un trou", worker=None).turn is None
    assert claimable_turns(world) == 1


def test_a_turn_whose_process_died_is_taken_over(world: World) -> None:
    receive(world, "Un trou")
    pass_time(world, turns.LEASE_SECONDS + 1)
    assert claimable_turns(world) == 1


def test_what_the_turn_says_is_its_workers_to_send_in_order(world: World) -> None:
    received = receive(world, "Un trou")
    applied = answer(world, snapshot(world, received.conversation_id), "Où ?", "Depuis quand ?")
    assert [delivery.text for delivery in applied.claimed] == ["Où ?", "Depuis quand ?"]
    assert [delivery.attempts for delivery in applied.claimed] == [1, 1]
    assert all(delivery.lease_until > time.time() for delivery in applied.claimed)
    assert [row.state for row in world.deliveries(received.conversation_id)] == ["sending", "sending"]
    assert claim_deliveries(world) == []


def test_what_is_said_behind_something_unsent_waits_for_it(world: World) -> None:
    received = receive(world, "Un trou")
    [earlier] = answer(world, snapshot(world, received.conversation_id), "Où ?").claimed
    receive(world, "rue de Paris")
    later = answer(world, snapshot(world, received.conversation_id), "Merci")
    assert list(later.claimed) == []
    assert claim_deliveries(world) == []
    world.write(deliveries.record_sent, delivery_id=earlier.id, provider_id="P1", state="sent")
    assert claim_deliveries(world) == ["Merci"]


def test_a_sending_whose_process_died_is_looked_into(world: World) -> None:
    received = receive(world, "Un trou")
    answer(world, snapshot(world, received.conversation_id), "Où ?")
    pass_time(world, delivery_claims.LEASE_SECONDS + 1)
    [dead] = world.write(delivery_claims.claim_interrupted, worker="elsewhere", limit=10)
    assert (dead.text, dead.interrupted) == ("Où ?", 1)


def test_a_stopped_address_is_leased_nothing(world: World) -> None:
    received = receive(world, "STOP")
    world.execute("UPDATE contact_point SET opted_out = :yes", yes=True)
    applied = answer(world, snapshot(world, received.conversation_id), "Où ?")
    assert list(applied.claimed) == []
    assert [row.state for row in world.deliveries(received.conversation_id)] == ["cancelled"]
