"""Somebody is in distress: red on every page, whoever is at work, until a person has answered."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.threads import get_conversation
from case_store.conversations.uncovered import open_uncovered
from case_store.models import Staff
from tests.console.reading import part, text_of
from tests.console.town import Console, MovingClock
from tests.support.scopes import EVERYTHING


@pytest.fixture
def distress(console: Console) -> Callable[..., UUID]:
    def write(team: str | None = "voirie", **more: Any) -> UUID:
        return console.waiting("je n'en peux plus", reason="distress", urgent=True, team=team, **more)

    return write


def bar(page: str) -> str:
    return part(page, 'id="alarm"', "</section>") if 'id="alarm"' in page else ""


def title(page: str) -> str:
    return part(page, "<title", "</title>").removeprefix(">").strip()


def test_it_stands_on_every_page_and_in_the_title(
    console: Console, visit: Any, soraya: Staff, distress: Callable[..., UUID], moving_clock: MovingClock
) -> None:
    calm = console.waiting("Bonjour", sender="+33639980002")
    browser = visit(soraya)
    resident = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=calm).resident.id
    pages = [
        "/console/conversations?view=mine",
        f"/console/conversations/{calm}",
        "/console/now",
        f"/console/residents/{resident}",
        "/console/conversations/00000000-0000-7000-8000-000000000000",
    ]
    for path in pages:
        assert bar(browser.get(path).text) == ""
    talk = distress()
    moving_clock.pass_by(minutes=3)
    for path in pages:
        page = browser.get(path).text
        assert "Une personne en détresse attend. 06 39 98 00 01 , Détresse, depuis 3 minutes" in bar(page), path
        assert title(page).startswith("(1!) "), path
        assert f"/console/conversations/{talk}/take-over" in page
    assert "dont 1 urgente" in browser.get("/console/list?view=mine").text


def test_it_is_over_when_a_person_has_answered(
    console: Console, visit: Any, camille: Staff, driss: Staff, distress: Callable[..., UUID]
) -> None:
    talk = distress()
    browser, colleague = visit(camille), visit(driss)
    assert bar(colleague.get("/console").text)
    browser.act(f"/console/conversations/{talk}/take-over")
    assert "Ouvrir la conversation" in bar(browser.get("/console").text)
    assert bar(colleague.get("/console").text) == ""
    browser.act(f"/console/conversations/{talk}/reply", text="Je vous appelle.", seen="9")
    assert bar(browser.get("/console").text) == ""


def test_everybody_sees_it_and_may_take_it_when_its_team_has_gone_home(
    console: Console,
    visit: Any,
    camille: Staff,
    elodie: Staff,
    distress: Callable[..., UUID],
    moving_clock: MovingClock,
) -> None:
    visit(camille)
    stranger = visit(elodie)
    talk = distress()
    assert bar(stranger.get("/console").text) == ""
    assert stranger.get(f"/console/conversations/{talk}").status_code == 404
    moving_clock.pass_by(minutes=11)
    console.store.write_now(open_uncovered)
    page = stranger.get("/console").text
    assert "Personne de ce service n'est là : tout le monde peut répondre." in bar(page)
    assert f'id="line-{talk}"' in page
    assert f'data-first="{talk}"' in page
    assert stranger.act(f"/console/conversations/{talk}/take-over").status_code == 303
    assert "Montrée à tous : personne du service n'est là" in text_of(
        stranger.get(f"/console/conversations/{talk}").text
    )


def test_several_are_counted(
    console: Console, visit: Any, camille: Staff, distress: Callable[..., UUID], moving_clock: MovingClock
) -> None:
    distress()
    moving_clock.pass_by(minutes=1)
    distress(sender="+33639980002")
    page = visit(camille).get("/console").text
    assert "2 personnes en détresse attendent." in bar(page)
    assert "et 1 autre" in bar(page)
    assert title(page).startswith("(2!) ")


def test_a_supervisor_reads_that_no_agent_is_on_duty_until_one_is(
    visit: Any, camille: Staff, soraya: Staff, distress: Callable[..., UUID], moving_clock: MovingClock
) -> None:
    browser = visit(soraya)
    distress(team=None)
    for path in ("/console/now", "/console/conversations?view=mine"):
        assert "Aucun agent n'est en service : appelez quelqu'un, ou prenez-la." in bar(browser.get(path).text)
    assert "Aucun agent n'est en service." in part(browser.get("/console/now").text, 'id="now"', "boards")
    visit(camille).get("/console")
    assert "Aucun agent" not in text_of(browser.get("/console/now").text)
    moving_clock.pass_by(minutes=11)
    assert "Aucun agent n'est en service" in bar(browser.get("/console/now").text)


def test_one_that_is_taken_is_not_told_as_uncovered(visit: Any, soraya: Staff, distress: Callable[..., UUID]) -> None:
    talk = distress(team=None)
    browser = visit(soraya)
    browser.act(f"/console/conversations/{talk}/take-over")
    shown = bar(browser.get("/console/now").text)
    assert "06 39 98 00 01" in shown
    assert "Aucun agent" not in shown


def test_a_fire_is_told_as_an_emergency_and_not_as_distress(console: Console, visit: Any, camille: Staff) -> None:
    console.waiting("ça brûle", reason="emergency", urgent=True, team="voirie")
    assert "Une urgence attend." in bar(visit(camille).get("/console/conversations?view=mine").text)
