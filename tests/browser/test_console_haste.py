"""Agents are faster than the page: what they press while it is on its way to something is never lost."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from case_store.models import Staff
from tests.browser.console import show
from tests.console.town import Console, MovingClock

pytestmark = pytest.mark.browser

TALK = re.compile(r"/console/conversations/[0-9a-f-]+\?")
TAKE_OVER = "**/take-over"
PARTS = "**/parts?*"


def hold(page: Page, address: Any) -> Callable[[], None]:
    """The server does what is asked at this address next, and its answer stays away until the test lets it come."""
    kept: list[tuple[Route, Any]] = []
    page.route(address, lambda route: kept.append((route, route.fetch())), times=1)

    def let_come() -> None:
        while not kept:
            page.wait_for_timeout(20)
        [(route, answer)] = kept
        route.fulfill(response=answer)

    return let_come


def stop(page: Page, address: Any) -> list[Route]:
    """What the page asks next at this address goes nowhere until the test lets it."""
    kept: list[Route] = []

    def keep(route: Route) -> None:
        kept.append(route)

    page.route(address, keep, times=1)
    return kept


def two_waiting(console: Console, clock: MovingClock) -> tuple[UUID, UUID]:
    first = console.waiting(sender="+33639980001")
    clock.pass_by(minutes=5)
    return first, console.waiting(sender="+33639980002")


def test_a_letter_right_after_a_choice_in_the_filters_is_a_command(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    roads = console.waiting("Un trou", sender="+33639980001", team="voirie")
    page = open_browser(camille)
    page.goto(f"{base}/console/conversations?view=open")
    page.click("#filters summary")
    page.select_option("#filter-sort", "wait")
    expect(page.locator(".list-filters-told")).to_have_text("Attente la plus longue d'abord")
    page.select_option("#filter-team", "voirie")
    expect(page.locator(".list-filters-told")).to_contain_text("Voirie")
    page.click(f"#line-{roads} a")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_visible()


def test_a_letter_pressed_while_a_conversation_opens_is_meant_for_it(
    console: Console, open_browser: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    first, second = two_waiting(console, moving_clock)
    page = open_browser(camille)
    page.wait_for_selector(f"#line-{second}")
    let_come = hold(page, TALK)
    for key in ("j", "j", "Enter", "t"):
        page.keyboard.press(key)
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    let_come()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 02")
    expect(page.locator("#reply")).to_be_visible()
    expect(page.locator(f"#line-{first}")).to_be_visible()


def test_what_is_typed_after_taking_over_stands_in_the_reply(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    let_come = hold(page, TAKE_OVER)
    for key in ("t", "r"):
        page.keyboard.press(key)
    page.keyboard.type("Bonjour, je regarde.")
    expect(page.locator("#note")).to_have_value("")
    let_come()
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Bonjour, je regarde.")


def test_keys_meant_for_a_page_that_does_not_come_mean_nothing(
    console: Console, open_browser: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    _, second = two_waiting(console, moving_clock)
    page = open_browser(camille)
    page.wait_for_selector(f"#line-{second}")
    kept = stop(page, TALK)
    for key in ("j", "j", "Enter", "t"):
        page.keyboard.press(key)
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    kept[0].abort()
    expect(page.locator("#toasts")).not_to_be_empty()
    expect(page.locator("[data-first-action]")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("#lines .line-link").first).to_be_focused()


def test_an_older_view_of_the_conversation_does_not_take_the_reply_away(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    let_come = hold(page, PARTS)
    with page.expect_request(PARTS):
        console.file_case(talk)
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_visible()
    page.fill("#reply", "Je suis là.")
    with page.expect_response(PARTS):
        let_come()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#reply")).to_have_value("Je suis là.")
    expect(page.locator("#reply")).to_be_visible()


def test_a_second_reply_sent_before_the_first_is_answered_leaves_too(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    kept = stop(page, "**/reply")
    page.fill("#reply", "Bonjour.")
    with page.expect_request("**/reply"):
        page.press("#reply", "Control+Enter")
    page.fill("#reply", "Votre dossier est complet.")
    page.press("#reply", "Control+Enter")
    page.press("#reply", "Control+Enter")
    kept[0].continue_()
    expect(page.locator(".by-agent .bubble")).to_have_text(["Bonjour.", "Votre dossier est complet."])
    expect(page.locator("#reply")).to_have_value("")
