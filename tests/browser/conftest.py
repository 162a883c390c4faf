"""A served site with an empty store, on a Tuesday at ten; a served console, and browsers signed in to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.console.fixtures import camille, console, driss, moving_clock, soraya
from tests.console.serving import served as served_console
from tests.console.town import PASSWORD, Console, actor
from tests.portal.site import Site, make_product, served
from tests.support.browser import DESKTOP, watched_page
from tests.support.product import free_ports
from tests.support.scopes import EVERYTHING

__all__ = ["camille", "console", "driss", "moving_clock", "soraya"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served(make_product(tmp_path, port=free_ports())) as site:
        yield site


@pytest.fixture
def base(console: Console) -> Iterator[str]:
    with served_console(console) as address:
        yield address


@pytest.fixture
def open_browser(browser: Browser, base: str) -> Iterator[Any]:
    """Signs a member of staff in, each in a browser of their own; gives the page."""
    contexts: list[tuple[BrowserContext, Any]] = []

    def sign_in(staff: Staff, **options: Any) -> Page:
        context = browser.new_context(viewport=DESKTOP, locale="fr-FR", timezone_id="Europe/Paris", **options)  # type: ignore[arg-type]
        watch = watched_page(context)
        page = watch.__enter__()
        contexts.append((context, watch))
        page.goto(f"{base}/console")
        page.fill("#email", staff.email)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector(".console")
        if options.get("java_script_enabled", True):
            page.wait_for_selector(".rail-foot [data-opens]")  # shown by the page's scripts, which then hear the keys
        return page

    yield sign_in
    for context, watch in contexts:
        watch.__exit__(None, None, None)
        context.close()


@pytest.fixture
def held(console: Console, camille: Staff) -> UUID:
    talk = console.waiting("Bonjour, où en est ma demande ?", sender="+33639980001", team="voirie")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    return talk
