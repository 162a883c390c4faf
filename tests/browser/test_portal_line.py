"""The web chat on a bad line, over reloads and in two tabs: nothing lost, nothing doubled."""

from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.portal import INBOUND, clerk_of, photo, say, start_chat, texts
from tests.portal.site import Site, make_product, served, wait_until
from tests.support.product import free_ports

pytestmark = pytest.mark.browser


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
