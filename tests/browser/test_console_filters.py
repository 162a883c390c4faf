"""A list is filtered and sorted in the page, and stays so while one works."""

from typing import Any

import pytest
from playwright.sync_api import expect

from case_store.models import Staff
from tests.console.town import Console, MovingClock

pytestmark = pytest.mark.browser


def test_a_filter_is_chosen_in_place_and_kept_behind_the_conversation(
    console: Console, open_browser: Any, base: str, camille: Staff, moving_clock: MovingClock
) -> None:
    roads = console.waiting("Un trou", sender="+33639980001", team="voirie")
    moving_clock.pass_by(minutes=5)
    mail = console.waiting("Bonjour", sender="a@example.org", kind="email")
    page = open_browser(camille)
    page.goto(f"{base}/console/conversations?view=open")
    page.click("#filters summary")
    page.select_option("#filter-team", "voirie")
    expect(page.locator(f"#line-{mail}")).to_have_count(0)
    expect(page.locator("#filters")).to_have_attribute("open", "")
    expect(page.locator("#filter-team")).to_be_focused()
    page.select_option("#filter-sort", "wait")
    expect(page.locator(".list-filters-told")).to_have_text("Voirie · Attente la plus longue d'abord")
    expect(page.locator(".list-filters-found")).to_have_text("1 conversation")
    page.evaluate("window.htmx.trigger('#list', 'refresh')")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#filters")).to_have_attribute("open", "")
    page.click("#filters button")
    expect(page.locator("#filters summary")).to_be_focused()
    page.click(f"#line-{roads} a")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    assert page.url.endswith("?view=open.team-voirie.sort-wait")
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_visible()
    page.reload()
    expect(page.locator(f"#line-{mail}")).to_have_count(0)
    page.click("#filters summary")
    page.click("#filters a")
    expect(page.locator(f"#line-{mail}")).to_be_visible()
