"""The thread's surroundings hold their shape: in every state, at every width, on paper and in one's own colours."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from case_store.conversations.ownership import snooze, wake
from case_store.conversations.saying import add_note
from case_store.models import Staff
from tests.browser.console import show
from tests.console.people import send_all
from tests.console.town import Console, MovingClock, actor
from tests.support.browser import PHONE
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def box(page: Page, selector: str) -> Any:
    found = page.locator(selector).bounding_box()
    assert found is not None, selector
    return found


@pytest.mark.parametrize("width", [1024, 1280, 1440, 1920])
def test_the_header_is_as_high_in_every_state(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID, moving_clock: MovingClock, width: int
) -> None:
    page = open_browser(camille)
    page.set_viewport_size({"width": width, "height": 900})
    show(page, base, held, "mine")
    height = box(page, "#thread-head")["height"]
    until = moving_clock.now() + timedelta(days=7)
    console.store.write_now(snooze, scope=EVERYTHING, conversation_id=held, actor=actor(camille), until=until)
    again = page.get_by_role("button", name="Reprendre maintenant")
    expect(again).to_be_visible()
    assert box(page, "#thread-head")["height"] == height
    assert box(page, ".thread-why")["height"] < 30
    for part in (".thread-why", ".thread-sub", "#thread-head h2"):
        assert page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth"), part
    console.store.write_now(wake, scope=EVERYTHING, conversation_id=held, actor=actor(camille))
    expect(again).to_have_count(0)
    assert box(page, "#thread-head")["height"] == height


def test_who_looks_too_covers_no_word_and_moves_nothing(
    open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    hers = open_browser(camille)
    show(hers, base, held, "mine")
    before = [box(hers, part) for part in ("#thread-scroll", ".thread-actions", "#composer")]
    show(open_browser(driss), base, held, "open")
    expect(hers.locator("#viewers")).to_contain_text("Driss Benali regarde aussi")
    assert [box(hers, part) for part in ("#thread-scroll", ".thread-actions", "#composer")] == before
    viewers, head = box(hers, "#viewers"), box(hers, "#thread-head")
    assert viewers["y"] + viewers["height"] <= head["y"] + head["height"]


def test_what_is_written_stands_under_what_is_read(open_browser: Any, base: str, camille: Staff, held: UUID) -> None:
    page = open_browser(camille)
    for width in (1440, 1920):
        page.set_viewport_size({"width": width, "height": 1000})
        show(page, base, held, "mine")
        thread, form = box(page, "#entries"), box(page, "#reply-form")
        assert abs(thread["x"] - form["x"]) <= 8
        assert abs(thread["width"] - form["width"]) <= 16


def test_what_is_chosen_is_drawn_where_colours_are_ones_own(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.waiting(sender="+33639980009")
    page = open_browser(camille)
    page.emulate_media(forced_colors="active")
    show(page, base, held, "open")
    drawn = "part => getComputedStyle(part).outlineStyle"
    for chosen in (".view[aria-current]", '.composer-mode[aria-selected="true"]'):
        assert page.locator(chosen).evaluate(drawn) == "solid", chosen
    for other in (".view:not([aria-current])", '.composer-mode[aria-selected="false"]'):
        assert page.locator(other).first.evaluate(drawn) == "none", other
    bar = "line => getComputedStyle(line).borderLeftColor"
    chosen, other = page.locator(".line-link[aria-current]"), page.locator(".line-link:not([aria-current])").first
    assert chosen.evaluate(bar) != other.evaluate(bar)
    assert other.evaluate(bar) == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_what_is_ours_alone_is_not_printed(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    console.store.write_now(
        add_note, scope=EVERYTHING, conversation_id=held, actor=actor(camille), text="Ne pas dire au demandeur"
    )
    page = open_browser(camille)
    show(page, base, held, "mine")
    expect(page.locator(".note")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#entries .bubble").first).to_be_visible()
    for ours in (".note", ".case-change", "#composer", ".thread-actions"):
        expect(page.locator(ours)).to_be_hidden()


def test_what_failed_is_seen_on_a_phone_without_scrolling_the_views(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.say(held, "De 9 h à 17 h")
    send_all(console, fail="17")
    page = open_browser(camille)
    page.set_viewport_size(PHONE)
    page.goto(f"{base}/console/conversations?view=mine")
    failed = page.get_by_role("link", name="Envois en échec")
    expect(failed).to_contain_text("1")
    found = failed.bounding_box()
    assert found is not None
    assert found["x"] + found["width"] <= PHONE["width"]


def test_every_view_is_named_in_full_beside_its_figure(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    for number in range(12):
        console.say(console.waiting(sender=f"+336399800{number + 10}"), "De 9 h à 17 h")
    send_all(console, fail="17")
    page = open_browser(camille)
    page.goto(f"{base}/console/conversations?view=queue")
    expect(page.get_by_role("link", name="Envois en échec")).to_contain_text("12")
    cut = "names => names.filter(name => name.scrollWidth > name.clientWidth).map(name => name.textContent)"
    assert page.locator(".view-name").evaluate_all(cut) == []
