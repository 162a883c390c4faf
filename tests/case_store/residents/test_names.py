"""The name residents give for themselves."""

from uuid import UUID, uuid4

import pytest

from case_store.actors import RESIDENT
from case_store.errors import NotFound
from case_store.residents import people
from case_store.timeline import find_events
from tests.case_store.world import World


@pytest.fixture
def resident(world: World) -> UUID:
    return world.conversation(world.receive().conversation_id).resident_id


def test_a_name_is_kept_with_an_event(world: World, resident: UUID) -> None:
    world.write(people.keep_name, resident_id=resident, name="Julie Morel", actor=RESIDENT)
    assert world.read(people.get_resident, resident_id=resident).name == "Julie Morel"
    events = world.read(find_events, subject_id=resident, visible_to="staff")
    assert [event.kind for event in events][-1:] == ["named"]


def test_a_name_that_stands_is_not_replaced(world: World, resident: UUID) -> None:
    for name in ("Julie Morel", "Paul Martin"):
        world.write(people.keep_name, resident_id=resident, name=name, actor=RESIDENT)
    assert world.read(people.get_resident, resident_id=resident).name == "Julie Morel"


def test_nobody_has_no_name(world: World) -> None:
    with pytest.raises(NotFound):
        world.read(people.get_resident, resident_id=uuid4())
    with pytest.raises(NotFound):
        world.write(people.keep_name, resident_id=uuid4(), name="Julie Morel", actor=RESIDENT)
