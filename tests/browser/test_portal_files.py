"""Photos, documents and the position, from the web chat."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal import INBOUND, photo, start_chat, texts
from tests.portal.site import Site

pytestmark = pytest.mark.browser


def choose(page: Page) -> None:
    """A photo, chosen and kept by the browser: the list is busy until then."""
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    expect(page.locator("#chosen")).to_contain_text("trou.jpg")
    expect(page.locator("#chosen")).not_to_have_attribute("aria-busy", "true")


def test_a_photo_that_a_reload_cut_short_leaves_after_it(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.abort())
    page.fill("#text", "Voici")
    choose(page)
    page.press("#text", "Enter")
    expect(page.locator(".message-pending")).to_contain_text("trou.jpg")
    page.reload()
    expect(page.locator(".message-pending")).to_contain_text("trou.jpg")
    page.unroute(INBOUND)
    expect(page.locator(".message-state").last).to_have_text("Envoyé", timeout=20_000)
    page.reload()
    assert texts(page) == ["Bonjour", "Voici"]
    expect(page.locator(".file-picture img")).to_have_count(1)


def test_where_the_browser_keeps_no_files_a_photo_cut_short_is_asked_for_again(page: Page, site: Site) -> None:
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.abort())
    page.fill("#text", "Voici")
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    page.press("#text", "Enter")
    expect(page.locator(".message-pending")).to_contain_text("trou.jpg")
    page.reload()
    expect(page.get_by_text("Choisissez le fichier de nouveau.")).to_be_visible()
    page.get_by_role("button", name="Supprimer").click()
    assert texts(page) == ["Bonjour"]


def test_a_photo_chosen_but_not_sent_survives_a_reload(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    choose(page)
    page.reload()
    expect(page.locator("#chosen")).to_contain_text("trou.jpg")
    page.press("#text", "Enter")
    expect(page.locator(".file-picture img")).to_be_visible()
    page.reload()
    expect(page.locator("#chosen")).to_be_hidden()


def test_a_photo_is_previewed_sent_and_shown(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    expect(page.locator("#chosen")).to_contain_text("trou.jpg")
    page.press("#text", "Enter")
    shown = page.locator(".file-picture img")
    expect(shown).to_have_attribute("alt", "Photo\u00a0: trou.jpg")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 300
    expect(page.locator("#chosen")).to_be_hidden()


def test_a_file_can_be_taken_back(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    page.get_by_role("button", name="Retirer « trou.jpg »").click()
    expect(page.locator("#chosen")).to_be_hidden()


def test_a_file_too_large_is_refused_before_it_travels(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.fill("#text", "Voici la vidéo")
    page.set_input_files("#files", {"name": "film.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 10_000_001})
    expect(page.locator("#notice")).to_contain_text("« film.jpg » est trop lourd")
    page.press("#text", "Enter")
    expect(page.locator(".message-resident .bubble").last).to_have_text("Voici la vidéo")


def test_an_empty_file_and_the_eleventh_are_refused_and_the_rest_is_kept(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.fill("#text", "Voici tout")
    page.set_input_files("#files", {"name": "vide.jpg", "mimeType": "image/jpeg", "buffer": b""})
    expect(page.locator("#notice")).to_contain_text("« vide.jpg » est vide")
    page.set_input_files("#files", [photo(8)] * 10 + [{**photo(8), "name": "onze.jpg"}])  # type: ignore[arg-type]
    expect(page.locator("#notice")).to_contain_text("« onze.jpg » n'est pas ajouté")
    expect(page.locator("#chosen li")).to_have_count(10)
    expect(page.locator("#text")).to_have_value("Voici tout")
    page.press("#text", "Enter")
    expect(page.locator(".file-picture")).to_have_count(10)


def test_a_position_is_shared(page: Page, site: Site) -> None:
    page.context.grant_permissions(["geolocation"], origin=site.url)
    page.context.set_geolocation({"latitude": 48.85661, "longitude": 2.35222})
    start_chat(page, site)
    page.get_by_role("button", name="Ma position").click()
    expect(page.locator("#chosen")).to_contain_text("Position partagée")
    page.press("#text", "Enter")
    expect(page.locator(".message-resident .bubble").last).to_contain_text("Position partagée")
    page.reload()
    expect(page.locator(".message-resident .bubble").last).to_contain_text("48,857")


def test_a_position_refused_is_explained(page: Page, site: Site) -> None:
    page.context.clear_permissions()
    start_chat(page, site)
    page.evaluate("() => { navigator.geolocation.getCurrentPosition = (found, failed) => failed({code: 1}); }")
    page.get_by_role("button", name="Ma position").click()
    expect(page.locator("#notice")).to_contain_text("Écrivez plutôt l'adresse ou un repère.")
