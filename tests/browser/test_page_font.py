"""The pages' own font is drawn, in two subsets that make one."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.portal.site import Site

pytestmark = pytest.mark.browser

_LOADED = """() => document.fonts.ready.then(() =>
    [...document.fonts].filter((face) => face.status === "loaded").map((face) => face.unicodeRange.split(",")[0]))"""


def test_latin_letters_and_figures_come_from_the_towns_font(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.wait_for_load_state("networkidle")
    loaded: Any = page.evaluate(_LOADED)
    assert "U+0-FF" in loaded
    page.evaluate("document.querySelector('h1').textContent = 'Łódź 2026'")
    page.wait_for_load_state("networkidle")
    assert set(page.evaluate(_LOADED)) == {"U+0-FF", "U+30", "U+100-2BA"}
