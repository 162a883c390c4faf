"""Somebody known is found by what an agent types, before they are written to or have a case filed."""

import re
from typing import Any

import pytest

from case_store.models import Staff
from tests.console.people import name_resident
from tests.console.reading import part, text_of
from tests.console.town import Console

NEW = "/console/new"


def found(visit: Any, staff: Staff, typed: str) -> str:
    """Whom the page offers for these words."""
    page = visit(staff).get(NEW, params={"contact": typed}).text
    return part(page, 'id="found-title"', "</section>") if 'id="found-title"' in page else ""


@pytest.mark.parametrize(
    "typed",
    ["durand", "Helene  DURAND", "hélène", "06 39 98", "998000", "+33 6 39 98 00 01", "0639980001", "0001", "00 01"],
)
def test_somebody_known_is_found_by_name_or_by_some_digits(
    console: Console, visit: Any, camille: Staff, typed: str
) -> None:
    talk = console.waiting(sender="+33639980001")
    name_resident(console, talk, "Hélène Durand-Petit")
    console.waiting(sender="+33612345678")
    shown = found(visit, camille, typed)
    assert "Hélène Durand-Petit" in shown
    assert "06 39 98 00 01" in shown
    assert "06 12 34 56 78" not in shown


def test_somebody_known_is_found_by_a_piece_of_a_mail_address(console: Console, visit: Any, camille: Staff) -> None:
    console.waiting(sender="camille.durand@exemple.fr", kind="email")
    assert "camille.durand@exemple.fr" in found(visit, camille, "durand@ex")
    assert found(visit, camille, "durand%ex") == found(visit, camille, "a_ille@") == ""


def test_residents_of_another_team_alone_are_not_found(console: Console, visit: Any, camille: Staff) -> None:
    name_resident(console, console.waiting(sender="+33639980001", team="etat_civil"), "Hélène Durand")
    roads = console.add_staff("Zoé Petit", "voirie")
    assert "Hélène Durand" not in found(visit, roads, "durand")


@pytest.mark.parametrize("typed", ["0", "63", "d", "%", "___", "' OR 1=1 --"])
def test_too_little_to_look_for_finds_nobody(console: Console, visit: Any, camille: Staff, typed: str) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    assert found(visit, camille, typed) == ""
    assert "Personne de ce nom" in text_of(visit(camille).get(NEW, params={"contact": typed}).text)


def test_who_is_found_is_written_to_or_has_a_case_filed(console: Console, visit: Any, camille: Staff) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    page = visit(camille).get(NEW, params={"contact": "durand", "service": "report.pothole"}).text
    link = re.search(r'href="(/console/new\?contact=[^"]+)"', page)
    assert link
    chosen = visit(camille).get(link[1].replace("&amp;", "&")).text
    assert "La mairie connaît cette adresse" in text_of(chosen)
    assert 'name="location"' in chosen
