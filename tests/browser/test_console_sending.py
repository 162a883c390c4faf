"""A reply's way out: seen before it leaves, told as it stands, mended when it fails."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.conversations.deliveries import postpone, record_failure
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from case_store.residents.ledger import opt_out
from case_store.work.delivery_claims import claim_deliveries
from tests.browser.console import show
from tests.console.people import answer, send_all
from tests.console.reading import conversation, deliveries, messages
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def fail_all(console: Console, code: str) -> None:
    for claimed in console.store.write_now(claim_deliveries, worker="test", limit=50):
        facts = {"delivery_id": claimed.id, "code": code, "detail": "", "advice": "check_address"}
        console.store.write_now(record_failure, **facts)


def test_a_message_that_came_an_instant_ago_has_not_been_seen(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Je vous envoie le remboursement.")
    console.receive("Finalement non, annulez tout !")
    expect(page.locator("#entries")).to_contain_text("annulez tout")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#composer")).to_contain_text("Un message est arrivé pendant que vous écriviez")
    assert deliveries(console, held) == []
    page.get_by_role("button", name="Envoyer quand même").click()
    expect(page.locator(".by-agent .bubble")).to_have_text("Je vous envoie le remboursement.")


def test_a_message_that_has_stood_on_the_screen_for_two_seconds_needs_no_question(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Bien noté.")
    console.receive("Merci, à demain")
    expect(page.locator("#entries")).to_contain_text("à demain")
    last = page.locator("[data-seq]").last.get_attribute("data-seq")
    expect(page.locator("[data-seen]")).to_have_value(str(last))
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Bien noté.")


def test_how_a_message_stands_never_goes_back(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    slow: list[Any] = []
    page.route("**/reply", lambda route: slow.append((route, route.fetch())))
    page.fill("#reply", "Bonjour")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour")  # by the live news, before the answer
    send_all(console)
    expect(page.locator(".by-agent .meta-state")).to_have_text("Reçu", timeout=10_000)
    [(route, late)] = slow
    route.fulfill(response=late)
    expect(page.locator("#reply")).to_have_value("")
    expect(page.locator(".by-agent .meta-state")).to_have_text("Reçu")


def test_a_reply_that_has_left_says_so_where_it_was_written_until_the_next_letter(
    open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Bonjour")
    page.press("#reply", "Control+Enter")
    state = page.locator("#reply-form [data-state]")
    expect(state).to_have_text("Réponse envoyée.")
    expect(page.locator(".toast")).to_have_count(0)
    page.keyboard.type("E")
    expect(state).to_have_text("")


def test_a_message_that_failed_is_written_anew_and_lists_stop_asking_for_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    answer(console, held, camille, "Voici le lien\N{NO-BREAK SPACE}: bit.ly/abc")
    fail_all(console, "content_refused")
    page = open_browser(camille)
    show(page, base, held, "failed")
    expect(page.locator(".failure")).to_contain_text("renvoyé tel quel, il sera encore refusé")
    page.get_by_role("link", name="Modifier").click()
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Voici le lien\N{NO-BREAK SPACE}: bit.ly/abc")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Remplacera le message en échec")
    page.reload()  # it is a draft like any other
    page.fill("#reply", "Voici le lien de la mairie")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble").last).to_have_text("Voici le lien de la mairie")
    expect(page.locator(".failure")).to_have_count(0)
    expect(page.locator(".message-cancelled")).to_contain_text("remplacé par un autre message")
    expect(page.locator(f"#line-{held}")).to_have_count(0)
    assert conversation(console, held).failed_deliveries == 0


def test_a_message_that_failed_can_be_let_be(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    answer(console, held, camille, "Un détail")
    fail_all(console, "30003")
    page = open_browser(camille)
    show(page, base, held, "failed")
    expect(page.locator(".failure")).to_contain_text("Réessayez plus tard")
    page.get_by_role("button", name="Ne plus envoyer").click()
    expect(page.locator(".message-cancelled")).to_contain_text("un agent y a renoncé")
    assert page.evaluate("document.activeElement.tagName") != "BODY"
    assert conversation(console, held).failed_deliveries == 0
    assert [message.text for message in messages(console, held)][1:] == ["Un détail"]


def test_nothing_is_offered_to_be_sent_again_to_who_said_stop(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    answer(console, held, camille, "Un détail")
    fail_all(console, "30003")
    page = open_browser(camille)
    show(page, base, held, "failed")
    expect(page.get_by_role("button", name="Renvoyer")).to_be_visible()
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=held)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=actor(camille))
    console.receive("STOP")
    expect(page.locator("#composer")).to_contain_text("ne veut plus de messages")
    for way in ("Renvoyer", "Modifier"):
        expect(page.get_by_text(way, exact=True)).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Ne plus envoyer")).to_be_visible()
    expect(page.get_by_role("button", name="Renvoyer")).to_have_count(0)


def test_while_the_provider_is_down_the_reason_and_the_next_try_are_told(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    answer(console, held, camille, "Bonjour")
    page = open_browser(camille)
    show(page, base, held, "mine")
    [claimed] = console.store.write_now(claim_deliveries, worker="test", limit=5)
    facts = {"delivery_id": claimed.id, "code": "provider_unavailable", "detail": "HTTP 500", "advice": "wait"}
    console.store.write_now(postpone, pause=5, lease_until=claimed.lease_until, doubt=claimed.doubt, **facts)
    state = page.locator(".by-agent .meta-state")
    expect(state).to_contain_text("le fournisseur ne répond pas, nouvel essai dans moins d'une minute", timeout=10_000)


def test_what_the_assistant_will_say_is_read_before_it_says_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.keyboard.press("b")
    told = page.locator("#hand-back-told")
    expect(told).to_contain_text("L'assistant est de retour.")
    page.keyboard.type("Déjà rappelé")
    expect(told).to_contain_text("J'ai noté\N{NO-BREAK SPACE}: Déjà rappelé")
    expect(told).to_contain_text("2 SMS")
    page.get_by_role("button", name="Rendre sans écrire").click()
    expect(page.locator("#toasts")).to_contain_text("sans écrire")
    row = conversation(console, held)
    assert (row.held_by, row.briefing) == ("bot", {"text": "Déjà rappelé", "resume": True, "silent": True})


def test_a_cases_message_is_read_with_its_reason_and_its_cost_while_one_writes(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.locator(".case-change > summary").click()
    page.get_by_label("Refusé").check()
    told = page.locator(".move:has(input:checked) .told")
    expect(told).to_contain_text("Motif\N{NO-BREAK SPACE}: [votre motif]")
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    expect(told).to_contain_text("Motif\N{NO-BREAK SPACE}: La rue est privée.")
    expect(told).to_contain_text("SMS")
    console.receive("Toujours là ?")
    expect(page.locator("#entries")).to_contain_text("Toujours là")
    expect(told).to_contain_text("La rue est privée.")


def test_ending_an_exchange_tells_what_is_unfinished_and_can_be_taken_back(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    answer(console, held, camille, "Bonjour")
    fail_all(console, "30003")
    console.receive("Alors ?")
    since = conversation(console, held).waiting_since
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.locator("#menu-resolve > summary").click()
    panel = page.locator("#menu-resolve .menu-panel")
    expect(panel).to_contain_text("Une réponse est attendue depuis")
    expect(panel).to_contain_text("1 envoi est en échec.")
    expect(panel).to_contain_text("\N{NO-BREAK SPACE}: Nouveau.")
    panel.get_by_role("button", name="Terminer quand même").click()
    expect(page.locator("#toasts")).to_contain_text("Conversation terminée.")
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator("#reply")).to_be_visible()
    row = conversation(console, held)
    assert (row.state, row.agent_id, row.waiting_since) == ("open", camille.id, since)
