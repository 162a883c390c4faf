"""One script tag brings the chat to any page of the town's sites."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.portal import faults, visitor_of
from tests.portal.site import Site, make_product, served
from tests.support.product import free_ports

pytestmark = pytest.mark.browser


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's own output is enough."""


@pytest.fixture
def town_page(tmp_path: Path, site: Site) -> Iterator[str]:
    """A page of the town's own site, whose policy forbids inline styles."""
    with town_server(tmp_path, site) as port:
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def town_server(tmp_path: Path, site: Site) -> Iterator[int]:
    """Serves a page with the widget; gives the port. For browsers, `localhost` is another site than 127.0.0.1."""
    folder = tmp_path / "town"
    folder.mkdir()
    policy = f"default-src 'self'; script-src {site.url}; style-src 'self'; frame-src {site.url}"
    (folder / "index.html").write_text(
        f"""<!doctype html><html lang="fr"><head><title>Ville</title>
        <meta http-equiv="Content-Security-Policy" content="{policy}"></head>
        <body><main><h1>Ville</h1><a href="#">Un lien</a></main>
        <script src="{site.url}/static/widget.js" data-label="Une question ?" async></script></body></html>"""
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_a_question_is_asked_and_answered_from_the_towns_page(page: Page, site: Site, town_page: str) -> None:
    page.goto(town_page)
    page.get_by_role("button", name="Une question ?").click()
    box = frame(page).locator("#text")
    expect(box).to_be_focused()
    box.fill("Quand ouvrez-vous ?")
    box.press("Enter")
    expect(frame(page).locator(".message-state")).to_have_text("Envoyé")
    site.clerk(visitor_of(page.context, site.product)).answer("À 8 h 30.")
    expect(frame(page).get_by_text("À 8 h 30.")).to_be_visible()


def test_the_focus_goes_in_and_comes_back(page: Page, site: Site, town_page: str) -> None:
    page.goto(town_page)
    button = page.get_by_role("button", name="Une question ?")
    button.press("Enter")
    expect(page.get_by_role("dialog", name="Discussion avec la mairie")).to_be_visible()
    expect(frame(page).locator("#text")).to_be_focused()
    frame(page).locator("#text").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_closed_chat_counts_what_came(page: Page, site: Site, town_page: str) -> None:
    page.goto(town_page)
    page.get_by_role("button", name="Une question ?").click()
    frame(page).locator("#text").fill("Bonjour")
    frame(page).locator("#text").press("Enter")
    expect(frame(page).locator(".message-state")).to_have_text("Envoyé")
    frame(page).get_by_role("button", name="Fermer la discussion").click()
    site.clerk(visitor_of(page.context, site.product)).answer("Bonjour à vous.")
    expect(page.get_by_role("button", name="Une question ? 1")).to_be_visible()


def test_links_in_the_frame_open_beside_it(page: Page, site: Site, town_page: str) -> None:
    page.goto(town_page)
    page.get_by_role("button", name="Une question ?").click()
    frame(page).locator("#text").fill("MTL-26-004471 ?")
    frame(page).locator("#text").press("Enter")
    expect(frame(page).locator(".message-state")).to_have_text("Envoyé")
    site.clerk(visitor_of(page.context, site.product)).answer("Votre demande MTL-26-004471 avance.")
    with page.context.expect_page() as opened:
        frame(page).get_by_role("link", name="MTL-26-004471").click()
    assert "/suivi" in opened.value.url


def test_a_browser_that_keeps_the_cookie_back_is_offered_another_way(page: Page, site: Site, town_page: str) -> None:
    page.route("**/chat/messages*", lambda route: route.fulfill(status=403, body=""))
    page.goto(town_page)
    page.get_by_role("button", name="Une question ?").click()
    expect(frame(page).get_by_text("Ouvrez-la dans un nouvel onglet.")).to_be_visible()
    expect(frame(page).get_by_role("link", name="Ouvrir la discussion")).to_have_attribute("target", "_blank")


def test_on_another_domain_without_https_another_way_is_offered(page: Page, site: Site, tmp_path: Path) -> None:
    with town_server(tmp_path, site) as port:
        page.goto(f"http://localhost:{port}/")
        page.get_by_role("button", name="Une question ?").click()
        expect(frame(page).get_by_text("Ouvrez-la dans un nouvel onglet.")).to_be_visible()


def test_on_another_domain_over_https_the_conversation_lasts(page: Page, tmp_path: Path) -> None:
    """Chromium takes this machine's own address for a secure line, so no certificate is needed to see it."""
    number = free_ports()
    product = make_product(tmp_path, port=number, public_url=f"https://127.0.0.1:{number}", demo_public=True)
    with served(product) as site, town_server(tmp_path, site) as port:
        for text in ("Bonjour", "Encore moi"):
            page.goto(f"http://localhost:{port}/")
            page.get_by_role("button", name="Une question ?").click()
            frame(page).locator("#text").fill(text)
            frame(page).locator("#text").press("Enter")
            expect(frame(page).locator(".message-state").last).to_have_text("Envoyé")
        expect(frame(page).locator(".message-resident .bubble")).to_have_text(["Bonjour", "Encore moi"])


def test_axe_finds_nothing_on_a_page_with_the_chat(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/composants/widget")
    page.get_by_role("button", name="Écrire à la mairie").click()
    expect(frame(page).locator("#text")).to_be_visible()
    assert faults(page) == []
