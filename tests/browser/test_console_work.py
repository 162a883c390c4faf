"""An agent's morning in a browser: by keyboard, from the queue to the resolution, with cases and failures."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.models import Staff
from tests.browser.console import show
from tests.console.people import send_all
from tests.console.reading import case_of, conversation, messages
from tests.console.town import Console

pytestmark = pytest.mark.browser


def test_a_conversation_from_queue_to_resolution_by_keyboard_alone(
    console: Console, open_browser: Any, camille: Staff
) -> None:
    first = console.waiting("Le plus ancien", sender="+33639980001")
    talk = console.waiting("Je veux parler à quelqu'un", sender="+33639980002")
    page = open_browser(camille)
    page.wait_for_selector(f"#line-{talk}")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 02")
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Bonjour, je vous écoute.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour, je vous écoute.")
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Rappeler demain")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note .note-text")).to_have_text("Rappeler demain")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#desk .first h2")).to_have_text("06 39 98 00 01")
    assert conversation(console, talk).state == "resolved"
    assert [message.text for message in messages(console, talk)] == [
        "Je veux parler à quelqu'un",
        "Bonjour, je vous écoute.",
        "Rappeler demain",
    ]
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_title("Les miennes – Montlieu")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator(f"#line-{first}")).to_be_visible()


def test_an_answer_that_comes_late_interrupts_nobody(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    late: list[Any] = []
    page.route("**/note", lambda route: late.append((route, route.fetch())))
    page.keyboard.press("n")
    page.keyboard.type("Rappeler demain")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note .note-text")).to_have_text("Rappeler demain")  # by the live news, before the answer
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    while not late:  # the news may be drawn before the answer has been read here
        page.wait_for_timeout(20)
    [(route, answer)] = late
    route.fulfill(response=answer)
    expect(page.locator("#note-form [data-state]")).to_have_text("Note enregistrée.")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Conversation terminée.")
    assert conversation(console, held).state == "resolved"


def test_handing_back_and_snoozing_by_keyboard(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Conversation mise en pause.")
    assert conversation(console, held).state == "snoozed"
    show(page, base, held, "snoozed")
    page.get_by_role("button", name="Reprendre maintenant").click()
    expect(page.locator("#toasts")).to_contain_text("La conversation est de retour.")
    page.keyboard.press("b")
    page.keyboard.type("L'adresse est le 12 rue de Paris")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("L'assistant reprend la conversation.")
    assert conversation(console, held).briefing == {"text": "L'adresse est le 12 rue de Paris", "resume": True}


def test_letters_typed_in_a_reply_are_only_letters(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.click("#reply")
    page.keyboard.type("jkterbs?")
    expect(page.locator("#reply")).to_have_value("jkterbs?")
    expect(page.locator("details[open]")).to_have_count(0)
    assert conversation(console, held).state == "open"


def test_the_shortcuts_are_shown_and_can_be_switched_off(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Prendre la conversation")
    page.get_by_label("Raccourcis actifs").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert conversation(console, talk).held_by == "queue"


def test_a_case_is_refused_with_a_reason_from_beside_the_conversation(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    expect(page.get_by_text("ne peut pas être traité").first).to_be_visible()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Écrivez un motif")
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator("#toasts")).to_contain_text("État changé, l'habitant est prévenu.")
    expect(page.locator(".case .badge").first).to_have_text("Refusé")
    expect(page.locator(".by-agent .bubble")).to_contain_text("La rue est privée.")
    assert case_of(console, case_id).state == "rejected"


def test_a_failed_message_is_sent_again(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.receive("Horaires ?").conversation_id
    console.say(talk, "De 9 h à 17 h")
    send_all(console, fail="17")
    page = open_browser(camille)
    show(page, base, talk, "failed")
    page.get_by_role("button", name="Renvoyer").click()
    expect(page.locator(".failure")).to_have_count(0)
    send_all(console)
    expect(page.locator(".by-machine .meta-state")).to_have_text("Reçu", timeout=10_000)


def test_addresses_lead_back_and_forth(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    one, two = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    page = open_browser(camille)
    page.click(f"[data-line='{one}']")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    page.click(f"#line-{two} a")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 02")
    page.go_back()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator(f"#line-{one} a")).to_have_attribute("aria-current", "true")
    assert page.url == f"{base}/console/conversations/{one}?view=queue"


def test_the_main_things_work_without_a_script(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.waiting()
    case_id = console.file_case(talk)
    page = open_browser(camille, java_script_enabled=False)
    page.get_by_role("button", name="Prendre cette conversation").click()
    expect(page.get_by_role("status").first).to_contain_text("La conversation est à vous.")
    page.fill("#reply", "Bonjour")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour")
    page.locator(".composer-mode", has_text="Note interne").click()
    page.fill("#note", "Sans script")
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.locator(".note-text")).to_have_text("Sans script")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Traité").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    assert case_of(console, case_id).state == "resolved"
    page.locator("#menu-snooze summary").click()
    page.get_by_role("button", name="Demain matin").click()
    expect(page.get_by_role("status").first).to_contain_text("Conversation mise en pause.")
    assert conversation(console, talk).state == "snoozed"
