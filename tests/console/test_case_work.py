"""A case changes state, and those who follow it are told on their channel, in their language, at the same moment."""

from typing import Any
from uuid import UUID

import pytest

from case_store.actors import RESIDENT
from case_store.cases.additions import add_information
from case_store.cases.answers import answer_case
from case_store.cases.filing import join_case
from case_store.cases.moving import change_state
from case_store.conversations.ownership import take_over
from case_store.conversations.threads import find_messages, get_conversation
from case_store.models import Staff
from case_store.residents.ledger import opt_out
from case_store.timeline import find_events
from tests.console.reading import case_of, conversation, deliveries, messages, part, text_of
from tests.console.town import Console, actor, picture
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(console: Console) -> UUID:
    return console.waiting("Un trou devant chez moi", team="voirie")


@pytest.fixture
def case_id(console: Console, talk: UUID) -> UUID:
    return console.file_case(talk)


def change(browser: Any, case_id: UUID, talk: UUID, state: str, **fields: str) -> Any:
    return browser.act(f"/console/cases/{case_id}/state", state=state, conversation=str(talk), **fields)


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("open", "", "est en cours. Le service Voirie s'en occupe."),
        ("open", "Passage prévu mardi.", "Précision : Passage prévu mardi."),
        ("awaiting_resident", "Quelle est la taille du trou ?", "a besoin de vous :\nQuelle est la taille du trou ?"),
        ("resolved", "", "est traité. S'il reste un problème, répondez à ce message."),
        ("rejected", "Cette rue est privée.", "Motif : Cette rue est privée."),
    ],
)
def test_the_resident_is_told_on_their_channel(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID, state: str, reason: str, told: str
) -> None:
    browser = visit(camille)
    answer = change(browser, case_id, talk, state, reason=reason)
    assert answer.headers["location"].endswith("done=case_changed")
    case = case_of(console, case_id)
    assert (case.state, case.reason) == (state, reason or None)
    message = messages(console, talk)[-1]
    assert told in message.text.replace("\u00a0", " ")
    assert case.reference in message.text
    assert (message.kind, message.author, message.author_id) == ("case_update", "agent", camille.id)
    assert conversation(console, talk).told_of == case.reference
    assert {delivery.state for delivery in deliveries(console, talk)} == {"queued"}
    assert not any(delivery.protected for delivery in deliveries(console, talk))
    assert "Nouvelle du dossier" in text_of(browser.get(f"/console/conversations/{talk}").text)


def test_the_agent_reads_beforehand_what_the_resident_will_read(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    page = visit(camille).get(f"/console/conversations/{talk}").text
    preview = part(page, f'id="told-{case_id}-resolved"', "</div>")
    change(visit(camille), case_id, talk, "resolved")
    assert messages(console, talk)[-1].text in preview


def test_everybody_who_follows_is_told_in_their_own_language(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    other = console.receive("Same hole!", sender="visitor-2", kind="webchat", language="en").conversation_id
    console.store.write_now(join_case, case_id=case_id, conversation_id=other, actor=RESIDENT, fields={})
    change(visit(camille), case_id, talk, "resolved", reason="Done.")
    assert "est traité" in messages(console, talk)[-1].text
    assert "is done" in messages(console, other)[-1].text
    assert [delivery.channel_id for delivery in deliveries(console, other)] == ["webchat"]


def test_the_agent_is_told_who_could_not_be_told(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    contact_id = conversation(console, talk).contact_point_id
    console.store.write_now(opt_out, contact_point_id=contact_id, actor=RESIDENT)
    answer = change(visit(camille), case_id, talk, "open")
    assert "L'habitant n'a pas pu être prévenu" in text_of(visit(camille).get(answer.headers["location"]).text)
    other = console.receive("Same hole!", sender="visitor-2", kind="webchat").conversation_id
    console.store.write_now(join_case, case_id=case_id, conversation_id=other, actor=RESIDENT, fields={})
    answer = change(visit(camille), case_id, talk, "resolved")
    told = text_of(visit(camille).get(answer.headers["location"]).text)
    assert "Ceux qui suivent ce dossier sont prévenus, sauf qui a arrêté les messages" in told


def test_what_the_resident_added_stands_on_the_card(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    browser = visit(camille)
    assert "Ajouté par l'habitant" not in text_of(browser.get(f"/console/conversations/{talk}").text)
    write, facts = console.store.write_now, {"case_id": case_id, "conversation_id": talk, "actor": RESIDENT}
    for number in range(4):
        write(add_information, text=f"Précision {number}", **facts)
    console.receive("", attachments=[picture("vélo.jpg")])
    file = console.store.read_now(find_messages, scope=EVERYTHING, conversation_id=talk)[-1].attachments[0]
    write(add_information, text="", attachment_ids=[file.id], **facts)
    added = part(browser.get(f"/console/conversations/{talk}").text, 'class="additions"', 'class="pairs"')
    assert "Précision 1" not in added
    assert added.index("Précision 3") < added.index("Précision 2")
    assert f'href="/console/attachments/{file.id}"' in browser.get(f"/console/conversations/{talk}").text


def test_what_is_written_on_the_follow_up_page_stands_there_too(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    console.store.write_now(answer_case, case_id=case_id, text="Le trou a grandi", client_id="one", language="fr")
    page = visit(camille).get(f"/console/conversations/{talk}").text
    assert "Le trou a grandi" in part(page, 'class="additions"', 'class="pairs"')


@pytest.mark.parametrize("state", ["rejected", "awaiting_resident"])
def test_a_missing_reason_is_asked_for_and_the_choice_kept(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID, state: str
) -> None:
    answer = change(visit(camille), case_id, talk, state, reason="  ")
    assert answer.status_code == 422
    form = answer.text.split(f'id="change-{case_id}"', 1)[1].split("</form>", 1)[0]
    assert "Écrivez un motif" in text_of(form)
    assert f'value="{state}" required checked' in " ".join(form.split())
    assert case_of(console, case_id).state == "new"
    assert len(messages(console, talk)) == 1


def test_a_move_that_is_no_longer_possible_keeps_what_was_written(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    console.store.write_now(change_state, case_id=case_id, state="resolved", actor=actor(camille))
    answer = change(visit(camille), case_id, talk, "rejected", reason="Rue privée")
    assert answer.status_code == 409
    assert ">Rue privée</textarea>" in answer.text
    assert "Ce n'est plus possible" in text_of(answer.text)
    assert len(messages(console, talk)) == 1


def test_a_change_made_meanwhile_is_noticed(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    version = str(case_of(console, case_id).version)
    console.store.write_now(change_state, case_id=case_id, state="open", actor=actor(camille))
    answer = change(visit(camille), case_id, talk, "resolved", version=version)
    assert answer.status_code == 409
    assert "a changé ce dossier entre-temps" in text_of(answer.text)
    assert case_of(console, case_id).state == "open"


@pytest.mark.parametrize("state", ["", "closed", "cancelled", "new", "nonsense"])
def test_only_the_offered_states_are_taken(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID, state: str
) -> None:
    assert change(visit(camille), case_id, talk, state, reason="x").status_code == 422
    assert case_of(console, case_id).state == "new"


def test_another_teams_case_is_moved_only_by_who_holds_the_conversation(
    console: Console, visit: Any, camille: Staff
) -> None:
    talk = console.waiting(team="relation_usagers")
    case_id = console.file_case(talk, team="etat_civil")
    browser = visit(camille)
    assert "Dossier du service État civil" in text_of(browser.get(f"/console/conversations/{talk}").text)
    assert change(browser, case_id, talk, "open").status_code == 403
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    assert change(browser, case_id, talk, "open").status_code == 303
    assert case_of(console, case_id).state == "open"


def test_who_said_stop_is_not_written_to_and_the_agent_knows(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=RESIDENT)
    browser = visit(camille)
    assert "L'habitant a dit STOP" in text_of(browser.get(f"/console/conversations/{talk}").text)
    change(browser, case_id, talk, "resolved")
    assert {delivery.state for delivery in deliveries(console, talk)} == {"cancelled"}
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Non envoyé – l'habitant ne veut plus de messages ici" in page


def test_a_rejected_case_is_reopened_and_told_so(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    browser = visit(camille)
    change(browser, case_id, talk, "rejected", reason="Rue privée")
    change(browser, case_id, talk, "open")
    assert "est rouvert" in messages(console, talk)[-1].text
    kinds = [event.kind for event in console.store.read_now(find_events, subject_id=case_id, visible_to="resident")]
    assert kinds == ["case_opened", "case_rejected", "case_open"]


def test_by_script_the_form_comes_back_with_what_is_wrong(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    answer = visit(camille).enhanced(
        f"/console/cases/{case_id}/state", state="rejected", reason="", conversation=str(talk)
    )
    assert answer.status_code == 422
    assert 'data-refused="reason_missing"' in answer.text
    assert "Écrivez un motif" in text_of(answer.text)
