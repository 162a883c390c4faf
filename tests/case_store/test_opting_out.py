"""STOP and START: a ledger, enforced wherever something would leave."""

from uuid import UUID

import pytest
from sqlalchemy import select

from case_store import residents
from case_store.actors import RESIDENT
from case_store.models import OptOutEntry
from case_store.timeline import find_events
from tests.case_store.world import BORIS, World


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive().conversation_id


def contact_of(world: World, talk: UUID) -> UUID:
    return world.conversation(talk).contact_point_id


def stop(world: World, talk: UUID) -> None:
    world.write(residents.opt_out, contact_point_id=contact_of(world, talk), actor=RESIDENT)


def states(world: World, talk: UUID) -> list[tuple[str, str | None]]:
    return [(delivery.state, delivery.error_code) for delivery in world.deliveries(talk)]


def test_the_ledger_keeps_every_line(world: World, talk: UUID) -> None:
    stop(world, talk)
    world.write(residents.opt_in, contact_point_id=contact_of(world, talk), actor=RESIDENT)
    stop(world, talk)
    lines = world.read(lambda session: list(session.scalars(select(OptOutEntry).order_by(OptOutEntry.id))))
    assert [line.kind for line in lines] == ["stop", "start", "stop"]
    contact = world.read(residents.get_contact_point, contact_point_id=contact_of(world, talk))
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
    world.write(residents.opt_in, contact_point_id=contact_of(world, talk), actor=RESIDENT)
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
