"""Which deliveries may be sent now: in order, once, and found again when their process died."""

import asyncio
from uuid import UUID

import pytest

from case_store import delivery_claims
from case_store.delivery_claims import LEASE_SECONDS
from tests.case_store.sending import claim, claim_dead, fail, pass_time, put_off, sent
from tests.case_store.world import BORIS, World


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive().conversation_id


class TestClaiming:
    def test_a_delivery_is_marked_as_sending_before_anybody_sends_it(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "Bonjour")
        [claimed] = claim(world)
        assert (claimed.id, claimed.text, claimed.attempts, claimed.interrupted) == (delivery_id, "Bonjour", 1, 0)
        assert world.delivery(delivery_id).state == "sending"
        assert claim(world, worker="w2") == []

    def test_the_parts_and_messages_of_a_conversation_come_together_in_order(self, world: World, talk: UUID) -> None:
        words = [f"{number}" for number in range(12)]
        world.say(talk, *words[:5])
        for word in words[5:]:
            world.say(talk, word)
        assert [claimed.text for claimed in claim(world, limit=1)] == words

    def test_what_is_said_while_another_is_being_sent_waits_for_it(self, world: World, talk: UUID) -> None:
        [first] = world.say(talk, "un")
        claim(world)
        world.say(talk, "deux")
        assert claim(world) == []
        world.rung.clear()
        sent(world, first)
        assert ("delivery", {}) in world.rung, "nobody would look before the next sweep"
        assert [claimed.text for claimed in claim(world)] == ["deux"]

    def test_nobody_is_rung_when_nothing_waits_behind(self, world: World, talk: UUID) -> None:
        [only] = world.say(talk, "un")
        claim(world)
        world.rung.clear()
        sent(world, only)
        assert world.rung == []

    def test_what_waits_for_its_next_try_holds_back_what_came_after(self, world: World, talk: UUID) -> None:
        [first] = world.say(talk, "un")
        claim(world)
        put_off(world, first)
        world.say(talk, "deux")
        assert claim(world) == []
        pass_time(world, 61)
        assert [claimed.text for claimed in claim(world)] == ["un", "deux"]

    def test_a_failure_lets_the_followers_go(self, world: World, talk: UUID) -> None:
        [first] = world.say(talk, "un")
        claim(world)
        world.say(talk, "deux")
        world.rung.clear()
        fail(world, first)
        assert ("delivery", {}) in world.rung
        assert [claimed.text for claimed in claim(world)] == ["deux"]

    def test_one_conversation_does_not_hold_back_another(self, world: World, talk: UUID) -> None:
        other = world.receive(address=BORIS).conversation_id
        [first] = world.say(talk, "un")
        claim(world)
        put_off(world, first)
        world.say(other, "à Boris")
        assert [claimed.text for claimed in claim(world)] == ["à Boris"]

    def test_room_counts_conversations(self, world: World) -> None:
        for number in range(5):
            talk = world.receive(address=f"+3363998{number:04d}").conversation_id
            world.say(talk, "a", "b")
        assert len(claim(world, limit=2)) == 4
        assert len(claim(world, limit=2)) == 4
        assert len(claim(world, limit=2)) == 2

    async def test_many_workers_never_share_a_conversation(self, world: World) -> None:
        for number in range(20):
            talk = world.receive(address=f"+3363998{number:04d}").conversation_id
            world.say(talk, "a", "b", "c")
        rounds = [
            world.store.write(delivery_claims.claim_deliveries, worker=f"w{number}", limit=3) for number in range(12)
        ]
        owners: dict[UUID, set[int]] = {}
        texts: list[str] = []
        for number, found in enumerate(await asyncio.gather(*rounds)):
            for claimed in found:
                owners.setdefault(claimed.conversation_id, set()).add(number)
                texts.append(claimed.text)
        assert all(len(workers) == 1 for workers in owners.values())
        assert len(texts) == 3 * len(owners)
        assert len(texts) + len(claim(world, limit=99)) == 60

    def test_a_terminals_deliveries_are_left_to_the_terminal(self, world: World, talk: UUID) -> None:
        world.rung.clear()
        world.say(talk, "un", "deux", lane="chat:1")
        assert claim(world) == []
        assert "delivery" not in {topic for topic, _ in world.rung}
        printed = world.write(delivery_claims.claim_terminal_deliveries, conversation_id=talk, lane="chat:1")
        assert [claimed.text for claimed in printed] == ["un", "deux"]
        assert world.write(delivery_claims.claim_terminal_deliveries, conversation_id=talk, lane="chat:1") == []


class TestInterrupted:
    def test_what_a_dead_process_was_sending_is_found_when_its_lease_ends(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        pass_time(world, LEASE_SECONDS - 1)
        assert claim_dead(world) == []
        pass_time(world, 2)
        [dead] = claim_dead(world)
        assert (dead.id, dead.interrupted, dead.attempts) == (delivery_id, 1, 1)
        assert claim(world) == []

    def test_it_is_leased_anew(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        assert len(claim_dead(world)) == 1
        assert claim_dead(world) == []

    def test_the_only_process_finds_it_at_its_start(self, world: World, talk: UUID) -> None:
        world.say(talk, "un", "deux")
        claim(world)
        assert world.write(delivery_claims.take_over_sending) == 2
        assert [dead.text for dead in claim_dead(world)] == ["un", "deux"]

    def test_a_batch_that_takes_long_keeps_its_deliveries(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        [claimed] = claim(world)
        assert world.write(delivery_claims.renew_lease, delivery=claimed)

    def test_what_somebody_else_took_meanwhile_is_let_go(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        [claimed] = claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        claim_dead(world)
        assert not world.write(delivery_claims.renew_lease, delivery=claimed)

    def test_a_doubt_is_never_forgotten(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        sent(world, delivery_id, "P1", possible_duplicate=True)
        sent(world, delivery_id, "P1")
        assert world.delivery(delivery_id).possible_duplicate
