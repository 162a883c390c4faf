"""What becomes of deliveries: tried again, given up, confirmed, cancelled; whatever goes wrong stays visible."""

import asyncio
from uuid import UUID, uuid4

import pytest

from case_store.actors import RESIDENT
from case_store.conversations import deliveries, ownership
from case_store.conversations.threads import find_entries
from case_store.errors import NotFound, OptedOut, TransitionRefused
from case_store.residents import ledger
from tests.case_store.sending import claim, fail, failures, pass_time, put_off, sent
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


class TestTryingAgain:
    def test_the_reason_of_a_delay_is_kept(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        put_off(world, delivery_id)
        kept = world.delivery(delivery_id)
        assert (kept.state, kept.attempts, kept.error_code, kept.error_detail, kept.advice) == (
            "queued", 1, "provider_unavailable", "HTTP 500", "wait"
        )  # fmt: skip
        pass_time(world, 61)
        [again] = claim(world)
        assert (again.attempts, again.error_code) == (2, "provider_unavailable")
        sent(world, delivery_id)
        kept = world.delivery(delivery_id)
        assert (kept.error_code, kept.error_detail, kept.advice) == (None, None, None)

    def test_waiting_behind_another_is_no_try(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        put_off(world, delivery_id, tried=False)
        assert world.delivery(delivery_id).attempts == 0

    def test_a_failure_is_counted_and_told(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        fail(world, delivery_id)
        fail(world, delivery_id)
        assert (world.delivery(delivery_id).state, failures(world, talk)) == ("failed", 1)
        kinds = [getattr(entry, "event", None) and entry.event.kind for entry in
                 world.read(find_entries, scope=EVERYTHING, conversation_id=talk)]  # fmt: skip
        assert kinds.count("delivery_failed") == 1

    def test_an_agent_sends_it_again(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        fail(world, delivery_id)
        world.rung.clear()
        world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())
        assert failures(world, talk) == 0
        assert ("delivery", {}) in world.rung
        assert [claimed.attempts for claimed in claim(world)] == [1]

    def test_only_a_failed_one_can_be_sent_again(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        with pytest.raises(TransitionRefused):
            world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())
        with pytest.raises(NotFound):
            world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=uuid4(), actor=world.agent())

    async def test_two_agents_who_retry_at_once_send_it_once(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        fail(world, delivery_id)
        retries = [
            world.store.write(
                deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent(name)
            )
            for name in ("Claire", "David")
        ]
        results = await asyncio.gather(*retries, return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["TransitionRefused", "UUID"]
        assert failures(world, talk) == 0

    def test_stop_forbids_the_retry(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        fail(world, delivery_id)
        contact = world.conversation(talk).contact_point_id
        world.write(ledger.opt_out, contact_point_id=contact, actor=RESIDENT)
        with pytest.raises(OptedOut):
            world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())

    @pytest.mark.parametrize(("protected", "state"), [(False, "cancelled"), (True, "queued")])
    def test_a_takeover_during_the_call_cancels_the_next_try(
        self, world: World, talk: UUID, protected: bool, state: str
    ) -> None:
        [delivery_id] = world.say(talk, "un", protected=protected)
        claim(world)
        world.take_over(talk, world.agent())
        put_off(world, delivery_id)
        assert world.delivery(delivery_id).state == state

    @pytest.mark.parametrize(("protected", "state"), [(False, "cancelled"), (True, "queued")])
    def test_stop_during_the_call_cancels_the_next_try(
        self, world: World, talk: UUID, protected: bool, state: str
    ) -> None:
        [delivery_id] = world.say(talk, "un", protected=protected)
        claim(world)
        contact = world.conversation(talk).contact_point_id
        world.write(ledger.opt_out, contact_point_id=contact, actor=RESIDENT)
        put_off(world, delivery_id)
        assert world.delivery(delivery_id).state == state

    def test_an_agents_words_are_tried_again(self, world: World, talk: UUID) -> None:
        agent = world.agent()
        world.take_over(talk, agent)
        [delivery_id] = world.say(talk, "un", author="agent", actor=agent)
        claim(world)
        put_off(world, delivery_id)
        assert world.delivery(delivery_id).state == "queued"


def test_a_takeover_cancels_what_the_bot_still_had_to_say(world: World, talk: UUID) -> None:
    [waiting] = world.say(talk, "un")
    [kept] = world.say(talk, "Bien reçu", protected=True)
    agent = world.agent()
    world.take_over(talk, agent)
    cancelled = world.delivery(waiting)
    assert (cancelled.state, cancelled.error_code) == ("cancelled", "taken_over")
    assert world.delivery(kept).state == "queued"
    assert [claimed.text for claimed in claim(world)] == ["Bien reçu"]


def test_a_hand_back_does_not_bring_cancelled_words_back(world: World, talk: UUID) -> None:
    [waiting] = world.say(talk, "un")
    agent = world.agent()
    world.take_over(talk, agent)
    world.write(ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=agent, briefing="", resume=False)
    assert world.delivery(waiting).state == "cancelled"
