"""What an agent writes is theirs: it stays, in its conversation, with its length, whatever arrives."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.models import Staff
from case_store.ownership import take_over
from tests.browser.console import show
from tests.console.reading import deliveries
from tests.console.town import Console, actor

pytestmark = pytest.mark.browser


def test_a_draft_survives_a_closed_page_and_ends_with_the_session(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Un début de réponse")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#reply")).to_have_value("Un début de réponse")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Brouillon gardé")
    page.locator(".rail-me summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_selector("#email")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('guichet:draft'))") == []
    assert deliveries(console, held) == []


def test_the_text_being_written_stays_when_the_page_changes_around_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Je suis en train d'écrire")
    console.receive("Autre chose")
    console.file_case(held)
    expect(page.locator(".case-title")).to_have_text("Nid-de-poule, 12 rue de Paris", timeout=15_000)
    expect(page.locator("#reply")).to_have_value("Je suis en train d'écrire")
    assert page.evaluate("document.activeElement.id") == "reply"
    expect(page.locator("#reply-count")).to_have_text("25 caractères, 1 SMS")


def test_a_draft_stays_with_its_conversation_however_fast_one_leaves_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    other = console.waiting(sender="+33639980009")
    console.store.write_now(take_over, conversation_id=other, actor=actor(camille))
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.evaluate(
        """id => {
            const field = document.getElementById("reply");
            field.value = "Pour la première seulement";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            document.querySelector(`[data-line="${id}"]`).click();
        }""",
        str(other),
    )
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 09")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.locator("#reply")).to_have_value("")
    page.locator(f"[data-line='{held}']").click()
    expect(page.locator("#reply")).to_have_value("Pour la première seulement")


def test_the_cost_of_a_text_message_is_told_while_writing(
    open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    count = page.locator("#reply-count")
    expect(count).to_have_text("1600 caractères au plus par envoi")
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(count).to_have_text("33 caractères, 1 SMS (accents ou symboles : 70 par SMS)")
    page.fill("#reply", "")
    expect(count).to_have_text("1600 caractères au plus par envoi")
