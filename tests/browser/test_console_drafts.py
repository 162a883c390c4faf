"""What an agent writes is theirs: it stays, in its conversation, with its length, whatever arrives."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.browser.console import show
from tests.console.reading import deliveries
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def test_a_draft_survives_a_closed_page(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Un début de réponse")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Un début de réponse")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Brouillon gardé")
    assert deliveries(console, held) == []


def test_what_is_written_of_a_case_or_for_the_assistant_stays_while_one_looks_elsewhere(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    other = console.waiting(sender="+33639980009")
    page = open_browser(camille)
    show(page, base, held, "queue")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    page.locator("#menu-hand-back summary").click()
    page.get_by_label("Ce que l'assistant doit savoir").fill("Déjà rappelé")
    page.keyboard.press("Escape")
    console.receive("Une autre question")
    expect(page.locator("#entries")).to_contain_text("Une autre question")
    page.locator(f"[data-line='{other}']").click()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 09")
    page.go_back()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator("#briefing")).to_have_value("Déjà rappelé")
    page.get_by_text("Changer l'état").click()
    expect(page.get_by_label("Motif, lu par l'habitant")).to_have_value("La rue est privée.")
    expect(page.get_by_label("Refusé")).to_be_checked()


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
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(camille))
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
    expect(count).to_have_text("")
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(count).to_have_text("33 caractères, 1 SMS (accents ou symboles : 70 par SMS)")
    page.fill("#reply", "")
    expect(count).to_have_text("")


def test_cut_off_the_letters_are_still_counted(open_browser: Any, base: str, camille: Staff, held: UUID) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(page.locator("#reply-count")).to_have_text("33 / 1\N{NO-BREAK SPACE}600 caractères")
    page.fill("#reply", "x" * 1700)
    expect(page.locator("#reply-count.count-over")).to_be_visible()
