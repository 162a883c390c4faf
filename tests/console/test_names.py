"""The name that a resident has said is kept once the agent who talks with them has made sure of it."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.ownership import take_over
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from tests.console.reading import text_of
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(console: Console, camille: Staff) -> UUID:
    """Somebody who told the assistant their name, with Camille."""
    talk = console.waiting(team="voirie")

    def remember(session: Any) -> None:
        row = lock_conversation(session, conversation_id=talk)
        row.change(dialogue={"version": 1, "requester": "Hélène Durand"})
        save_conversation(session, row)

    console.store.write_now(remember)
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    return talk


def name_of(console: Console, talk: UUID) -> str | None:
    return console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).resident.name


def test_the_name_that_was_said_is_offered_and_kept_when_confirmed(
    console: Console, visit: Any, camille: Staff, talk: UUID
) -> None:
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    assert 'value="Hélène Durand"' in page
    assert name_of(console, talk) is None
    assert browser.act(f"/console/conversations/{talk}/name", name=" Hélène   Durand ").status_code == 303
    assert name_of(console, talk) == "Hélène Durand"
    assert "Donné à l'assistant" not in browser.get(f"/console/conversations/{talk}").text
    resident = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).resident.id
    history = text_of(browser.get(f"/console/residents/{resident}").text)
    assert "Camille Roux a noté le nom de l'habitant" in history
    assert "Hélène Durand" in text_of(browser.get("/console/new?contact=durand").text)


def test_a_wrong_name_is_put_right(console: Console, visit: Any, camille: Staff, talk: UUID) -> None:
    browser = visit(camille)
    for name in ("Hélène Durand", "Hélène Durand-Petit"):
        browser.act(f"/console/conversations/{talk}/name", name=name)
    assert name_of(console, talk) == "Hélène Durand-Petit"


@pytest.mark.parametrize("name", [" ", "x" * 121])
def test_what_is_no_name_is_refused(console: Console, visit: Any, camille: Staff, talk: UUID, name: str) -> None:
    answer = visit(camille).act(f"/console/conversations/{talk}/name", name=name)
    assert answer.status_code == 422
    assert name_of(console, talk) is None


def test_only_who_holds_the_conversation_names(
    console: Console, visit: Any, driss: Staff, elodie: Staff, talk: UUID
) -> None:
    assert visit(driss).act(f"/console/conversations/{talk}/name", name="Faux Nom").status_code == 409
    assert visit(elodie).act(f"/console/conversations/{talk}/name", name="Faux Nom").status_code == 404
    assert name_of(console, talk) is None
    assert "A dit à l'assistant s'appeler Hélène Durand" in text_of(
        visit(driss).get(f"/console/conversations/{talk}").text
    )
