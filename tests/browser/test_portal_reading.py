"""What is on the screen of a phone: the next question, who answers, and as little as possible besides."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.portal import clerk_of, photo, say, start_chat
from tests.portal.site import Site, make_product, served
from tests.support.browser import PHONE, watched_page
from tests.support.product import free_ports

pytestmark = pytest.mark.browser
CHROME_BEFORE = 310  # pixels above the first word on a small phone, before the head was made smaller
ACKNOWLEDGEMENT = """Votre signalement est enregistré sous la référence MTL-26-004F7K.
Le service Voirie viendra avant le mardi 8 décembre 2026.
Service chargé du dossier : Voirie, 1 place de la Mairie, 01 99 98 00 00."""


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Site]:
    """A site on a Saturday at nine in the evening: nobody answers before Monday."""
    with served(make_product(tmp_path, port=free_ports(), now="2026-11-28T21:00:00+01:00")) as site:
        yield site


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    with watched_page(context) as page:
        yield page
    context.close()


@pytest.mark.parametrize("count", [1, 10])
def test_the_question_after_photos_is_on_the_screen(phone: Page, site: Site, count: int) -> None:
    clerk = start_chat(phone, site)
    clerk.answer("Avez-vous une photo ?", "Pas de photo")
    expect(phone.get_by_role("button", name="Pas de photo")).to_be_visible()
    files = [photo() | {"name": f"trou-{number}.jpg"} for number in range(count)]
    phone.set_input_files("#files", files)  # type: ignore[arg-type]
    phone.fill("#text", "Les voici")
    phone.press("#text", "Enter")
    expect(phone.locator(".file-picture img")).to_have_count(count, timeout=20_000)
    clerk.answer("Où est-ce ?", "Je ne sais pas")
    expect(phone.get_by_role("button", name="Je ne sais pas")).to_be_in_viewport(ratio=1)
    phone.wait_for_load_state("networkidle")
    expect(phone.get_by_role("button", name="Je ne sais pas")).to_be_in_viewport(ratio=1)
    expect(phone.get_by_text("Où est-ce ?")).to_be_in_viewport(ratio=1)
    expect(phone.locator("#jump")).to_be_hidden()


def test_a_picture_that_grows_in_the_midst_of_scrolling_hides_nothing(phone: Page, site: Site) -> None:
    """A scroll of the page's own may be told only after a picture has grown: it is not the reader's."""
    clerk = start_chat(phone, site)
    for number in range(8):
        clerk.answer(f"Une réponse assez longue pour remplir l'écran, numéro {number}.")
    say(phone, "Voici la photo")
    clerk.answer("Où est-ce ?", "Je ne sais pas")
    expect(phone.get_by_role("button", name="Je ne sais pas")).to_be_in_viewport(ratio=1)
    phone.evaluate(
        """() => {
            [...document.querySelectorAll(".message-resident .bubble")].at(-1).style.minHeight = "300px";
            window.dispatchEvent(new Event("scroll"));
        }"""
    )
    phone.wait_for_timeout(200)
    expect(phone.get_by_role("button", name="Je ne sais pas")).to_be_in_viewport(ratio=1)


def test_of_an_answer_higher_than_the_screen_the_beginning_is_shown(phone: Page, site: Site) -> None:
    clerk = start_chat(phone, site)
    clerk.answer("Lequel est-ce ?", *[f"Une réponse assez longue, la numéro {number}" for number in range(14)])
    expect(phone.get_by_text("Lequel est-ce ?")).to_be_in_viewport(ratio=1)
    top = phone.get_by_text("Lequel est-ce ?").bounding_box()
    bar = phone.locator("#bar").bounding_box()
    assert top is not None
    assert bar is not None
    assert top["y"] >= bar["y"] + bar["height"]


def test_a_person_who_answers_ends_what_the_assistant_proposed(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    clerk.answer("Je passe votre conversation à une personne.", "Revenir à l'assistant")
    expect(page.locator(".choice")).to_be_enabled()
    clerk.take_over("Camille Durand")
    clerk.reply("Bonjour, je regarde.")
    expect(page.locator(".choice")).to_be_disabled()


@pytest.mark.parametrize("held", ["assistant", "queue", "agent"])
def test_who_answers_stays_in_sight_in_a_long_chat(phone: Page, site: Site, held: str) -> None:
    clerk = start_chat(phone, site)
    for number in range(12):
        clerk.answer(f"Une réponse assez longue pour remplir l'écran, numéro {number}.")
    if held != "assistant":
        clerk.hand_off()
    if held == "agent":
        clerk.take_over("Camille Durand")
        clerk.reply("Je regarde.")
    words = {
        "assistant": "L'assistant automatique vous répond",
        "queue": "Vous attendez une personne",
        "agent": "Camille Durand vous répond",
    }[held]
    for position in (0, 400, 100_000):
        phone.evaluate("top => window.scrollTo(0, top)", position)
        expect(phone.locator("#status")).to_contain_text(words)
        expect(phone.locator("#status strong")).to_be_in_viewport(ratio=1)
    told = phone.locator("#status strong").bounding_box()
    assert told is not None
    assert told["height"] < 64
    assert held != "agent" or told["width"] > 220
    expect(phone.locator("#ask-person")).to_be_visible(visible=held == "assistant")
    expect(phone.locator("#ask-assistant")).to_be_visible(visible=held == "queue")


def test_the_first_word_stands_in_the_upper_fifth_of_a_small_phone(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/chat")
    log = phone.locator("#log").bounding_box()
    assert log is not None
    assert log["y"] <= CHROME_BEFORE / 2


def test_at_night_who_waits_reads_until_when_and_has_a_way_back(phone: Page, night: Site) -> None:
    clerk = start_chat(phone, night, "agent")
    clerk.hand_off()
    expect(phone.locator("#status")).to_contain_text("lundi 30 novembre à 8\u00a0h\u00a030")
    bar = phone.locator("#bar").bounding_box()
    assert bar is not None
    assert bar["height"] < CHROME_BEFORE / 2
    phone.get_by_role("button", name="L'assistant").click()
    expect(phone.locator(".message-resident .bubble").last).to_have_text("Revenir à l'assistant")


def test_the_reference_of_a_new_case_can_be_copied_and_followed(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk = start_chat(page, site)
    clerk.answer(ACKNOWLEDGEMENT, kind="acknowledgement")
    copy = page.get_by_role("button", name="Copier")
    copy.click()
    expect(page.locator("[data-copy]")).to_have_text("Copié")
    assert page.evaluate("navigator.clipboard.readText()") == "MTL-26-004F7K"
    expect(page.get_by_role("link", name="Suivre le dossier")).to_have_attribute("href", "/suivi/MTL-26-004F7K")
    expect(page.get_by_text("1 place de la Mairie")).to_be_hidden()
    page.get_by_text("Service chargé du dossier", exact=True).click()
    expect(page.get_by_text("1 place de la Mairie")).to_be_visible()


def test_without_scripts_the_panel_is_whole_and_offers_no_copying(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.url}/")
    page.get_by_role("button", name="Un trou dans la chaussée").click()
    expect(page.locator(".message-resident .bubble")).to_have_text("Il y a un trou dans la chaussée")
    clerk_of(page, site).answer(ACKNOWLEDGEMENT, kind="acknowledgement")
    page.reload()
    expect(page.locator(".acknowledgement-reference strong")).to_have_text("MTL-26-004F7K")
    expect(page.locator("[data-copy]")).to_be_hidden()
    page.get_by_text("Service chargé du dossier", exact=True).click()
    expect(page.get_by_text("1 place de la Mairie")).to_be_visible()
    context.close()


def test_zeros_have_no_stroke(page: Page, site: Site) -> None:
    """The figure comes from a font of one glyph; everything else from the legible one."""
    page.goto(f"{site.url}/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter((one) => one.status === 'loaded').map((one) => one.family)")
    assert any("Guichet Zero" in family for family in loaded)
    families = page.evaluate("getComputedStyle(document.body).fontFamily").split(",")
    assert families[0].strip('" ') == "Guichet Zero"


def test_a_tab_opened_before_anything_was_said_follows_what_another_begins(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    early = page.context.new_page()
    early.goto(f"{site.url}/chat")
    page.bring_to_front()
    say(page, "Il y a un trou")
    expect(early.get_by_text("Il y a un trou", exact=True)).to_be_visible()


def test_a_silent_server_is_told_at_once(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route("**/channels/webchat/inbound", lambda route: route.abort())
    page.fill("#text", "Êtes-vous là ?")
    page.press("#text", "Enter")
    expect(page.get_by_text("La mairie ne répond pas.")).to_be_visible()
    page.unroute("**/channels/webchat/inbound")
    expect(page.locator(".message-state").last).to_have_text("Envoyé", timeout=20_000)
    expect(page.get_by_text("La mairie ne répond pas.")).to_be_hidden()


def test_ten_files_too_many_are_one_sentence(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    files = [photo(20) | {"name": f"photo-{number}.jpg"} for number in range(20)]
    page.set_input_files("#files", files)  # type: ignore[arg-type]
    expect(page.locator("#chosen li")).to_have_count(10)
    expect(page.locator("#notice")).to_contain_text("10 fichiers ne sont pas ajoutés")
    height = page.locator("#notice").bounding_box()
    assert height is not None
    assert height["height"] < 100


@pytest.mark.parametrize(
    ("left", "words"), [(1, "Il reste 1 caractère"), (0, "Il reste 0 caractère"), (2, "caractères")]
)
def test_one_character_is_no_plural(page: Page, site: Site, left: int, words: str) -> None:
    page.goto(f"{site.url}/chat")
    page.fill("#text", "x" * (10_000 - left))
    if left:
        page.fill("#text", "")
        page.fill("#text", "x" * (10_000 - left))
    expect(page.locator("#count")).to_contain_text(words)
    if left < 2:
        expect(page.locator("#count")).to_have_text(words)


def test_the_message_box_is_two_tabs_away(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à la zone de message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()


def test_a_message_is_read_out_once(page: Page, site: Site) -> None:
    """What changes in the log after a message was added is silent: its state, its hour, its number."""
    page.goto(f"{site.url}/chat")
    page.evaluate(
        """() => {
            window.spoken = [];
            const isSilent = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[aria-live=off]");
            new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => {
                const heard = [...addedNodes].filter((node) => !isSilent(target) && !isSilent(node));
                window.spoken.push(...heard.map((node) => node.textContent));
            })).observe(document.getElementById("log"), { childList: true, subtree: true, characterData: true });
        }"""
    )
    say(page, "Bonjour")
    expect(page.locator(".message-state")).to_have_text("Envoyé")
    clerk_of(page, site).answer("Bonjour à vous.")
    expect(page.locator(".message-state")).to_have_text("Vu")
    spoken = [text for text in page.evaluate("window.spoken") if text.strip() and "2026" not in text]
    assert ["Bonjour" in text for text in spoken] == [True, True]
