"""An agent's morning in a browser: by keyboard, live, with colleagues, and through a cut line."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from case_store.models import Staff
from case_store.ownership import take_over
from tests.console.people import send_all
from tests.console.reading import case_of, conversation, deliveries, messages
from tests.console.serving import served
from tests.console.town import PASSWORD, Console, actor
from tests.support.browser import DESKTOP, watched_page

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.console.fixtures"]


@pytest.fixture
def base(console: Console) -> Iterator[str]:
    with served(console) as address:
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
        return page

    yield sign_in
    for context, watch in contexts:
        watch.__exit__(None, None, None)
        context.close()


def show(page: Page, base: str, talk: UUID, view: str = "queue") -> None:
    page.goto(f"{base}/console/conversations/{talk}?view={view}")
    expect(page.locator("#viewers > *")).to_have_count(1)  # the stream has spoken


@pytest.fixture
def held(console: Console, camille: Staff) -> UUID:
    talk = console.waiting("Bonjour, où en est ma demande ?", sender="+33639980001", team="voirie")
    console.store.write_now(take_over, conversation_id=talk, actor=actor(camille))
    return talk


def test_a_conversation_from_queue_to_resolution_by_keyboard_alone(
    console: Console, open_browser: Any, camille: Staff
) -> None:
    first = console.waiting("Le plus ancien", sender="+33639980001")
    talk = console.waiting("Je veux parler à quelqu'un", sender="+33639980002")
    page = open_browser(camille)
    page.wait_for_selector(f"#line-{talk}")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 02")
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Bonjour, je vous écoute.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour, je vous écoute.")
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Rappeler demain")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note .note-text")).to_have_text("Rappeler demain")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#desk .first h2")).to_have_text("06 39 98 00 01")
    assert conversation(console, talk).state == "resolved"
    assert [message.text for message in messages(console, talk)] == [
        "Je veux parler à quelqu'un",
        "Bonjour, je vous écoute.",
        "Rappeler demain",
    ]
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_title("Les miennes – Montlieu")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator(f"#line-{first}")).to_be_visible()


def test_handing_back_and_snoozing_by_keyboard(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Conversation mise en pause.")
    assert conversation(console, held).state == "snoozed"
    show(page, base, held, "snoozed")
    page.get_by_role("button", name="Reprendre maintenant").click()
    expect(page.locator("#toasts")).to_contain_text("La conversation est de retour.")
    page.keyboard.press("b")
    page.keyboard.type("L'adresse est le 12 rue de Paris")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("L'assistant reprend la conversation.")
    assert conversation(console, held).briefing == {"text": "L'adresse est le 12 rue de Paris", "resume": True}


def test_letters_typed_in_a_reply_are_only_letters(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.click("#reply")
    page.keyboard.type("jkterbs?")
    expect(page.locator("#reply")).to_have_value("jkterbs?")
    expect(page.locator("details[open]")).to_have_count(0)
    assert conversation(console, held).state == "open"


def test_the_shortcuts_are_shown_and_can_be_switched_off(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting()
    page = open_browser(camille)
    show(page, base, talk)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Prendre la conversation")
    page.get_by_label("Raccourcis actifs").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert conversation(console, talk).held_by == "queue"


def test_a_message_appears_where_one_reads_and_moves_nothing_elsewhere(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting("message 0")
    for number in range(1, 30):
        console.receive(f"message {number}")
    page = open_browser(camille)
    show(page, base, talk)
    console.receive("tout en bas")
    expect(page.locator("#entries").get_by_text("tout en bas")).to_be_in_viewport()
    scroller = page.locator("#thread-scroll")
    scroller.evaluate("place => { place.scrollTop = 200 }")
    page.wait_for_timeout(100)
    console.receive("pendant la lecture")
    pill = page.locator("#pill")
    expect(pill).to_have_text("1 nouveau message")
    assert scroller.evaluate("place => place.scrollTop") == 200
    pill.click()
    expect(page.locator("#entries").get_by_text("pendant la lecture")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_older_messages_load_above_without_a_jump(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting("message 0")
    for number in range(1, 100):
        console.receive(f"message {number}")
    page = open_browser(camille)
    show(page, base, talk)
    page.locator("#thread-scroll").evaluate("place => { place.scrollTop = 0 }")
    first = page.locator("[data-seq]").first
    before, seq = first.bounding_box(), first.get_attribute("data-seq")
    page.get_by_text("Afficher les messages précédents").click()
    expect(page.locator("#entry-1")).to_be_attached()
    after = page.locator(f"[data-seq='{seq}']").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 40
    ids = page.eval_on_selector_all("[data-seq]", "all => all.map(one => Number(one.dataset.seq))")
    assert ids == sorted(set(ids))
    assert page.locator(".day").count() == 1


def test_two_agents_see_each_other_and_one_takes(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting()
    hers, his = open_browser(camille), open_browser(driss)
    show(hers, base, talk)
    show(his, base, talk)
    expect(hers.locator("#viewers")).to_contain_text("Driss Benali regarde aussi")
    hers.route("**/presence", lambda route: route.fulfill(status=204))
    his.evaluate("document.querySelector('[data-key=t]').dataset.kept = 'yes'")
    his.route("**/live*", lambda route: route.abort())
    hers.keyboard.press("t")
    expect(hers.locator("#reply")).to_be_visible()
    his.keyboard.press("t")
    expect(his.get_by_text("Camille Roux tient cette conversation")).to_be_visible()
    assert conversation(console, talk).agent_id == camille.id


def test_who_comes_second_is_told_so_and_the_word_stays(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting()
    his = open_browser(driss)
    show(his, base, talk)
    his.route("**/live*", lambda route: route.abort())
    his.evaluate("window.dispatchEvent(new Event('offline'))")  # he hears nothing of what she does
    console.store.write_now(take_over, conversation_id=talk, actor=actor(camille))
    his.keyboard.press("t")
    told = his.locator("#alerts [role=alert]")
    expect(told).to_have_text("Camille Roux vient de prendre cette conversation.")
    his.unroute("**/live*")
    his.evaluate("window.dispatchEvent(new Event('online'))")
    console.receive("Il y a quelqu'un ?")
    expect(his.locator("#entries")).to_contain_text("Il y a quelqu'un ?")
    his.wait_for_timeout(700)  # the page has been told anew what stands around the thread
    expect(told).to_be_visible()


def test_the_readers_place_is_never_lost(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    where = "document.activeElement.id || document.activeElement.tagName"
    talk, other = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    console.file_case(talk)
    page = open_browser(camille)
    show(page, base, talk)
    page.keyboard.press("t")
    expect(page.locator("#thread-scroll")).to_be_focused()
    page.get_by_text("Changer l'état").click()
    page.get_by_label("En cours").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change > summary")).to_be_focused()
    show(page, base, other)
    page.get_by_role("button", name="Prendre la conversation").click()
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#desk h2")).to_be_focused()
    page.get_by_role("link", name="En pause").press("Enter")
    expect(page.get_by_role("link", name="En pause")).to_be_focused()
    assert page.evaluate(where) != "BODY"


def test_what_a_resident_says_is_read_out_once_and_nothing_else(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.evaluate(
        """() => { window.spoken = []; new MutationObserver(() => {
            const said = document.getElementById("spoken").textContent; said && window.spoken.push(said);
        }).observe(document.getElementById("spoken"), { childList: true }) }"""
    )
    console.receive("Vous êtes là ?")
    expect(page.locator("#spoken")).to_have_text("1 nouveau message. Vous êtes là ?")
    page.fill("#reply", "Oui")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Oui")
    send_all(console)
    expect(page.locator(".by-agent .meta-state")).to_have_text("Reçu", timeout=10_000)
    assert page.evaluate("window.spoken") == ["1 nouveau message. Vous êtes là ?"]


def test_a_colleague_who_writes_is_seen(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    hers, his = open_browser(camille), open_browser(driss)
    show(his, base, held, "open")
    show(hers, base, held, "mine")
    hers.fill("#reply", "Bonj")
    expect(his.locator("#viewers")).to_contain_text("Camille Roux écrit une réponse")
    hers.get_by_role("link", name="File d'attente").click()
    expect(his.locator("#viewers")).not_to_contain_text("Camille")
    assert deliveries(console, held) == []


def test_a_cut_line_loses_nothing_and_doubles_nothing(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("Connexion coupée")
    page.fill("#reply", "Je reviens vers vous à midi.")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#reply-form [data-state]")).to_contain_text("Pas encore envoyé")
    expect(page.locator("#reply")).to_have_value("Je reviens vers vous à midi.")
    page.wait_for_timeout(2500)
    page.context.set_offline(False)
    expect(page.locator(".by-agent .bubble")).to_have_text("Je reviens vers vous à midi.")
    expect(page.locator("#offline")).to_have_count(0)
    expect(page.locator("#reply")).to_have_value("")
    assert [message.text for message in messages(console, held)][1:] == ["Je reviens vers vous à midi."]


def test_messages_of_the_dark_minutes_arrive_once_and_are_read_before_the_reply_leaves(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    for number in range(5):
        console.receive(f"dans le noir {number}")
    page.fill("#reply", "Réponse écrite sans les avoir lus")
    page.press("#reply", "Control+Enter")
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator("#composer")).to_contain_text("Un message est arrivé pendant que vous écriviez")
    expect(page.locator("#entries .by-resident")).to_have_count(6)
    expect(page.locator("#reply")).to_have_value("Réponse écrite sans les avoir lus")
    assert deliveries(console, held) == []
    page.get_by_role("button", name="Envoyer quand même").click()
    expect(page.locator(".by-agent .bubble")).to_have_text("Réponse écrite sans les avoir lus")
    assert len(deliveries(console, held)) == 1


def test_a_reply_whose_answer_got_lost_leaves_once(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/reply", lose_the_first_answer)
    page.fill("#reply", "Une seule fois")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#reply")).to_have_value("", timeout=15_000)
    expect(page.locator(".by-agent .bubble")).to_have_count(1)
    assert lost == [200]
    assert [message.text for message in messages(console, held)][1:] == ["Une seule fois"]


def test_a_draft_survives_a_closed_page_and_ends_with_the_session(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Un début de réponse")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#reply")).to_have_value("Un début de réponse")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Brouillon gardé")
    page.locator(".rail-me summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_selector("#email")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('guichet:draft'))") == []
    assert deliveries(console, held) == []


def test_the_text_being_written_stays_when_the_page_changes_around_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Je suis en train d'écrire")
    console.receive("Autre chose")
    console.file_case(held)
    expect(page.locator(".case-title")).to_have_text("Nid-de-poule, 12 rue de Paris", timeout=15_000)
    expect(page.locator("#reply")).to_have_value("Je suis en train d'écrire")
    assert page.evaluate("document.activeElement.id") == "reply"
    expect(page.locator("#reply-count")).to_have_text("25 caractères, 1 SMS")


def test_a_draft_stays_with_its_conversation_however_fast_one_leaves_it(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    other = console.waiting(sender="+33639980009")
    console.store.write_now(take_over, conversation_id=other, actor=actor(camille))
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.evaluate(
        """id => {
            const field = document.getElementById("reply");
            field.value = "Pour la première seulement";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            document.querySelector(`[data-line="${id}"]`).click();
        }""",
        str(other),
    )
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 09")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.locator("#reply")).to_have_value("")
    page.locator(f"[data-line='{held}']").click()
    expect(page.locator("#reply")).to_have_value("Pour la première seulement")


def test_the_cost_of_a_text_message_is_told_while_writing(
    open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    count = page.locator("#reply-count")
    expect(count).to_have_text("1600 caractères au plus par envoi")
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(count).to_have_text("33 caractères, 1 SMS (accents ou symboles : 70 par SMS)")
    page.fill("#reply", "")
    expect(count).to_have_text("1600 caractères au plus par envoi")


def test_a_case_is_refused_with_a_reason_from_beside_the_conversation(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    expect(page.get_by_text("ne peut pas être traité").first).to_be_visible()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Écrivez un motif")
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator("#toasts")).to_contain_text("État changé, l'habitant est prévenu.")
    expect(page.locator(".case .badge").first).to_have_text("Refusé")
    expect(page.locator(".by-agent .bubble")).to_contain_text("La rue est privée.")
    assert case_of(console, case_id).state == "rejected"


def test_a_failed_message_is_sent_again(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.receive("Horaires ?").conversation_id
    console.say(talk, "De 9 h à 17 h")
    send_all(console, fail="17")
    page = open_browser(camille)
    show(page, base, talk, "failed")
    page.get_by_role("button", name="Renvoyer").click()
    expect(page.locator(".failure")).to_have_count(0)
    send_all(console)
    expect(page.locator(".by-machine .meta-state")).to_have_text("Reçu", timeout=10_000)


def test_the_list_changes_by_itself(console: Console, open_browser: Any, camille: Staff) -> None:
    page = open_browser(camille)
    expect(page.get_by_text("Personne n'attend").first).to_be_visible()
    talk = console.waiting()
    expect(page.locator(f"#line-{talk}")).to_be_visible()
    expect(page.locator(".view[aria-current] .view-count")).to_have_text("1")


def test_addresses_lead_back_and_forth(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    one, two = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    page = open_browser(camille)
    page.click(f"[data-line='{one}']")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    page.click(f"#line-{two} a")
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 02")
    page.go_back()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator(f"#line-{one} a")).to_have_attribute("aria-current", "true")
    assert page.url == f"{base}/console/conversations/{one}?view=queue"


def test_the_main_things_work_without_a_script(console: Console, open_browser: Any, base: str, camille: Staff) -> None:
    talk = console.waiting()
    case_id = console.file_case(talk)
    page = open_browser(camille, java_script_enabled=False)
    page.get_by_role("button", name="Prendre cette conversation").click()
    expect(page.get_by_role("status").first).to_contain_text("La conversation est à vous.")
    page.fill("#reply", "Bonjour")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".by-agent .bubble")).to_have_text("Bonjour")
    page.locator(".composer-mode", has_text="Note interne").click()
    page.fill("#note", "Sans script")
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.locator(".note-text")).to_have_text("Sans script")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Traité").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    assert case_of(console, case_id).state == "resolved"
    page.locator("#menu-snooze summary").click()
    page.get_by_role("button", name="Demain matin").click()
    expect(page.get_by_role("status").first).to_contain_text("Conversation mise en pause.")
    assert conversation(console, talk).state == "snoozed"
