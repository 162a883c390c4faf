"""The web chat as a resident lives it: live, on a bad line, with files, by keyboard."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.browser.portal import clerk_of, say, start_chat, visitor_of
from tests.portal.site import Site, make_product, served, wait_until
from tests.support.browser import PHONE, watched_page
from tests.support.product import free_ports

pytestmark = pytest.mark.browser
INBOUND = "**/channels/webchat/inbound"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone, in French."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    with watched_page(context) as page:
        yield page
    context.close()


def texts(page: Page) -> list[str]:
    """What the residents' bubbles say, in order."""
    return page.locator(".message-resident .bubble").all_inner_texts()


def photo(side: int = 300) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(buffer, "JPEG")
    return {"name": "trou.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


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


def test_messages_written_without_a_line_leave_when_it_is_back(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.context.set_offline(True)
    for text in ("Je suis dans le métro", "Toujours là"):
        page.fill("#text", text)
        page.press("#text", "Enter")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(".message-state").last).to_have_text("Partira dès le retour du réseau")
    page.context.set_offline(False)
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    expect(page.locator("#offline")).to_be_hidden()
    page.reload()
    assert texts(page) == ["Bonjour", "Je suis dans le métro", "Toujours là"]


def test_a_reload_loses_nothing_that_was_on_its_way(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.abort())
    page.fill("#text", "Écrit sous un tunnel")
    page.press("#text", "Enter")
    expect(page.locator(".message-pending")).to_be_visible()
    page.unroute(INBOUND)
    page.reload()
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    page.reload()
    assert texts(page) == ["Bonjour", "Écrit sous un tunnel"]


def test_an_answer_lost_on_the_way_back_makes_no_double(page: Page, site: Site) -> None:
    start_chat(page, site)
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        lost.append(answer.status)
        if len(lost) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route(INBOUND, lose_the_first_answer)
    page.fill("#text", "Une seule fois")
    page.press("#text", "Enter")
    expect(page.locator(".message-state").last).to_have_text("Envoyé", timeout=10_000)
    page.wait_for_timeout(3000)
    assert lost
    page.reload()
    assert texts(page) == ["Bonjour", "Une seule fois"]


def test_a_server_that_fails_is_told_and_tried_again_by_hand(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.fulfill(status=403, body="refused"))
    page.fill("#text", "Refusé")
    page.press("#text", "Enter")
    expect(page.locator(".message-state").last).to_have_text("Non remis")
    expect(page.get_by_text("La session a pris fin")).to_be_visible()
    page.unroute(INBOUND)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    expect(page.locator(".message-actions")).to_have_count(0)


def test_a_broken_stream_is_replaced_by_questions(page: Page, site: Site) -> None:
    page.route("**/chat/live*", lambda route: route.abort())
    clerk = start_chat(page, site)
    clerk.answer("La réponse arrive quand même.")
    expect(page.get_by_text("La réponse arrive quand même.")).to_be_visible(timeout=10_000)
    assert page.locator(".message-machine .bubble").count() == 2


def test_a_server_that_stops_and_comes_back_loses_nothing(page: Page, tmp_path: Path) -> None:
    port = free_ports()
    with served(make_product(tmp_path, port=port)) as site:
        start_chat(page, site, "Avant l'arrêt")
    page.fill("#text", "Pendant l'arrêt")
    page.press("#text", "Enter")
    expect(page.locator(".message-state").last).to_have_text("Envoi…")
    with served(make_product(tmp_path, port=port)) as site:
        expect(page.locator(".message-state").last).to_have_text("Envoyé", timeout=20_000)
        clerk_of(page, site).answer("Nous revoilà.")
        expect(page.get_by_text("Nous revoilà.")).to_be_visible(timeout=20_000)
        page.reload()
        assert texts(page) == ["Avant l'arrêt", "Pendant l'arrêt"]


def test_a_photo_on_its_way_is_not_touched_by_another_tab(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.abort())
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    page.press("#text", "Enter")
    expect(page.locator(".message-pending")).to_contain_text("trou.jpg")
    other = page.context.new_page()
    other.goto(f"{site.url}/chat")
    say(other, "De l'autre onglet")
    expect(other.locator(".message-failed")).to_have_count(0)
    page.unroute(INBOUND)
    expect(page.locator(".file-picture img")).to_be_visible(timeout=20_000)


def test_a_photo_that_a_reload_cut_short_leaves_after_it(page: Page, site: Site) -> None:
    start_chat(page, site)
    page.route(INBOUND, lambda route: route.abort())
    page.fill("#text", "Voici")
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
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
    page.set_input_files("#files", photo())  # type: ignore[arg-type]
    expect(page.locator("#chosen")).to_contain_text("trou.jpg")
    page.reload()
    expect(page.locator("#chosen")).to_contain_text("trou.jpg")
    page.press("#text", "Enter")
    expect(page.locator(".file-picture img")).to_be_visible()
    page.reload()
    expect(page.locator("#chosen")).to_be_hidden()


def test_late_news_of_an_earlier_message_leaves_the_last_one_its_state(page: Page, site: Site) -> None:
    start_chat(page, site)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/chat/live*", lambda route: route.abort())
    page.route("**/chat/messages*", lambda route: held.append((route, route.fetch())))
    page.reload()
    say(page, "Un")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(lambda: page.wait_for_timeout(50) or any("Un" in answer.text() for _, answer in held))
    say(page, "Deux")
    for route, answer in held:
        route.fulfill(response=answer)
    page.wait_for_timeout(200)
    expect(page.locator(".message-resident").last.locator(".message-state")).to_have_text("Envoyé")
    expect(page.locator(".message-state")).to_have_count(1)


def test_what_a_dead_line_swallowed_leaves_again_at_once(page: Page, site: Site) -> None:
    start_chat(page, site)
    swallowed: list[Route] = []
    page.route(INBOUND, lambda route: swallowed.append(route))  # noqa: PLW0108
    page.fill("#text", "Dans l'ascenseur")
    page.press("#text", "Enter")
    wait_until(lambda: page.wait_for_timeout(50) or swallowed)
    page.unroute(INBOUND)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".message-state").last).to_have_text("Envoyé")
    page.reload()
    assert texts(page) == ["Bonjour", "Dans l'ascenseur"]


def test_what_another_tab_has_just_written_is_not_overwritten(page: Page, site: Site) -> None:
    start_chat(page, site)
    entry = {"client_id": "from-another-tab", "at": "2026-11-24", "fileNames": [], "text": "Ailleurs", "language": "fr"}
    page.evaluate("entry => localStorage.setItem('guichet.outbox', JSON.stringify([entry]))", entry)
    say(page, "Ici")
    page.reload()
    expect(page.locator(".message-resident[data-seq]:not(.message-pending)")).to_have_count(3)
    assert sorted(texts(page)) == ["Ailleurs", "Bonjour", "Ici"]


def test_two_tabs_show_the_same_conversation_once(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    other = page.context.new_page()
    other.goto(f"{site.url}/chat")
    say(other, "De l'autre onglet")
    clerk.answer("Bien reçu.")
    for tab in (page, other):
        expect(tab.get_by_text("Bien reçu.")).to_have_count(1)
        expect(tab.get_by_text("De l'autre onglet")).to_have_count(1)


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
