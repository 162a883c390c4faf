"""Who writes before the chat's script is there, on a slow line, loses nothing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.portal import photo, texts, visitor_of
from tests.browser.test_portal_widget import frame, town_page
from tests.portal.site import Site

__all__ = ["town_page"]

pytestmark = pytest.mark.browser

SCRIPT = re.compile(r"/composer\.js")


def slow(page: Page) -> Callable[[], None]:
    """The chat's script does not come before the test lets it."""
    kept: list[Route] = []
    is_free = False

    def keep(route: Route) -> None:
        if is_free:
            route.continue_()
        else:
            kept.append(route)

    def let_come() -> None:
        nonlocal is_free
        is_free = True
        for route in kept:
            route.continue_()

    page.route(SCRIPT, keep)
    return let_come


def open_chat(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat", wait_until="commit")
    expect(page.locator("#text")).to_be_visible()


def test_enter_pressed_too_early_sends_as_soon_as_the_script_is_there(page: Page, site: Site) -> None:
    let_come = slow(page)
    open_chat(page, site)
    for text in ("Bonjour", "Encore une question"):
        page.locator("#text").press_sequentially(text)
        page.press("#text", "Enter")
    page.locator("#text").press_sequentially("Et aussi")
    let_come()
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    assert texts(page) == ["Bonjour", "Encore une question"]
    expect(page.locator("#text")).to_have_value("Et aussi")
    page.reload()
    expect(page.locator("#text")).to_have_value("Et aussi")
    assert texts(page) == ["Bonjour", "Encore une question"]


def test_in_the_frame_on_the_towns_page_too(page: Page, site: Site, town_page: str) -> None:
    let_come = slow(page)
    page.goto(town_page)
    page.get_by_role("button", name="Une question ?").click()
    frame(page).locator("#text").fill("Bonjour")
    frame(page).locator("#text").press("Enter")
    let_come()
    expect(frame(page).locator(".message-state")).to_have_text("Envoyé")
    expect(frame(page).locator("#text")).to_have_value("")
    site.clerk(visitor_of(page.context, site.product)).answer("Bonjour à vous.")
    expect(frame(page).get_by_text("Bonjour à vous.")).to_be_visible()


def test_buttons_pressed_too_early_leave_in_their_order(page: Page, site: Site) -> None:
    let_come = slow(page)
    open_chat(page, site)
    page.fill("#text", "Bonjour")
    page.locator(".composer-send").click()
    starter = page.locator("#starters .choice").first
    said = starter.inner_text()
    page.locator("#text").press_sequentially("Au 12 rue de Paris")
    starter.click()
    let_come()
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    assert texts(page) == ["Bonjour", said]
    expect(page.locator("#text")).to_have_value("Au 12 rue de Paris")


def test_a_text_changed_after_it_was_sent_too_early_stays_to_be_sent(page: Page, site: Site) -> None:
    let_come = slow(page)
    open_chat(page, site)
    page.fill("#text", "Bonjour")
    page.press("#text", "Enter")
    page.fill("#text", "Bonsoir")
    let_come()
    expect(page.locator("#position")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Bonsoir")
    assert texts(page) == []


def test_files_chosen_too_early_go_with_the_message(page: Page, site: Site) -> None:
    let_come = slow(page)
    open_chat(page, site)
    page.set_input_files("#files", [photo()])  # type: ignore[list-item]
    page.fill("#text", "La voici")
    page.press("#text", "Enter")
    let_come()
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    expect(page.locator(".message-resident img")).to_have_count(1)


@pytest.mark.parametrize("how", ["Enter", "click"])
def test_a_script_that_never_comes_leaves_a_form(page: Page, site: Site, how: str) -> None:
    page.route(SCRIPT, lambda route: route.abort())
    open_chat(page, site)
    page.fill("#text", "Bonjour")
    page.press("#text", "Enter") if how == "Enter" else page.locator(".composer-send").click()
    expect(page.locator(".message-resident .bubble")).to_have_text("Bonjour")
    expect(page.locator("#text")).to_have_value("")
