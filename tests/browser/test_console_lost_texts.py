"""A text whose conversation or case moved under it: it stays in sight, asks, and is lost to nobody."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.cases.moving import change_state
from case_store.conversations.ownership import reassign, take_over
from case_store.models import Staff
from tests.browser.console import show, sign_in, sign_out
from tests.console.reading import case_of, messages
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def kept_drafts(page: Any) -> Any:
    return page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('guichet:draft'))")


def test_signing_out_with_unsent_replies_is_asked_about_and_loses_none(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    other = console.waiting(sender="+33639980009")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(camille))
    page = open_browser(camille)
    for talk in (held, other):
        show(page, base, talk, "mine")
        page.fill("#reply", f"Réponse à {talk}")
    sign_out(page)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("2 réponses non envoyées")
    question.get_by_role("button", name="Rester").click()
    expect(page.locator("#reply")).to_have_value(f"Réponse à {other}")
    assert page.evaluate("document.activeElement.tagName") != "BODY"
    sign_out(page)
    question.get_by_role("button", name="Se déconnecter quand même").click()
    sign_in(page, camille)
    show(page, base, held, "mine")
    expect(page.locator("#reply")).to_have_value(f"Réponse à {held}")
    sign_out(page)
    question.get_by_role("button", name="Se déconnecter quand même").click()
    sign_in(page, driss)
    assert kept_drafts(page) == []


def test_signing_out_elsewhere_does_not_destroy_the_text_that_stands_here(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Texte long et précieux")
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{base}/console/now")
    elsewhere.goto(f"{base}/console/conversations?view=mine")
    sign_out(elsewhere)
    elsewhere.get_by_role("button", name="Se déconnecter quand même").click()
    elsewhere.wait_for_selector("#email")
    page.press("#reply", "Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Votre session est terminée")
    sign_in(page, camille)
    expect(page.locator("#reply")).to_have_value("Texte long et précieux")


def test_a_reason_leaves_with_its_message_and_never_stands_in_the_form_again(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page, elsewhere = open_browser(camille), None
    show(page, base, held, "mine")
    elsewhere = page.context.new_page()
    show(elsewhere, base, held, "mine")
    reason = page.get_by_label("Motif, lu par l'habitant")
    page.get_by_text("Changer l'état").click()
    elsewhere.get_by_text("Changer l'état").click()
    page.get_by_label("En attente de l'habitant").check()
    reason.fill("Quelle est la profondeur du trou ?")
    expect(elsewhere.get_by_label("Motif, lu par l'habitant")).to_have_value("Quelle est la profondeur du trou ?")
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator("#toasts")).to_contain_text("l'habitant est prévenu")
    expect(page.locator(".case .badge").first).to_have_text("En attente de l'habitant")
    page.get_by_text("Changer l'état").click()
    expect(reason).to_have_value("")
    expect(elsewhere.get_by_label("Motif, lu par l'habitant")).to_have_value("")
    page.get_by_label("Refusé").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Écrivez un motif")
    expect(page.get_by_role("alert")).to_have_count(1)
    page.reload()
    page.get_by_text("Changer l'état").click()
    expect(reason).to_have_value("")
    assert case_of(console, case_id).state == "awaiting_resident"


def test_a_case_that_moves_under_a_reason_is_asked_about(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    console.store.write_now(change_state, case_id=case_id, state="open", actor=actor(camille), reason="")
    expect(page.locator(".case .badge").first).to_have_text("En cours")
    page.get_by_label("Refusé").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Quelqu'un a changé ce dossier entre-temps")
    expect(page.get_by_label("Motif, lu par l'habitant")).to_have_value("La rue est privée.")
    assert case_of(console, case_id).state == "open"


def test_a_text_whose_conversation_is_taken_away_stays_in_sight_and_its_letters_are_no_commands(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, soraya: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.click("#reply")
    page.keyboard.type("Voici")
    console.store.write_now(reassign, scope=EVERYTHING, conversation_id=held, actor=actor(soraya), staff_id=driss.id)
    kept = page.locator("#kept")
    expect(kept).to_be_focused()
    page.keyboard.type("e information utile pour vous", delay=30)
    page.keyboard.press("Control+Enter")
    expect(kept).to_contain_text("Soraya Haddad a confié la conversation à Driss Benali. Votre texte n'est pas parti")
    expect(kept.locator("[data-kept-words]")).to_have_text("Voici")
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    page.reload()
    expect(kept).to_contain_text("Voici")
    kept.get_by_role("button", name="En faire une note").click()
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note .note-text")).to_have_text("Voici")
    expect(kept).to_have_count(0)
    assert [message.text for message in messages(console, held)][1:] == ["Voici"]
    assert kept_drafts(page) == []


def test_a_text_whose_conversation_goes_out_of_sight_can_still_be_copied(
    console: Console, open_browser: Any, base: str, camille: Staff, soraya: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Ce que je voulais dire")
    console.store.write_now(
        reassign, scope=EVERYTHING, conversation_id=held, actor=actor(soraya), team_code="etat_civil"
    )
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Ce que je voulais dire")
    expect(kept.get_by_role("button", name="Copier")).to_be_visible()
    expect(kept.get_by_role("button", name="En faire une note")).to_be_hidden()
    kept.get_by_role("button", name="Effacer").click()
    expect(kept).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") != "BODY"
