"""What an agent writes is theirs: it stays, in its conversation, with its length, whatever arrives."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from case_store.cases.moving import change_state
from case_store.conversations.ownership import reassign, take_over
from case_store.models import Staff
from tests.browser.console import show
from tests.console.reading import case_of, deliveries, messages
from tests.console.town import PASSWORD, Console, actor
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def test_a_draft_survives_a_closed_page(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Un début de réponse")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Un début de réponse")
    expect(page.locator("#reply-form [data-state]")).to_have_text("Brouillon gardé")
    assert deliveries(console, held) == []


def hold(page: Any, held_back: list[Any]) -> None:
    """Replies are on their way until the test lets them go."""

    def keep(route: Any) -> None:
        held_back.append(route)

    page.route("**/reply", keep)


def sign_out(page: Any) -> None:
    page.locator(".rail-me summary").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()


def sign_in(page: Any, staff: Staff) -> None:
    page.fill("#email", staff.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector(".console")


def kept_drafts(page: Any) -> Any:
    return page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('guichet:draft'))")


def test_signing_out_with_unsent_replies_is_asked_about_and_loses_none(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    other = console.waiting(sender="+33639980009")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(camille))
    page = open_browser(camille)
    for talk in (held, other):
        show(page, base, talk, "mine")
        page.fill("#reply", f"Réponse à {talk}")
    sign_out(page)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("2 réponses non envoyées")
    question.get_by_role("button", name="Rester").click()
    expect(page.locator("#reply")).to_have_value(f"Réponse à {other}")
    assert page.evaluate("document.activeElement.tagName") != "BODY"
    sign_out(page)
    question.get_by_role("button", name="Se déconnecter quand même").click()
    sign_in(page, camille)
    show(page, base, held, "mine")
    expect(page.locator("#reply")).to_have_value(f"Réponse à {held}")
    sign_out(page)
    question.get_by_role("button", name="Se déconnecter quand même").click()
    sign_in(page, driss)
    assert kept_drafts(page) == []


def test_signing_out_elsewhere_does_not_destroy_the_text_that_stands_here(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Texte long et précieux")
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{base}/console/now")
    elsewhere.goto(f"{base}/console/conversations?view=mine")
    sign_out(elsewhere)
    elsewhere.get_by_role("button", name="Se déconnecter quand même").click()
    elsewhere.wait_for_selector("#email")
    page.press("#reply", "Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Votre session est terminée")
    sign_in(page, camille)
    expect(page.locator("#reply")).to_have_value("Texte long et précieux")


def test_a_reason_leaves_with_its_message_and_never_stands_in_the_form_again(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page, elsewhere = open_browser(camille), None
    show(page, base, held, "mine")
    elsewhere = page.context.new_page()
    show(elsewhere, base, held, "mine")
    reason = page.get_by_label("Motif, lu par l'habitant")
    page.get_by_text("Changer l'état").click()
    elsewhere.get_by_text("Changer l'état").click()
    page.get_by_label("En attente de l'habitant").check()
    reason.fill("Quelle est la profondeur du trou ?")
    expect(elsewhere.get_by_label("Motif, lu par l'habitant")).to_have_value("Quelle est la profondeur du trou ?")
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator("#toasts")).to_contain_text("l'habitant est prévenu")
    expect(page.locator(".case .badge").first).to_have_text("En attente de l'habitant")
    page.get_by_text("Changer l'état").click()
    expect(reason).to_have_value("")
    expect(elsewhere.get_by_label("Motif, lu par l'habitant")).to_have_value("")
    page.get_by_label("Refusé").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Écrivez un motif")
    expect(page.get_by_role("alert")).to_have_count(1)
    page.reload()
    page.get_by_text("Changer l'état").click()
    expect(reason).to_have_value("")
    assert case_of(console, case_id).state == "awaiting_resident"


def test_what_is_written_of_a_case_or_for_the_assistant_stays_while_one_looks_elsewhere(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    console.file_case(held)
    other = console.waiting(sender="+33639980009")
    page = open_browser(camille)
    show(page, base, held, "queue")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    page.locator("#menu-hand-back summary").click()
    page.get_by_label("Ce que l'assistant doit savoir").fill("Déjà rappelé")
    page.keyboard.press("Escape")
    console.receive("Une autre question")
    expect(page.locator("#entries")).to_contain_text("Une autre question")
    page.locator(f"[data-line='{other}']").click()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 09")
    page.go_back()
    expect(page.locator("#thread-head h2")).to_have_text("06 39 98 00 01")
    expect(page.locator("#briefing")).to_have_value("Déjà rappelé")
    page.get_by_text("Changer l'état").click()
    expect(page.get_by_label("Motif, lu par l'habitant")).to_have_value("La rue est privée.")
    expect(page.get_by_label("Refusé")).to_be_checked()


def test_a_case_that_moves_under_a_reason_is_asked_about(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    case_id = console.file_case(held)
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.get_by_text("Changer l'état").click()
    page.get_by_label("Refusé").check()
    page.get_by_label("Motif, lu par l'habitant").fill("La rue est privée.")
    console.store.write_now(change_state, case_id=case_id, state="open", actor=actor(camille), reason="")
    expect(page.locator(".case .badge").first).to_have_text("En cours")
    page.get_by_label("Refusé").check()
    page.get_by_role("button", name="Changer et prévenir l'habitant").click()
    expect(page.locator(".case-change [role=alert]")).to_contain_text("Quelqu'un a changé ce dossier entre-temps")
    expect(page.get_by_label("Motif, lu par l'habitant")).to_have_value("La rue est privée.")
    assert case_of(console, case_id).state == "open"


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


def test_a_text_whose_conversation_is_taken_away_stays_in_sight_and_its_letters_are_no_commands(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, soraya: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.click("#reply")
    page.keyboard.type("Voici")
    console.store.write_now(reassign, scope=EVERYTHING, conversation_id=held, actor=actor(soraya), staff_id=driss.id)
    kept = page.locator("#kept")
    expect(kept).to_be_focused()
    page.keyboard.type("e information utile pour vous", delay=30)
    page.keyboard.press("Control+Enter")
    expect(kept).to_contain_text("Soraya Haddad a confié la conversation à Driss Benali. Votre texte n'est pas parti")
    expect(kept.locator("[data-kept-words]")).to_have_text("Voici")
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    page.reload()
    expect(kept).to_contain_text("Voici")
    kept.get_by_role("button", name="En faire une note").click()
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note .note-text")).to_have_text("Voici")
    expect(kept).to_have_count(0)
    assert [message.text for message in messages(console, held)][1:] == ["Voici"]
    assert kept_drafts(page) == []


def test_a_text_whose_conversation_goes_out_of_sight_can_still_be_copied(
    console: Console, open_browser: Any, base: str, camille: Staff, soraya: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.fill("#reply", "Ce que je voulais dire")
    console.store.write_now(
        reassign, scope=EVERYTHING, conversation_id=held, actor=actor(soraya), team_code="etat_civil"
    )
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Ce que je voulais dire")
    expect(kept.get_by_role("button", name="Copier")).to_be_visible()
    expect(kept.get_by_role("button", name="En faire une note")).to_be_hidden()
    kept.get_by_role("button", name="Effacer").click()
    expect(kept).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") != "BODY"


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
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(camille))
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
    expect(count).to_have_text("")
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(count).to_have_text("33 caractères, 1 SMS (accents ou symboles : 70 par SMS)")
    page.fill("#reply", "")
    expect(count).to_have_text("")


def test_cut_off_the_letters_are_still_counted(open_browser: Any, base: str, camille: Staff, held: UUID) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    page.fill("#reply", "Bonjour, votre demande est prête.")
    expect(page.locator("#reply-count")).to_have_text("33 / 1\N{NO-BREAK SPACE}600 caractères")
    page.fill("#reply", "x" * 1700)
    expect(page.locator("#reply-count.count-over")).to_be_visible()


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
