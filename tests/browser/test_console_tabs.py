"""One text in several tabs, and a text that is on its way: it leaves once, and what is typed meanwhile is another."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.models import Staff
from tests.browser.console import show
from tests.console.reading import deliveries, messages
from tests.console.town import Console

pytestmark = pytest.mark.browser


def hold(page: Any, held_back: list[Any]) -> None:
    """Replies are on their way until the test lets them go."""

    def keep(route: Any) -> None:
        held_back.append(route)

    page.route("**/reply", keep)


def test_a_text_leaves_once_however_many_tabs_show_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    one = open_browser(camille)
    show(one, base, held, "mine")
    one.fill("#reply", "Texte avant expiration")
    two = one.context.new_page()
    show(two, base, held, "mine")
    expect(two.locator("#reply")).to_have_value("Texte avant expiration")
    answers: list[Any] = []
    hold(two, answers)
    two.press("#reply", "Control+Enter")  # on its way, and slow
    one.press("#reply", "Control+Enter")
    expect(one.locator(".by-agent .bubble")).to_have_count(1)
    expect(one.locator("#reply")).to_have_value("")
    answers[0].continue_()
    expect(two.locator("#reply")).to_have_value("")
    expect(two.locator(".by-agent .bubble")).to_have_count(1)
    assert [message.text for message in messages(console, held)][1:] == ["Texte avant expiration"]


def test_a_text_sent_in_one_tab_leaves_the_others(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    one = open_browser(camille)
    show(one, base, held, "mine")
    one.fill("#reply", "Une seule fois")
    two = one.context.new_page()
    show(two, base, held, "mine")
    one.press("#reply", "Control+Enter")
    expect(one.locator("#reply")).to_have_value("")
    expect(two.locator("#reply")).to_have_value("")
    expect(two.locator("#reply-form [data-state]")).to_have_text("Envoyé ou effacé dans un autre onglet")
    two.press("#reply", "Control+Enter")
    expect(two.locator("#alerts")).to_contain_text("Écrivez un texte avant d'envoyer")
    assert len(deliveries(console, held)) == 1


def test_two_tabs_write_one_draft(console: Console, open_browser: Any, base: str, camille: Staff, held: UUID) -> None:
    one = open_browser(camille)
    show(one, base, held, "mine")
    two = one.context.new_page()
    show(two, base, held, "mine")
    one.fill("#reply", "Commencé ici")
    expect(two.locator("#reply")).to_have_value("Commencé ici")
    two.locator("#reply").press("End")
    two.keyboard.type(", fini là")
    expect(one.locator("#reply")).to_have_value("Commencé ici, fini là")
    two.press("#reply", "Control+Enter")
    expect(one.locator("#reply")).to_have_value("")
    assert [message.text for message in messages(console, held)][1:] == ["Commencé ici, fini là"]


def test_what_is_typed_while_a_reply_leaves_is_another_reply(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    slow: list[Any] = []
    hold(page, slow)
    page.fill("#reply", "Premier")
    page.press("#reply", "Control+Enter")
    page.locator("#reply").press("End")
    page.keyboard.type(" et second")
    slow[0].continue_()
    expect(page.locator(".by-agent .bubble")).to_have_text("Premier")
    expect(page.locator("#reply")).to_have_value("Premier et second")
    page.unroute("**/reply")
    page.fill("#reply", "Second")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text(["Premier", "Second"])


def test_typing_on_while_cut_off_says_that_the_text_no_longer_waits_and_keeps_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    page.fill("#reply", "Bonjour,")
    page.press("#reply", "Control+Enter")
    state = page.locator("#reply-form [data-state]")
    expect(state).to_contain_text("L'envoi partira à son retour")
    page.locator("#reply").press_sequentially(" Madame")
    expect(state).to_contain_text("L'envoi n'attend plus, car vous modifiez le texte")
    page.context.set_offline(False)
    expect(page.locator("#viewers > *")).to_have_count(1)
    expect(page.locator("#reply")).to_have_value("Bonjour, Madame")
    expect(state).to_contain_text("L'envoi n'attend plus")
    assert deliveries(console, held) == []
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour, Madame")
    expect(state).to_have_text("Réponse envoyée.")


def test_a_text_whose_answer_was_lost_stands_in_the_thread_alone(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.route("**/live?*", lambda route: route.abort())
    page.reload()

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/reply", lose)
    page.fill("#reply", "Bonjour : je regarde.")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#reply-form [data-state]")).to_contain_text("L'envoi partira à son retour")
    page.unroute("**/reply")
    page.reload()
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour : je regarde.")
    expect(page.locator("#reply")).to_have_value("")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Ce texte est bien parti.")
    page.fill("#reply", "Bonjour : je regarde.")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_count(2)
    assert [message.text for message in messages(console, held)][-2:] == ["Bonjour : je regarde."] * 2
