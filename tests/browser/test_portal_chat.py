"""The web chat as a resident lives it: live, by buttons, by keyboard, without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.portal import clerk_of, start_chat, texts, visitor_of
from tests.portal.site import Site, wait_until
from tests.support.browser import PHONE, watched_page

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone, in French."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    with watched_page(context) as page:
        yield page
    context.close()


def test_a_message_is_sent_and_answered_without_reloading(page: Page, site: Site) -> None:
    clerk = start_chat(page, site, "Il y a un trou")
    expect(page.locator(".message-state")).to_have_text("Envoyé")
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    expect(page.get_by_text("Est-ce dangereux ?")).to_be_visible()
    expect(page.locator(".message-state")).to_have_text("Vu")


def test_a_choice_is_pressed_once_and_stays_to_be_read(page: Page, site: Site) -> None:
    start_chat(page, site).answer("Est-ce dangereux ?", "Oui", "Non")
    page.get_by_role("button", name="Oui").click()
    expect(page.locator(".choice", has_text="Oui")).to_be_disabled()
    expect(page.locator(".choice", has_text="Oui")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".choice", has_text="Non")).to_be_disabled()
    assert texts(page) == ["Bonjour", "Oui"]
    page.reload()
    assert texts(page) == ["Bonjour", "Oui"]


def test_the_whole_flow_goes_by_keyboard(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type("Un lampadaire est cassé")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("depuis hier")
    page.keyboard.press("Enter")
    expect(page.locator(".message-resident[data-seq] .bubble")).to_have_text(re.compile("cassé\\s+depuis hier"))
    expect(page.locator("#text")).to_be_focused()
    clerk_of(page, site).answer("Où est-ce ?", "Je ne sais pas")
    expect(page.get_by_role("button", name="Je ne sais pas")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Je ne sais pas")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator(".message-resident .bubble").last).to_have_text("Je ne sais pas")


def test_nothing_moves_while_one_reads_further_up(phone: Page, site: Site) -> None:
    clerk = start_chat(phone, site)
    for number in range(12):
        clerk.answer(f"Une réponse assez longue pour remplir l'écran, numéro {number}.")
    expect(phone.get_by_text("numéro 11.")).to_be_in_viewport()
    phone.evaluate("window.scrollTo(0, 200)")
    phone.wait_for_timeout(100)
    clerk.answer("Celle-ci arrive pendant la lecture.")
    jump = phone.get_by_role("button", name="Nouveaux messages")
    expect(jump).to_be_visible()
    assert phone.evaluate("window.scrollY") == 200
    jump.click()
    expect(phone.get_by_text("pendant la lecture.")).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_the_choice_made_is_marked_and_none_can_be_pressed_again(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    page.get_by_role("button", name="Oui", exact=True).click()
    for _ in range(2):
        chosen = page.get_by_role("button", name="Oui", exact=True)
        expect(chosen).to_have_attribute("aria-pressed", "true")
        expect(chosen.locator("svg")).to_have_count(1)
        for name in ("Oui", "Non"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
        expect(page.locator(".message-state").last).to_have_text("Envoyé")
        page.reload()


def test_the_limit_is_counted_near_its_end(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.fill("#text", "x" * 9_900)
    expect(page.locator("#count")).to_have_text("Il reste 100 caractères")
    page.fill("#text", "x" * 10_003)
    expect(page.locator("#count")).to_have_text("Le message est trop long de 3 caractères")
    page.press("#text", "Enter")
    expect(page.locator(".message-resident")).to_have_count(0)


def test_a_draft_survives_a_reload(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.fill("#text", "Pas encore fini")
    page.reload()
    expect(page.locator("#text")).to_have_value("Pas encore fini")


def test_words_from_the_home_page_are_sent_once(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/")
    page.fill("#text", "Il y a un dépôt sauvage")
    page.get_by_role("button", name="Commencer la discussion").click()
    expect(page.locator(".message-state")).to_have_text("Envoyé")
    page.reload()
    assert texts(page) == ["Il y a un dépôt sauvage"]
    expect(page.locator("#text")).to_have_value("")


def test_asking_for_a_person_is_one_button_away(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.get_by_role("button", name="Parler à une personne").click()
    expect(page.locator(".message-resident .bubble")).to_have_text("Parler à une personne")
    wait_until(lambda: visitor_of(page.context, site.product))
    expect(page.locator(".message-state")).to_have_text("Envoyé")
    clerk = clerk_of(page, site)
    clerk.hand_off()
    expect(page.locator("#status")).to_contain_text("Vous attendez une personne")
    expect(page.locator("#ask-person")).to_be_hidden()
    clerk.take_over("Camille Durand")
    clerk.reply("Bonjour, je vous écoute.")
    expect(page.locator("#status")).to_contain_text("Camille Durand vous répond")
    expect(page.locator(".message-agent")).to_contain_text("Camille Durand, de la mairie")


def test_times_are_shown_on_demand(page: Page, site: Site) -> None:
    start_chat(page, site)
    expect(page.locator(".message-resident time")).to_be_hidden()
    page.locator("summary").click()
    page.get_by_role("button", name="Afficher les heures").click()
    expect(page.locator(".message-resident time")).to_be_visible()


def test_erasing_from_the_device_asks_first(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.fill("#text", "Pas encore fini")
    page.locator("summary").click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Effacer de cet appareil").click()
    page.reload()
    assert texts(page) == ["Bonjour"]
    expect(page.locator("#text")).to_have_value("Pas encore fini")
    page.locator("summary").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Effacer de cet appareil").click()
    expect(page.get_by_text("La discussion est effacée de cet appareil")).to_be_visible()
    page.goto(f"{site.url}/chat")
    assert texts(page) == []
    expect(page.locator("#text")).to_have_value("")


def test_without_scripts_it_is_a_form(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.url}/chat")
    page.fill("#text", "Bonjour sans script")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message-resident .bubble")).to_have_text("Bonjour sans script")
    clerk_of(page, site).answer("Est-ce dangereux ?", "Oui", "Non")
    page.get_by_role("link", name="Voir les nouvelles réponses").click()
    page.get_by_role("button", name="Oui", exact=True).click()
    expect(page.locator(".message-resident .bubble").last).to_have_text("Oui")
    expect(page.get_by_role("button", name="Oui", exact=True)).to_be_disabled()
    context.close()
