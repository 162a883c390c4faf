"""Who appears in most tests of the store: a resident who has written once, and two agents."""

from uuid import UUID

import pytest

from case_store.actors import Actor
from tests.case_store.world import World


@pytest.fixture
def talk(world: World) -> UUID:
    """The resident's conversation."""
    return world.receive().conversation_id


@pytest.fixture
def claire(world: World) -> Actor:
    return world.agent("Claire")


@pytest.fixture
def david(world: World) -> Actor:
    return world.agent("David")
