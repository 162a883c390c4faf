"""A case moved by its team: everybody who follows it is told, or nothing happens at all."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from case_store.actors import BOT
from case_store.cases.filing import join_case
from case_store.cases.finding import get_case
from case_store.cases.moving import move_case
from case_store.conversations.saying import Outgoing
from case_store.errors import ChangedMeanwhile
from case_store.models import Case
from case_store.staff.scope import Scope
from tests.case_store.world import BORIS, World, outgoing


def move(world: World, case: Case, tellings: Mapping[UUID, Outgoing]) -> None:
    agent = world.agent(teams=["roads"])
    assert agent.id
    world.write(
        move_case, case_id=case.id, scope=Scope(agent.id, frozenset({"roads"})), state="open", reason=None,
        actor=agent, expected_version=None, tellings=tellings,
    )  # fmt: skip


def said(world: World, talk: UUID) -> list[str]:
    return [delivery.text for delivery in world.deliveries(talk)]


def test_all_who_follow_a_case_are_told_of_its_move(world: World) -> None:
    first, second = world.receive().conversation_id, world.receive(address=BORIS).conversation_id
    case = world.file_case(first)
    world.write(join_case, case_id=case.id, conversation_id=second, actor=BOT, fields={})
    move(world, case, {first: outgoing("En cours"), second: outgoing("En cours aussi")})
    assert (said(world, first), said(world, second)) == (["En cours"], ["En cours aussi"])


def test_a_case_that_somebody_has_begun_to_follow_meanwhile_is_not_moved(world: World) -> None:
    first, second = world.receive().conversation_id, world.receive(address=BORIS).conversation_id
    case = world.file_case(first)
    world.write(join_case, case_id=case.id, conversation_id=second, actor=BOT, fields={})
    with pytest.raises(ChangedMeanwhile):
        move(world, case, {first: outgoing("En cours")})
    assert world.read(get_case, case_id=case.id).state == "new"
    assert (said(world, first), said(world, second)) == ([], [])
