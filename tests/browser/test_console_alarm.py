"""Distress in a browser: it is seen, read out and, where asked for, heard, whatever page is open."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.browser.console import show
from tests.browser.portal import faults
from tests.console.town import Console, actor
from tests.support.browser import PHONE
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser

NOTE_NOTICES = """
window.noted = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  static requestPermission() { return Promise.resolve("granted"); }
  constructor(title, options) { super(); window.noted.push([title, options.body]); }
  close() {}
};
"""


def distress(console: Console, number: int = 7) -> UUID:
    return console.waiting(
        "je n'en peux plus", sender=f"+3363998000{number}", reason="distress", urgent=True, team="voirie"
    )


def rang(page: Page) -> int:
    return int(page.evaluate("document.documentElement.dataset.rang ?? 0"))


def test_it_comes_up_by_itself_over_a_conversation_and_goes_when_taken(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held)
    calm = page.title()
    assert page.locator("#alarm").count() == 0
    talk = distress(console)
    expect(page.locator("#alarm")).to_contain_text("Une personne en détresse attend")
    expect(page).to_have_title(f"(1!) {calm}")
    assert "mark-alarm.svg" in page.locator("link[rel=icon]").get_attribute("href")
    expect(page.locator("#spoken-now")).to_have_text("Urgence : Détresse. Une personne attend.")
    expect(page.locator('[data-view-link="queue"] .view-count.tone-overdue')).to_have_text("1")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    expect(page.locator("#alarm")).to_have_count(0)
    expect(page).to_have_title(calm)


def test_it_comes_up_on_pages_without_a_list_too(console: Console, open_browser: Any, base: str, soraya: Staff) -> None:
    page = open_browser(soraya)
    page.goto(f"{base}/console/now")
    distress(console)
    expect(page.locator("#alarm")).to_be_visible()
    page.locator("#alarm").get_by_role("button", name="Prendre").click()
    expect(page.locator("#reply")).to_be_visible()


def test_it_sounds_and_notifies_for_who_has_asked_for_it(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    page = open_browser(camille)
    page.add_init_script(NOTE_NOTICES)
    page.reload()
    distress(console, 1)
    expect(page.locator("#alarm")).to_be_visible()
    assert (rang(page), page.evaluate("window.noted")) == (0, [])
    page.locator(".rail-me summary").click()
    page.get_by_label("Son").check()
    page.get_by_label("Notification du système").check()
    assert rang(page) == 1
    distress(console, 2)
    expect(page.locator("html")).to_have_attribute("data-rang", "2")
    assert page.evaluate("window.noted") == [
        ["Urgence : Détresse. 2 personnes attendent.".replace(" :", "\u00a0:"), "Voirie"]
    ]
    page.reload()
    expect(page.locator("#alarm-sound")).to_be_checked()


def test_a_hidden_tab_still_tells(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    page = open_browser(camille)
    page.clock.install()
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(70_000)
    distress(console)
    expect(page.locator("#alarm")).to_be_visible()


def test_what_comes_first_is_taken_by_one_key(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.waiting(sender="+33639980001")
    page = open_browser(camille)
    expect(page.locator("#desk [data-first-action]")).to_be_focused()
    page.keyboard.press("t")
    page.wait_for_url(f"**/conversations/{talk}**")
    expect(page.locator("#reply")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(console: Console, open_browser: Any, base: str, camille: Staff, scheme: str) -> None:
    distress(console)
    page = open_browser(camille, color_scheme=scheme)
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_it_is_heard_again_each_minute_until_somebody_takes_it(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    page = open_browser(camille)
    page.clock.install()
    page.reload()
    page.evaluate("localStorage.setItem('guichet:alarm-sound', 'yes')")
    page.reload()
    talk = distress(console)
    expect(page.locator("#alarm")).to_be_visible()
    heard = rang(page)
    page.clock.run_for(61_000)
    assert rang(page) == heard + 1
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    expect(page.locator("#alarm")).to_have_count(0)
    page.clock.run_for(61_000)
    assert rang(page) == heard + 1
