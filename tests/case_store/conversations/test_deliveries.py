"""What becomes of deliveries: tried again, given up, confirmed, cancelled; whatever goes wrong stays visible."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from case_store.actors import RESIDENT
from case_store.conversations import deliveries, failed_deliveries, ownership, receipts
from case_store.conversations.threads import find_entries
from case_store.errors import NotFound, OptedOut, TransitionRefused
from case_store.residents import ledger
from tests.case_store.sending import claim, fail, failures, pass_time, put_off, receipt, sent
from tests.case_store.world import BORIS, World
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive().conversation_id


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


class TestReceipts:
    @pytest.fixture
    def delivery_id(self, world: World, talk: UUID) -> UUID:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        return delivery_id

    @pytest.mark.parametrize(
        ("states", "final"),
        [
            (["sent", "delivered"], "delivered"),
            (["delivered", "sent"], "delivered"),
            (["read", "delivered", "sent"], "read"),
            (["delivered", "failed"], "delivered"),
            (["failed", "sent"], "failed"),
            (["failed", "delivered"], "delivered"),
            (["failed", "read"], "read"),
        ],
    )
    def test_receipts_in_any_order_end_in_the_same_state(
        self, world: World, talk: UUID, delivery_id: UUID, states: list[str], final: str
    ) -> None:
        sent(world, delivery_id, "P1")
        assert all(receipt(world, "P1", state) for state in states + states)
        assert world.delivery(delivery_id).state == final
        assert failures(world, talk) == (1 if final == "failed" else 0)

    async def test_receipts_at_once_end_in_the_highest_state(self, world: World, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        states = ["read", "delivered", "sent"] * 4
        await asyncio.gather(
            *(
                world.store.write(receipts.record_receipt, channel_id="sms", provider_id="P1", state=state)
                for state in states
            )
        )
        assert world.delivery(delivery_id).state == "read"

    def test_a_failure_keeps_the_providers_reason(self, world: World, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed", error_code="30003", error_text="Unreachable")
        kept = world.delivery(delivery_id)
        assert (kept.error_code, kept.error_detail) == ("30003", "Unreachable")

    def test_delivered_after_all_leaves_no_reason_and_no_advice(self, world: World, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed", error_code="30003", error_text="Unreachable")
        receipt(world, "P1", "delivered")
        kept = world.delivery(delivery_id)
        assert (kept.error_code, kept.error_detail, kept.advice) == (None, None, None)

    def test_an_unknown_receipt_is_said_to_be_unknown(self, world: World, delivery_id: UUID) -> None:
        assert not receipt(world, "nobody", "delivered")
        sent(world, delivery_id, "P1")
        other = {"channel_id": "sms2", "provider_id": "P1", "state": "delivered"}
        assert not world.write(receipts.record_receipt, **other)

    def test_a_receipt_that_overtakes_the_answer_is_not_undone_by_it(self, world: World, delivery_id: UUID) -> None:
        assert receipt(world, "P1", "delivered", delivery_id=delivery_id)
        sent(world, delivery_id, "P1")
        assert world.delivery(delivery_id).state == "delivered"

    def test_a_late_receipt_of_the_failed_try_does_not_touch_the_next(self, world: World, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed")
        world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())
        for early in ({}, {"delivery_id": delivery_id}):
            assert receipt(world, "P1", "failed", **early)
            assert receipt(world, "P1", "sent", **early)
        assert world.delivery(delivery_id).state == "queued"

    def test_what_has_arrived_after_all_is_not_sent_again(self, world: World, talk: UUID, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed")
        world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())
        world.say(talk, "deux")
        world.rung.clear()
        assert receipt(world, "P1", "delivered")
        assert world.delivery(delivery_id).state == "delivered"
        assert ("delivery", {}) in world.rung, "what stands behind it would wait for the sweep"
        assert [claimed.text for claimed in claim(world)] == ["deux"]

    @pytest.mark.parametrize(
        ("states", "final"),
        [
            (["sent"], "sent"),
            (["delivered"], "delivered"),
            (["failed"], "failed"),
            (["failed", "delivered"], "delivered"),
            (["delivered", "failed"], "delivered"),
            (["sent", "failed"], "failed"),
            (["failed", "sent"], "failed"),
        ],
    )
    @pytest.mark.parametrize("position", [0, 1, 2])
    def test_receipts_before_between_and_after_the_answer_end_in_the_same_state(
        self, world: World, talk: UUID, delivery_id: UUID, states: list[str], final: str, position: int
    ) -> None:
        for number, state in enumerate([*states, *states]):
            if number == position:
                sent(world, delivery_id, "P1")
            assert receipt(world, "P1", state, delivery_id=delivery_id)
        sent(world, delivery_id, "P1")
        kept = world.delivery(delivery_id)
        assert (kept.state, kept.provider_id, failures(world, talk)) == (final, "P1", int(final == "failed"))

    def test_the_failure_of_the_try_before_does_not_touch_the_present_one(
        self, world: World, delivery_id: UUID
    ) -> None:
        sent(world, delivery_id, "P2")
        assert receipt(world, "P1", "failed", delivery_id=delivery_id)
        assert world.delivery(delivery_id).state == "sent"

    def test_what_the_try_before_brought_has_arrived(self, world: World, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P2")
        assert receipt(world, "P1", "delivered", delivery_id=delivery_id)
        kept = world.delivery(delivery_id)
        assert (kept.state, kept.provider_id) == ("delivered", "P2")

    def test_failed_and_delivered_after_all_leaves_no_trace_of_the_failure(
        self, world: World, delivery_id: UUID
    ) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed", error_code="30003", error_text="Unreachable")
        receipt(world, "P1", "delivered")
        kept = world.delivery(delivery_id)
        assert (kept.error_code, kept.error_detail, kept.advice) == (None, None, None)

    def test_an_acceptance_leaves_no_trace_of_the_troubles_before(self, world: World, delivery_id: UUID) -> None:
        put_off(world, delivery_id, seconds=0)
        claim(world)
        sent(world, delivery_id, "P1")
        kept = world.delivery(delivery_id)
        assert (kept.error_code, kept.error_detail, kept.advice) == (None, None, None)

    def test_one_id_for_two_messages_keeps_neither_from_being_sent(
        self, world: World, talk: UUID, delivery_id: UUID
    ) -> None:
        sent(world, delivery_id, "123")
        [other] = world.say(talk, "deux")
        claim(world)
        sent(world, other, "123")
        [third] = world.say(talk, "trois")
        claim(world)
        assert receipt(world, "123", "delivered", delivery_id=third)
        assert [world.delivery(each).state for each in (delivery_id, other, third)] == ["sent", "sent", "delivered"]
        assert [world.delivery(each).provider_id for each in (other, third)] == [None, None]

    @pytest.mark.parametrize("why", ["dismissed", "replaced"])
    def test_what_an_agent_gave_up_on_has_arrived_when_the_provider_says_so(
        self, world: World, talk: UUID, delivery_id: UUID, why: Any
    ) -> None:
        sent(world, delivery_id, "P1")
        receipt(world, "P1", "failed")
        world.write(
            failed_deliveries.give_up_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent(), why=why
        )
        assert (world.delivery(delivery_id).state, failures(world, talk)) == ("cancelled", 0)
        receipt(world, "P1", "failed")
        assert (world.delivery(delivery_id).state, failures(world, talk)) == ("cancelled", 0)
        receipt(world, "P1", "delivered")
        assert (world.delivery(delivery_id).state, failures(world, talk)) == ("delivered", 0)

    def test_only_what_failed_is_given_up(self, world: World, talk: UUID, delivery_id: UUID) -> None:
        with pytest.raises(TransitionRefused):
            world.write(
                failed_deliveries.give_up_delivery,
                scope=EVERYTHING,
                delivery_id=delivery_id,
                actor=world.agent(),
                why="dismissed",
            )

    def test_every_change_counts(self, world: World, delivery_id: UUID) -> None:
        revisions = [world.delivery(delivery_id).revision]
        for state in ("failed", "delivered", "read"):
            receipt(world, "P1", state, delivery_id=delivery_id)
            revisions.append(world.delivery(delivery_id).revision)
        assert revisions == sorted(set(revisions))

    def test_a_cancelled_one_stays_cancelled(self, world: World, talk: UUID) -> None:
        [waiting] = world.say(talk, "deux")
        world.take_over(talk, world.agent())
        assert receipt(world, "P9", "delivered", delivery_id=waiting)
        assert world.delivery(waiting).state == "cancelled"

    def test_pages_are_rung_when_a_state_moves_and_only_then(self, world: World, talk: UUID, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        world.rung.clear()
        receipt(world, "P1", "delivered")
        assert [topic for topic, _ in world.rung] == ["conversation"]
        world.rung.clear()
        receipt(world, "P1", "delivered")
        receipt(world, "P1", "sent")
        assert world.rung == []

    def test_the_providers_ids_of_a_conversation_are_known(self, world: World, talk: UUID, delivery_id: UUID) -> None:
        sent(world, delivery_id, "P1")
        other = world.receive(address=BORIS).conversation_id
        [to_boris] = world.say(other, "un")
        claim(world)
        sent(world, to_boris, "P2")
        known = {"conversation_id": talk, "since": world.clock.now()}
        assert world.read(deliveries.known_provider_ids, **known) == {"P1"}
        world.clock.forward(seconds=1)
        assert world.read(deliveries.known_provider_ids, **known | {"since": world.clock.now()}) == frozenset()


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
