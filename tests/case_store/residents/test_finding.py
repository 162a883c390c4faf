"""Residents found by a name or a piece of an address."""

from uuid import UUID

import pytest

from case_store.actors import RESIDENT
from case_store.residents import finding
from case_store.residents.finding import find_residents
from case_store.residents.people import ensure_contact_point, keep_name
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


def known(world: World, name: str, *, phone: str = "+33639980001", email: str = "") -> UUID:
    """A resident who has written from this number and told their name and a mail address."""
    talk = world.conversation(world.receive(address=phone).conversation_id)
    world.write(keep_name, resident_id=talk.resident_id, name=name, actor=RESIDENT)
    if email:
        facts = {"kind": "email", "address": email, "language": "fr", "resident_id": talk.resident_id}
        world.write(ensure_contact_point, **facts)
    return talk.resident_id


@pytest.mark.parametrize(
    ("asked", "finds"),
    [("le gof", True), ("goff zo", True), ("zoé goff", True), ("ma goff", True), ("zoe marie le goff", True),
     ("goff marie zoe le", True), ("off", False), ("zoe martin", False)],
)  # fmt: skip
def test_a_name_is_found_by_the_beginnings_of_its_words_in_any_order(world: World, asked: str, finds: bool) -> None:
    known(world, "Zoé-Marie Le Goff")
    assert names(world, asked) == (["Zoé-Marie Le Goff"] if finds else [])


@pytest.mark.parametrize("digits", ["33639980001", "+336399", "639980001", "9980", "0001"])
def test_a_number_is_found_by_digits_that_follow_one_another(world: World, digits: str) -> None:
    known(world, "Zoé")
    assert names(world, "", phone=digits) == ["Zoé"]
    assert names(world, "", email=digits) == names(world, "", phone=f"{digits}7") == []


@pytest.mark.parametrize("letters", ["zlegoff", "LeGoff", "goff.z@exam", "@exam", "example.org"])
def test_a_mail_address_is_found_by_a_piece_of_its_mailbox_or_the_beginning_of_its_domain(
    world: World, letters: str
) -> None:
    known(world, "Zoé", email="zlegoff.z@example.org")
    assert names(world, "", email=letters) == ["Zoé"]


def test_two_addresses_of_one_resident_may_end_alike(world: World) -> None:
    known(world, "Zoé", email="zoe@example.org")
    known(world, "Zoé", email="zoe.legoff@example.org")
    assert names(world, "", email="@example") == ["Zoé"]


def test_a_name_of_any_length_is_kept(world: World) -> None:
    known(world, "Zoé " + "x" * 9_000)
    assert len(names(world, "zo")) == len(names(world, "x" * 9_000)) == 1


def test_the_last_that_came_stand_first_and_no_more_than_asked_for(world: World) -> None:
    for number in range(7):
        known(world, f"Zoé {number}", phone=f"+3363998000{number}")
    assert names(world, "zoe") == ["Zoé 6", "Zoé 5", "Zoé 4", "Zoé 3", "Zoé 2"]


def test_of_more_than_are_looked_at_the_first_in_the_alphabet_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_MOST_KEYS", 2)
    for number, name in enumerate(("Durand Zoé", "Durand Anna", "Durand Bob")):
        known(world, name, phone=f"+3363998000{number}")
    assert sorted(filter(None, names(world, "durand"))) == ["Durand Anna", "Durand Bob"]
    assert names(world, "zoe durand") == names(world, "durand zo") == ["Durand Zoé"]


def test_two_beginnings_find_among_many_that_share_the_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_MOST_KEYS", 2)
    for number, name in enumerate(("Marie Adam", "Marc Blot", "Martin Cano", "Marie Anne Camus")):
        known(world, name, phone=f"+3363998000{number}")
    assert names(world, "mar cam") == names(world, "cam mar") == ["Marie Anne Camus"]
