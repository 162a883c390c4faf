"""What comes first for an agent, over their own conversations, the queue and what could not be sent."""

from typing import Any
from uuid import UUID

import pytest

from case_store.actors import BOT, Actor
from case_store.conversations import ownership
from case_store.conversations.deliveries import record_failure
from case_store.conversations.first_things import find_alarms, find_first, find_waiting, still_stands
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.staff.scope import Scope
from tests.case_store.world import World, outgoing
from tests.support.scopes import EVERYTHING


@pytest.fixture
def claire(world: World) -> Actor:
    return world.agent("Claire", teams=["roads"])


@pytest.fixture
def scope(claire: Actor) -> Scope:
    assert claire.id
    return Scope(claire.id, frozenset({"roads"}))


def someone(world: World, number: int) -> UUID:
    return world.receive("bonjour", address=f"+3363998000{number}").conversation_id


def queue(world: World, talk: UUID, *, urgent: bool = False) -> UUID:
    def command(session: Any) -> None:
        conversation = lock_conversation(session, conversation_id=talk)
        ownership.hand_off(session, conversation, actor=BOT, reason="requested", summary="", urgent=urgent)
        save_conversation(session, conversation)

    world.write(command)
    return talk


def first(world: World, scope: Scope) -> tuple[UUID, str] | None:
    found = world.read(find_first, scope=scope)
    return (found.line.id, found.view) if found else None


def test_who_has_waited_longest_comes_first_wherever_they_stand(world: World, claire: Actor, scope: Scope) -> None:
    assert first(world, scope) is None
    failed = someone(world, 1)
    [delivery] = world.say(failed, "La mairie est ouverte.")
    world.write(record_failure, delivery_id=delivery, code="30003", detail="", advice="wait")
    world.clock.forward(minutes=5)
    mine = queue(world, someone(world, 2))
    world.take_over(mine, claire)
    world.clock.forward(minutes=5)
    queued = queue(world, someone(world, 3))
    assert first(world, scope) == (failed, "failed")
    world.take_over(failed, world.agent("David"))
    assert first(world, scope) == (mine, "mine")
    world.write(ownership.reply, scope=EVERYTHING, conversation_id=mine, actor=claire, outgoing=outgoing("Bonjour"))
    assert first(world, scope) == (queued, "queue")


def test_an_urgent_one_gives_way_to_nothing(world: World, claire: Actor, scope: Scope) -> None:
    old = queue(world, someone(world, 1))
    world.clock.forward(hours=3)
    urgent = queue(world, someone(world, 2), urgent=True)
    assert first(world, scope) == (urgent, "queue")
    world.take_over(urgent, claire)
    assert first(world, scope) == (urgent, "mine")
    assert [line.id for line in world.read(find_alarms, scope=scope)] == [urgent]
    world.write(
        ownership.reply, scope=EVERYTHING, conversation_id=urgent, actor=claire, outgoing=outgoing("Je suis là.")
    )
    assert first(world, scope) == (old, "queue")
    assert world.read(find_alarms, scope=scope) == ()


def test_an_alarm_that_nobody_has_taken_stands_before_ones_own(world: World, claire: Actor, scope: Scope) -> None:
    mine = queue(world, someone(world, 1), urgent=True)
    world.take_over(mine, claire)
    world.clock.forward(minutes=5)
    queued = queue(world, someone(world, 2), urgent=True)
    assert [line.id for line in world.read(find_alarms, scope=scope)] == [queued, mine]


def test_who_waits_is_told_the_urgent_first(world: World, scope: Scope) -> None:
    old = queue(world, someone(world, 1))
    world.clock.forward(hours=1)
    urgent = queue(world, someone(world, 2), urgent=True)
    assert [line.id for line in world.read(find_waiting, scope=scope, limit=5)] == [urgent, old]


def test_what_is_given_to_me_urgently_is_my_alarm_and_no_other_agents(
    world: World, claire: Actor, scope: Scope
) -> None:
    david = world.agent("David")
    urgent = queue(world, someone(world, 1), urgent=True)
    world.write(ownership.reassign, scope=EVERYTHING, conversation_id=urgent, actor=david, staff_id=claire.id)
    assert first(world, scope) == (urgent, "mine")
    assert david.id
    assert world.read(find_alarms, scope=Scope(david.id, frozenset({"roads"}))) == ()


def test_what_was_first_stands_until_it_is_done(world: World, claire: Actor, scope: Scope) -> None:
    talk = queue(world, someone(world, 1))
    assert world.read(still_stands, scope=scope, conversation_id=talk) is not None
    world.take_over(talk, claire)
    assert world.read(still_stands, scope=scope, conversation_id=talk) is not None
    world.write(ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("Bonjour"))
    assert world.read(still_stands, scope=scope, conversation_id=talk) is None
