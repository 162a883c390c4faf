"""The supervisors' page stays up to date by itself, and leaves alone what somebody does on it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from case_store.models import Staff
from tests.console.town import Console

pytestmark = pytest.mark.browser


@pytest.fixture
def page(console: Console, open_browser: Any, base: str, soraya: Staff) -> Page:
    """The page of a supervisor, while one person waits."""
    console.waiting(sender="+33639980001", team="voirie")
    page: Page = open_browser(soraya)
    page.clock.install()
    page.goto(f"{base}/console/now")
    expect(page.locator("#now-waiting + .table-frame td").first).to_have_text("1")
    return page


def test_its_figures_follow_and_the_focus_and_the_place_stay(console: Console, page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 400})
    last = page.locator("#now-agents + .table-frame")
    last.focus()
    scroller = page.locator("main")
    place = scroller.evaluate("main => { main.scrollTop = 120; return main.scrollTop }")
    assert place > 0
    console.waiting(sender="+33639980002", team="voirie", urgent=True)
    page.clock.fast_forward(31_000)
    expect(page.locator("#now-waiting + .table-frame td").first).to_have_text("2")
    expect(last).to_be_focused()
    assert scroller.evaluate("main => main.scrollTop") == place
    console.waiting(sender="+33639980003", team="voirie")
    page.clock.fast_forward(31_000)
    expect(page.locator("#now-waiting + .table-frame td").first).to_have_text("3")


def test_a_choice_that_somebody_makes_there_is_not_taken_away(console: Console, page: Page) -> None:
    choice = page.locator("#now-longest ~ .rows select").first
    choice.select_option("team:voirie")
    page.locator("h1").click()
    console.waiting(sender="+33639980002", team="voirie")
    page.clock.fast_forward(31_000)
    page.wait_for_timeout(300)
    expect(choice).to_have_value("team:voirie")
    choice.select_option("")
    page.locator("h1").click()
    page.clock.fast_forward(31_000)
    expect(page.locator("#now-waiting + .table-frame td").first).to_have_text("2")


def test_giving_a_conversation_away_moves_nothing_and_says_to_whom(
    console: Console, open_browser: Any, base: str, soraya: Staff, driss: Staff
) -> None:
    talks = [console.waiting(sender=f"+336399801{number:02d}") for number in range(12)]
    page = open_browser(soraya)
    page.goto(f"{base}/console/now")
    row = page.locator(f"#to-row-{talks[-1]}")
    row.scroll_into_view_if_needed()
    before = page.locator("#main").evaluate("main => main.scrollTop")
    assert before > 0
    row.locator("select").select_option(f"staff:{driss.id}")
    row.get_by_role("button", name="Réattribuer").click()
    expect(page.locator(".toast")).to_have_text("Conversation confiée à Driss Benali.")
    expect(row).to_have_count(0)
    assert abs(page.locator("#main").evaluate("main => main.scrollTop") - before) < 120
    assert page.evaluate("document.activeElement.tagName") != "BODY"


def test_on_a_phone_each_conversation_can_be_given_away(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    form = page.locator("#now-longest ~ .rows .row-assign").first
    for part in (form.locator("select"), form.get_by_role("button")):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390 - 16
