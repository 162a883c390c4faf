"""Everybody can work the console: judged by axe, by size, and by where the focus goes."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.conversations.ownership import take_over
from case_store.models import Staff
from kit.ids import uuid7
from tests.browser.console import show
from tests.browser.portal import faults
from tests.console.people import a_morning
from tests.console.town import Console, MovingClock, actor
from tests.support.browser import PHONE
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def test_the_readers_place_is_never_lost(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    where = "document.activeElement.id || document.activeElement.tagName"
    talk, other = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    console.file_case(talk)
    page = open_browser(camille)
    show(page, base, talk)
    page.keyboard.press("t")
    expect(page.locator("#thread-scroll")).to_be_focused()
    page.get_by_text("Changer l'état").click()
    page.get_by_label("En cours").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change > summary")).to_be_focused()
    show(page, base, other)
    page.get_by_role("button", name="Prendre la conversation").click()
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#desk h2")).to_be_focused()
    page.get_by_role("link", name="En pause").press("Enter")
    expect(page.get_by_role("link", name="En pause")).to_be_focused()
    assert page.evaluate(where) != "BODY"


PLACES = {
    "the queue": "/console/conversations?view=queue",
    "an empty view": "/console/conversations?view=resolved",
    "failed messages": "/console/conversations?view=failed",
    "a conversation with its case": "/console/conversations/{hole}?view=open",
    "a note": "/console/conversations/{hole}?view=open&compose=note",
    "a message that failed": "/console/conversations/{failed}?view=failed",
    "a filtered list that shows nothing": "/console/conversations?view=open.channel-email.wait-day",
    "a case to be filed": "/console/new?contact=0639980077&service=request.birth_certificate",
    "now": "/console/now",
    "a page that does not exist": "/console/conversations/{nowhere}",
}


@pytest.fixture
def talks(console: Console, moving_clock: MovingClock, camille: Staff, driss: Staff) -> dict[str, UUID]:
    return a_morning(console, moving_clock, camille, driss) | {"nowhere": uuid7()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_stands_in_anybodys_way(
    open_browser: Any, base: str, soraya: Staff, talks: dict[str, UUID], place: str, scheme: Any
) -> None:
    page = open_browser(soraya)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(base + PLACES[place].format(**talks))
    page.evaluate("document.querySelectorAll('.case-change').forEach(each => { each.open = true })")
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Panes scroll, the page never does: a focus far down must not carry the whole console away.
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@pytest.mark.parametrize("menu", ["resolve", "snooze", "hand-back", "reassign"])
def test_nothing_stands_in_anybodys_way_in_a_menu(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID, menu: str
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.locator(f"#menu-{menu} summary").click()
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    panel = page.locator(f"#menu-{menu} .menu-panel")
    expect(panel).to_be_visible()
    assert faults(page) == []
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("width", [360, 1024, 1280, 1440, 1920])
def test_why_somebody_waits_is_read_in_full(
    console: Console, open_browser: Any, base: str, camille: Staff, moving_clock: MovingClock, width: int
) -> None:
    who = {"sender": "visiteur-1", "kind": "webchat"}
    talk = console.waiting(team="voirie", **who)
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    console.receive("Vous êtes là ?", **who)
    moving_clock.pass_by(minutes=59)
    page = open_browser(camille)
    page.set_viewport_size({"width": width, "height": 900})
    show(page, base, talk, "mine")
    why = page.locator(".thread-why")
    expect(why).to_contain_text("Réponse attendue, 59 min")
    assert page.locator(".thread-sub").evaluate("line => line.scrollWidth <= line.clientWidth")
    assert why.evaluate("words => words.scrollWidth <= words.clientWidth")


def test_at_four_hundred_percent_everything_is_still_reached(
    open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    page.set_viewport_size({"width": 320, "height": 256})
    show(page, base, held, "mine")
    for target in (page.locator("#entries .bubble").first, page.locator("#reply")):
        target.scroll_into_view_if_needed()
        expect(target).to_be_in_viewport(ratio=0.3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


ZERO = """() => document.fonts.ready.then(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 200 });
  const pen = canvas.getContext("2d");
  pen.font = `200px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillText("0", 0, 180);
  const width = pen.measureText("0").width;
  return [pen.getImageData(width / 2, 112, 1, 1).data[3], pen.getImageData(width * 0.16, 112, 1, 1).data[3]];
})"""


def test_a_zero_bears_no_stroke(console: Console, open_browser: Any, camille: Staff) -> None:
    console.waiting(sender="+33639980002")
    page = open_browser(camille)
    page.evaluate("document.fonts.load('200px \"Guichet Zero\"', '0')")
    middle, side = page.evaluate(ZERO)
    assert (middle, side) == (0, 255)
