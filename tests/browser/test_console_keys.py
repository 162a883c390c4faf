"""The keyboard at work: letters that mean the same for everybody, and a place that is never lost."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.browser.console import show, sign_in, sign_out
from tests.console.people import send_all
from tests.console.reading import conversation
from tests.console.town import Console, actor
from tests.support.browser import PHONE
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def place(page: Page) -> Any:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_taking_from_the_list_leaves_the_place_in_the_thread(
    console: Console, open_browser: Any, camille: Staff
) -> None:
    first, second = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    page = open_browser(camille)
    page.wait_for_selector(f"#line-{second}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    page.keyboard.press("t")
    expect(page.locator(f"#line-{first}")).to_have_count(0)
    expect(page.locator("#thread-scroll")).to_be_focused()


def test_taking_what_comes_first_leaves_the_place_in_the_thread(
    console: Console, open_browser: Any, camille: Staff
) -> None:
    console.waiting(sender="+33639980001")
    page = open_browser(camille)
    button = page.locator("[data-first-action]")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator("#thread-scroll")).to_be_focused()


def test_who_is_refused_keeps_a_place_too(console: Console, open_browser: Any, camille: Staff, driss: Staff) -> None:
    talk = console.waiting(sender="+33639980001")
    page = open_browser(driss)
    page.wait_for_selector(f"#line-{talk}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    page.route("**/live*", lambda route: route.abort())
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    page.keyboard.press("t")
    expect(page.get_by_text("Camille Roux tient cette conversation")).to_be_visible()
    page.wait_for_timeout(500)
    assert place(page) != "BODY"


def test_escape_from_a_reply_leads_to_its_thread(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.waiting(sender="+33639980009")
    page = open_browser(camille)
    show(page, base, held, "queue")
    page.click("#reply")
    page.keyboard.press("Escape")
    expect(page.locator("#thread-scroll")).to_be_focused()


def test_sending_again_and_ending_on_a_phone_keep_a_place(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.say(held, "De 9 h à 17 h")
    send_all(console, fail="17")
    page = open_browser(camille)
    page.set_viewport_size(PHONE)
    show(page, base, held, "mine")
    page.get_by_role("button", name="Renvoyer").click()
    expect(page.locator(".failure")).to_have_count(0)
    assert place(page) != "BODY"
    page.locator("#menu-resolve > summary").click()
    page.locator("#menu-resolve .menu-panel button").click()
    expect(page.locator("#toasts")).to_contain_text("Conversation terminée.")
    assert place(page) != "BODY"


def test_the_shortcuts_switch_goes_with_the_person(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    page.keyboard.press("?")
    page.get_by_label("Raccourcis actifs").uncheck()
    page.keyboard.press("Escape")
    elsewhere = open_browser(camille)
    show(elsewhere, base, talk)
    elsewhere.keyboard.press("t")
    elsewhere.wait_for_timeout(300)
    assert conversation(console, talk).held_by == "queue"
    elsewhere.locator(".rail-me summary").click()
    elsewhere.locator(".rail-me").get_by_role("button", name="Raccourcis clavier").click()
    expect(elsewhere.get_by_label("Raccourcis actifs")).not_to_be_checked()
    elsewhere.keyboard.press("Escape")
    sign_out(elsewhere)
    sign_in(elsewhere, driss)
    show(elsewhere, base, talk)
    elsewhere.keyboard.press("t")
    expect(elsewhere.locator("#reply")).to_be_visible()


def test_a_forgotten_caps_lock_stops_nobody(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    # A browser under test has no such key: the event is made as the keyboard would send it.
    page.evaluate(
        """document.body.dispatchEvent(new KeyboardEvent(
            "keydown", { key: "T", bubbles: true, cancelable: true, modifierCapsLock: true }))"""
    )
    expect(page.locator("#reply")).to_be_visible()
    assert conversation(console, talk).agent_id == camille.id


def test_every_thing_to_do_has_its_letter(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    waiting = [console.waiting(sender=f"+3363998001{number}") for number in range(2)]
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.keyboard.press("a")
    expect(page.locator("#reassign-to")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator(".case-change[open] input[type=radio]").first).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#context")).to_be_focused()
    for talk in waiting:
        page.keyboard.press("g")
        page.keyboard.press("n")
        expect(page.locator(f"#desk[data-conversation='{talk}']")).to_be_visible()
