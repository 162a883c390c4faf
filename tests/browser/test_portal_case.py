"""The page of a case in a browser: it follows what the town does, and leaves alone what a resident is writing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal import start_chat
from tests.portal.site import Site

pytestmark = pytest.mark.browser


def test_an_open_page_follows_and_keeps_what_is_being_written(page: Page, site: Site) -> None:
    clerk = start_chat(page, site, "Il y a un trou")
    reference = clerk.open_case()
    page.goto(f"{site.url}/suivi/{reference}")
    expect(page.locator(".case-head .badge")).to_have_text("Bien reçu")
    page.fill("#text", "Je voulais aussi dire")
    clerk.set_state(reference, "open")
    clerk.answer("Un agent passe demain.")
    expect(page.locator(".case-head .badge")).to_have_text("En cours", timeout=10_000)
    expect(page.locator(".case-now")).to_contain_text("s'occupe de votre signalement")
    expect(page.locator(".timeline li")).to_have_count(2)
    expect(page.locator(".case-thread")).to_contain_text("Un agent passe demain.")
    expect(page.locator("#text")).to_have_value("Je voulais aussi dire")
    expect(page.locator("#text")).to_be_focused()


def test_a_page_no_longer_open_to_this_browser_asks_no_more(page: Page, site: Site) -> None:
    reference = start_chat(page, site, "Il y a un trou").open_case()
    page.goto(f"{site.url}/suivi/{reference}")
    page.context.clear_cookies()
    asked: list[int] = []
    page.on("response", lambda answer: asked.append(answer.status) if re.search(r"\?mark=", answer.url) else None)
    page.wait_for_timeout(11_500)
    assert asked == [303]
    expect(page.locator(".case-head .badge")).to_have_text("Bien reçu")
