"""Distress reaches everybody at work when its team has nobody on duty."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from case_store.actors import BOT, Actor
from case_store.cases.visible import find_visible_cases
from case_store.conversations import ownership
from case_store.conversations.lists import find_conversations, find_line
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.threads import ThreadEvent, find_entries, get_conversation
from case_store.conversations.uncovered import open_uncovered
from case_store.errors import NotFound
from case_store.staff.accounts import close_account, open_session
from case_store.staff.duty import find_teams_on_duty, is_holder_on_duty
from case_store.staff.scope import Scope
from tests.case_store.world import ANNA, BORIS, World
from tests.support.scopes import EVERYTHING


def queue(world: World, talk: UUID, *, team: str | None = "social", urgent: bool = True) -> None:
    def command(session: Any) -> None:
        conversation = lock_conversation(session, conversation_id=talk)
        facts = {"reason": "distress", "summary": "", "team_code": team, "urgent": urgent}
        ownership.hand_off(session, conversation, actor=BOT, **facts)
        save_conversation(session, conversation)

    world.write(command)


def at_work(world: World, name: str, *teams: str) -> tuple[Actor, Scope]:
    """Signed in a moment ago."""
    agent = world.agent(name, teams=teams)
    assert agent.id
    world.write(open_session, staff_id=agent.id, user_agent="test")
    return agent, Scope(agent.id, frozenset(teams))


def seen_in_queue(world: World, scope: Scope) -> list[UUID]:
    return [line.id for line in world.read(find_conversations, scope=scope, view="queue").lines]


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive("je n'en peux plus").conversation_id


def test_with_nobody_of_the_team_at_work_everybody_sees_it_and_may_take_it(world: World, talk: UUID) -> None:
    claire, roads = at_work(world, "Claire", "roads")
    case = world.file_case(talk, team_code="social")
    with pytest.raises(NotFound):
        world.write(queue_then_look, talk, roads, False)
    queue(world, talk)
    assert seen_in_queue(world, roads) == [talk]
    assert world.read(find_line, scope=roads, conversation_id=talk) is not None
    assert world.read(get_conversation, conversation_id=talk, scope=roads).conversation.for_everybody
    resident = world.conversation(talk).resident_id
    assert [found.id for found in world.read(find_visible_cases, resident_id=resident, scope=roads)] == [case.id]
    events = [
        entry.event.kind
        for entry in world.read(find_entries, scope=EVERYTHING, conversation_id=talk)
        if isinstance(entry, ThreadEvent)
    ]
    assert events[-2:] == ["handed_off", "opened_to_everybody"]
    world.take_over(talk, claire)
    assert not world.conversation(talk).for_everybody
    _, others = at_work(world, "David", "roads")
    assert world.read(find_line, scope=others, conversation_id=talk) is None
    assert world.read(find_line, scope=roads, conversation_id=talk) is not None


def test_what_somebody_holds_is_shown_to_nobody_else_though_it_is_still_marked_for_everybody(
    world: World, talk: UUID
) -> None:
    claire, _ = at_work(world, "Claire", "social")
    _, roads = at_work(world, "David", "roads")
    queue(world, talk)
    world.take_over(talk, claire)
    world.execute("UPDATE conversation SET for_everybody = true")
    assert world.read(find_line, scope=roads, conversation_id=talk) is None


def queue_then_look(session: Any, talk: UUID, scope: Scope, urgent: bool) -> None:
    """An ordinary one of another team is nobody else's to see."""
    conversation = lock_conversation(session, conversation_id=talk)
    ownership.hand_off(
        session, conversation, actor=BOT, reason="requested", summary="", team_code="social", urgent=urgent
    )
    save_conversation(session, conversation)
    get_conversation(session, conversation_id=talk, scope=scope)


def test_with_somebody_of_the_team_at_work_it_is_theirs(world: World, talk: UUID) -> None:
    _, roads = at_work(world, "Claire", "roads")
    _, social = at_work(world, "David", "social")
    queue(world, talk)
    assert seen_in_queue(world, roads) == []
    assert seen_in_queue(world, social) == [talk]


def test_when_the_team_goes_home_everybody_sees_it(world: World, talk: UUID) -> None:
    _, roads = at_work(world, "Claire", "roads")
    at_work(world, "David", "social")
    queue(world, talk)
    calm = world.receive("bonjour", address=BORIS).conversation_id
    queue(world, calm, urgent=False)
    world.clock.forward(minutes=9)
    assert world.write(open_uncovered) == 0
    world.clock.forward(minutes=2)
    assert world.write(open_uncovered) == 1
    assert world.write(open_uncovered) == 0
    assert seen_in_queue(world, roads) == [talk]


def test_given_to_a_team_that_has_gone_home_everybody_sees_it_again(world: World, talk: UUID) -> None:
    claire, roads = at_work(world, "Claire", "roads")
    queue(world, talk, team=None)
    world.take_over(talk, claire)
    world.write(ownership.reassign, scope=EVERYTHING, conversation_id=talk, actor=claire, team_code="social")
    assert seen_in_queue(world, roads) == [talk]


def test_who_is_on_duty(world: World) -> None:
    assert world.read(find_teams_on_duty) == frozenset()
    at_work(world, "Claire", "roads", "parks")
    david, _ = at_work(world, "David", "social")
    world.agent("Emma", teams=["culture"])  # has an account and is not here
    assert world.read(find_teams_on_duty) == {"roads", "parks", "social"}
    assert david.id
    world.write(close_account, staff_id=david.id)
    assert world.read(find_teams_on_duty) == {"roads", "parks"}
    world.clock.forward(hours=1)
    assert world.read(find_teams_on_duty) == frozenset()


def test_a_stranger_without_team_sees_no_more_than_that(world: World, talk: UUID) -> None:
    other = world.receive("bonjour", address=BORIS).conversation_id
    queue(world, other, urgent=False)
    queue(world, talk)
    assert ANNA != BORIS
    assert seen_in_queue(world, Scope(uuid4(), frozenset())) == [talk]


def test_whether_the_agent_who_holds_a_conversation_is_at_work(world: World, talk: UUID) -> None:
    assert not world.read(is_holder_on_duty, conversation_id=talk)
    agent, _ = at_work(world, "Ada", "social")
    at_work(world, "Boris", "social")
    world.take_over(talk, agent)
    assert world.read(is_holder_on_duty, conversation_id=talk)
    world.clock.forward(minutes=11)
    assert not world.read(is_holder_on_duty, conversation_id=talk)
