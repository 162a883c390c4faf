"""STOP and START: a ledger, enforced wherever something would leave."""

from uuid import UUID

import pytest
from sqlalchemy import select

from case_store.actors import RESIDENT
from case_store.conversations import deliveries
from case_store.errors import OptedOut
from case_store.models import OptOutEntry
from case_store.residents import ledger, people
from case_store.timeline import find_events
from tests.case_store.sending import claim, failures, receipt, sent
from tests.case_store.world import BORIS, World
from tests.support.scopes import EVERYTHING


def contact_of(world: World, talk: UUID) -> UUID:
    return world.conversation(talk).contact_point_id


def stop(world: World, talk: UUID) -> None:
    world.write(ledger.opt_out, contact_point_id=contact_of(world, talk), actor=RESIDENT)


def states(world: World, talk: UUID) -> list[tuple[str, str | None]]:
    return [(delivery.state, delivery.error_code) for delivery in world.deliveries(talk)]


def test_the_ledger_keeps_every_line(world: World, talk: UUID) -> None:
    stop(world, talk)
    world.write(ledger.opt_in, contact_point_id=contact_of(world, talk), actor=RESIDENT)
    stop(world, talk)
    lines = world.read(lambda session: list(session.scalars(select(OptOutEntry).order_by(OptOutEntry.id))))
    assert [line.kind for line in lines] == ["stop", "start", "stop"]
    contact = world.read(people.get_contact_point, contact_point_id=contact_of(world, talk))
    assert contact.opted_out


def test_what_waits_to_leave_is_cancelled_and_stays_visible(world: World, talk: UUID) -> None:
    world.say(talk, "un", "deux")
    world.say(talk, "confirmation", protected=True)
    stop(world, talk)
    assert states(world, talk) == [("cancelled", "opted_out")] * 2 + [("queued", None)]


def test_what_is_said_later_never_leaves(world: World, talk: UUID) -> None:
    stop(world, talk)
    world.rung.clear()
    world.say(talk, "encore")
    assert states(world, talk) == [("cancelled", "opted_out")]
    assert "delivery" not in {topic for topic, _ in world.rung}


def test_start_lets_messages_leave_again(world: World, talk: UUID) -> None:
    stop(world, talk)
    world.write(ledger.opt_in, contact_point_id=contact_of(world, talk), actor=RESIDENT)
    world.say(talk, "rebonjour")
    assert states(world, talk) == [("queued", None)]


def test_nobody_else_is_silenced(world: World, talk: UUID) -> None:
    other = world.receive(address=BORIS).conversation_id
    world.say(other, "à Boris")
    stop(world, talk)
    assert states(world, other) == [("queued", None)]


def test_stop_on_one_number_holds_for_all_of_its_conversations(world: World, talk: UUID) -> None:
    second = world.receive(channel_id="sms2").conversation_id
    world.say(second, "un")
    stop(world, talk)
    assert states(world, second) == [("cancelled", "opted_out")]


def test_the_residents_history_says_so(world: World, talk: UUID) -> None:
    stop(world, talk)
    resident = world.conversation(talk).resident_id
    assert [event.kind for event in world.read(find_events, subject_id=resident, visible_to="staff")] == ["opted_out"]
    assert world.read(find_events, subject_id=resident, visible_to="resident") == []


def hold_back(world: World, delivery_id: UUID) -> None:
    """The provider refuses the message because the resident told it STOP."""
    claim(world)
    world.write(
        deliveries.record_failure, delivery_id=delivery_id, code="opted_out", detail="Twilio 21610", advice="opted_out"
    )


def told(world: World, talk: UUID) -> list[str]:
    return [event.kind for event in world.read(find_events, subject_id=talk, visible_to="staff")]


class TestStopToldByTheProvider:
    def test_the_ledger_and_the_history_say_so_once(self, world: World, talk: UUID) -> None:
        for delivery_id in world.say(talk, "un", "deux", protected=True):
            hold_back(world, delivery_id)
        contact = world.read(people.get_contact_point, contact_point_id=contact_of(world, talk))
        assert contact.opted_out
        assert told(world, talk) == ["opted_out"]

    def test_what_the_assistant_said_is_cancelled_and_no_failure(self, world: World, talk: UUID) -> None:
        [first] = world.say(talk, "un")
        claim(world)
        world.say(talk, "deux")
        hold_back(world, first)
        assert states(world, talk) == [("cancelled", "opted_out")] * 2
        assert failures(world, talk) == 0

    def test_what_an_agent_said_fails_with_the_right_advice_and_is_not_sent_again(
        self, world: World, talk: UUID
    ) -> None:
        [delivery_id] = world.say(talk, "un", author="agent")
        hold_back(world, delivery_id)
        kept = world.delivery(delivery_id)
        assert (kept.state, kept.error_code, kept.advice) == ("failed", "opted_out", "opted_out")
        assert failures(world, talk) == 1
        with pytest.raises(OptedOut):
            world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=delivery_id, actor=world.agent())

    def test_a_late_report_of_it_counts_as_well(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        claim(world)
        sent(world, delivery_id, "P1")
        assert receipt(world, "P1", "failed", error_code="opted_out")
        assert told(world, talk) == ["opted_out"]
        assert states(world, talk) == [("cancelled", "opted_out")]

    def test_the_ledger_tells_who_told_of_the_latest_stop(self, world: World, talk: UUID) -> None:
        contact = contact_of(world, talk)
        assert world.read(ledger.find_last_stop_actor, contact_point_id=contact) is None
        [delivery_id] = world.say(talk, "un")
        hold_back(world, delivery_id)
        assert world.read(ledger.find_last_stop_actor, contact_point_id=contact) == "system"
        stop(world, talk)
        assert world.read(ledger.find_last_stop_actor, contact_point_id=contact) == "resident"

    def test_start_opens_it_again(self, world: World, talk: UUID) -> None:
        [delivery_id] = world.say(talk, "un")
        hold_back(world, delivery_id)
        world.write(ledger.opt_in, contact_point_id=contact_of(world, talk), actor=RESIDENT)
        world.say(talk, "rebonjour")
        assert states(world, talk)[-1] == ("queued", None)
