"""What providers report of deliveries afterwards: in any order, twice, late, of several parts."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from case_store.conversations import deliveries, failed_deliveries, receipts
from case_store.errors import TransitionRefused
from tests.case_store.sending import claim, failures, put_off, receipt, sent
from tests.case_store.world import BORIS, World
from tests.support.scopes import EVERYTHING


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
