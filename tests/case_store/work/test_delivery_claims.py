"""Which deliveries may be sent now: in order, once, and found again when their process died."""

import asyncio
from uuid import UUID

import pytest

from case_store.conversations import deliveries
from case_store.models.work import DOUBTED, RESENT, SETTLED
from case_store.oversight.figures import get_figures
from case_store.work import delivery_claims
from case_store.work.delivery_claims import CALL_SECONDS, LEASE_SECONDS, LONGEST_WAIT
from tests.case_store.sending import claim, claim_dead, fail, pass_time, put_off, receipt, sent
from tests.case_store.world import BORIS, World


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
        assert claim_dead(world) == [], "the call of the process that died may still be under way"
        pass_time(world, CALL_SECONDS)
        assert [dead.text for dead in claim_dead(world)] == ["un", "deux"]

    def test_starting_again_and_again_does_not_put_the_look_off(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        claim(world)
        for _ in range(3):
            world.write(delivery_claims.take_over_sending)
            pass_time(world, CALL_SECONDS / 3)
        assert len(claim_dead(world)) == 1

    def test_a_batch_that_takes_long_keeps_its_deliveries(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        [claimed] = claim(world)
        renewed = world.write(delivery_claims.renew_lease, delivery=claimed)
        assert renewed is not None
        assert renewed.lease_until > claimed.lease_until

    def test_what_somebody_else_took_meanwhile_is_let_go(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        [claimed] = claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        claim_dead(world)
        assert not world.write(delivery_claims.renew_lease, delivery=claimed)

    def test_a_doubt_is_never_forgotten(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        [dead] = claim_dead(world)
        assert (dead.doubt, world.delivery(delivery_id).possible_duplicate) == (DOUBTED, False)
        marked = world.write(delivery_claims.mark_resent, delivery=dead)
        assert marked is not None
        assert marked.doubt == RESENT
        sent(world, delivery_id, "P1")
        kept = world.delivery(delivery_id)
        assert (kept.possible_duplicate, kept.doubt) == (True, SETTLED)

    def test_only_the_first_of_a_batch_can_have_been_in_the_call(self, world: World, talk: UUID) -> None:
        world.say(talk, "un", "deux")
        world.say(talk, "trois")
        other = world.receive(address=BORIS).conversation_id
        world.say(other, "à Boris")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        found = sorted((dead.text, dead.doubt, dead.interrupted) for dead in claim_dead(world))
        assert found == [("deux", SETTLED, 0), ("trois", SETTLED, 0), ("un", DOUBTED, 1), ("à Boris", DOUBTED, 1)]

    def test_room_counts_conversations_so_that_none_is_parted(self, world: World, talk: UUID) -> None:
        world.say(talk, "un", "deux", "trois")
        other = world.receive(address=BORIS).conversation_id
        world.say(other, "à Boris")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        assert [dead.text for dead in claim_dead(world, limit=1)] == ["un", "deux", "trois"]
        assert [dead.text for dead in claim_dead(world, limit=1)] == ["à Boris"]

    def test_what_stands_behind_one_that_waits_is_not_sent_before_it(self, world: World, talk: UUID) -> None:
        [first] = world.say(talk, "un")
        world.say(talk, "deux")
        claim(world)
        put_off(world, first)
        pass_time(world, LEASE_SECONDS + 1)
        assert claim_dead(world) == []

    def test_the_mark_outlives_the_process(self, world: World, talk: UUID) -> None:
        world.say(talk, "un")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        world.write(delivery_claims.mark_resent, delivery=claim_dead(world)[0])
        pass_time(world, LEASE_SECONDS + 1)
        [dead] = claim_dead(world)
        assert (dead.interrupted, dead.doubt) == (2, RESENT)

    def test_what_a_receipt_has_settled_is_not_sent_again(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        [dead] = claim_dead(world)
        receipt(world, "P1", "sent", delivery_id=delivery_id)
        assert world.write(delivery_claims.mark_resent, delivery=dead) is None
        assert not world.delivery(delivery_id).possible_duplicate

    def test_who_lost_the_lease_cannot_put_it_off(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        [late] = claim(world)
        pass_time(world, LEASE_SECONDS + 1)
        claim_dead(world)
        world.write(
            deliveries.postpone, delivery_id=delivery_id, lease_until=late.lease_until, pause=0.0, code="x",
            detail="", advice="wait", doubt=SETTLED,
        )  # fmt: skip
        assert world.delivery(delivery_id).state == "sending"


class TestAClockSetBack:
    """What is due further ahead than any rule puts off was due long ago, by a clock that was set back since."""

    @pytest.fixture
    def delivery_id(self, world: World, talk: UUID) -> UUID:
        [delivery_id] = world.say(talk, "un")
        return delivery_id

    def test_what_nobody_has_tried_yet_is_due_at_once(self, world: World, delivery_id: UUID) -> None:
        pass_time(world, -3600)
        assert claim(world) == []
        assert world.write(delivery_claims.recall_far) == 1
        assert [claimed.id for claimed in claim(world)] == [delivery_id]

    def test_what_waits_for_its_next_try_waits_no_longer_than_tries_do(self, world: World, delivery_id: UUID) -> None:
        claim(world)
        put_off(world, delivery_id, seconds=300)
        assert world.write(delivery_claims.recall_far) == 0
        pass_time(world, -3600)
        assert world.write(delivery_claims.recall_far) == 1

    def test_a_pause_that_the_provider_asked_for_is_kept(self, world: World, delivery_id: UUID) -> None:
        claim(world)
        put_off(world, delivery_id, seconds=LONGEST_WAIT)
        world.execute("UPDATE delivery SET error_code = 'rate_limited'")
        assert world.write(delivery_claims.recall_far) == 0

    def test_a_lease_does_not_last_for_ever(self, world: World, delivery_id: UUID) -> None:
        claim(world)
        pass_time(world, -3600)
        assert world.write(delivery_claims.recall_far) == 1
        pass_time(world, CALL_SECONDS)
        assert [dead.id for dead in claim_dead(world)] == [delivery_id]

    def test_it_counts_as_late(self, world: World, delivery_id: UUID) -> None:
        assert world.read(get_figures).oldest_due_seconds < 60
        pass_time(world, -2 * 3600)
        assert world.read(get_figures).oldest_due_seconds > 3600
