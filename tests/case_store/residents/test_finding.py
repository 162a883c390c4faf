"""Residents found by a name or a piece of an address."""

import pytest

from case_store.actors import RESIDENT
from case_store.residents.finding import find_residents
from case_store.residents.people import keep_name
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


def names(world: World, name: str, **pieces: str) -> list[str | None]:
    found = world.read(find_residents, scope=EVERYTHING, name=name, pieces=pieces, limit=5)
    return [each.name for each in found]


@pytest.mark.parametrize(
    "asked", ["Zoé", "zoe", "ZOÉ", "d'alençon", "DALENCON".replace("DA", "D A"), "gaetan", "œuvray", "oeuvray"]
)
def test_accents_capitals_and_hyphens_do_not_matter(world: World, asked: str) -> None:
    talk = world.conversation(world.receive().conversation_id)
    world.write(keep_name, resident_id=talk.resident_id, name="Zoé-GAËTAN D’Alençon Œuvray", actor=RESIDENT)
    assert names(world, asked) == ["Zoé-GAËTAN D’Alençon Œuvray"]
    assert names(world, f"{asked} nobody") == []


def test_nothing_looked_for_finds_nobody(world: World) -> None:
    world.receive()
    assert names(world, "") == names(world, "  ", phone="") == names(world, "%", phone="%") == []
    assert names(world, "", phone="39980001") == [None]
