"""How long residents wait for somebody, as the next one is told."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from case_store.conversations.ownership import hand_back, take_over
from case_store.oversight.waits import find_usual_wait
from tests.case_store.conversations.test_lists import queue, someone
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


def wait_for(world: World, minutes: Sequence[float], first: int = 0) -> None:
    """As many residents, who wait so long each until somebody takes over."""
    agent = world.agent()
    for number, each in enumerate(minutes, first):
        talk = someone(world, number)
        queue(world, talk)
        world.clock.forward(minutes=each)
        world.write(take_over, scope=EVERYTHING, conversation_id=talk, actor=agent)


def test_the_usual_wait_is_the_middle_one(world: World) -> None:
    wait_for(world, [2, 45, 6])
    assert world.read(find_usual_wait) == timedelta(minutes=6)


@pytest.mark.parametrize("waits", [[], [3], [3, 4]])
def test_too_few_waits_tell_nothing(world: World, waits: list[float]) -> None:
    wait_for(world, waits)
    assert world.read(find_usual_wait) is None


def test_last_weeks_waits_are_forgotten(world: World) -> None:
    wait_for(world, [40, 50, 60])
    world.clock.forward(days=7)
    assert world.read(find_usual_wait) is None
    wait_for(world, [4, 5, 6], first=3)
    assert world.read(find_usual_wait) == timedelta(minutes=5)


def test_a_conversation_taken_from_the_bot_had_not_waited(world: World) -> None:
    wait_for(world, [4, 5, 6])
    agent = world.agent("Boris")
    for number in range(10, 14):
        talk = someone(world, number)
        queue(world, talk)
        world.clock.forward(minutes=1)
        world.write(take_over, scope=EVERYTHING, conversation_id=talk, actor=agent)
        world.write(hand_back, scope=EVERYTHING, conversation_id=talk, actor=agent, briefing="", resume=False)
        world.clock.forward(hours=5)
        world.write(take_over, scope=EVERYTHING, conversation_id=talk, actor=agent)
    assert world.read(find_usual_wait) == timedelta(minutes=1)
