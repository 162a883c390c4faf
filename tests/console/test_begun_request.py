"""What a resident had told the assistant is not lost when a person takes over: it is read, completed and filed."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.ownership import take_over
from case_store.models import Attachment, Case, Staff
from tests.console.reading import conversation, hidden_field, messages, part, text_of
from tests.console.town import Console, actor, picture
from tests.support.scopes import EVERYTHING


def begin(console: Console, **flow: Any) -> UUID:
    """A pothole half reported by SMS, with a photo, then a person is asked for."""
    talk = console.waiting("un trou rue de Paris", attachments=[picture()], team="voirie")
    [file] = console.store.read_now(lambda session: session.query(Attachment).all())
    begun = {"code": "report.pothole", "version": 1, "started_at": "", "files": [str(file.id)]} | flow

    def remember(session: Any) -> None:
        row = lock_conversation(session, conversation_id=talk)
        row.change(dialogue={"version": 1, "flow": begun, "question": {"name": "hazard"}})
        save_conversation(session, row)

    console.store.write_now(remember)
    return talk


@pytest.fixture
def talk(console: Console) -> UUID:
    return begin(console, values={"location": "12|rue de Paris"}, remarks=["devant la boulangerie"])


def page(talk: UUID) -> str:
    return f"/console/conversations/{talk}/request"


def take(console: Console, talk: UUID, staff: Staff) -> None:
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(staff))


def file(browser: Any, talk: UUID, **fields: str) -> Any:
    client_id = hidden_field(browser.get(page(talk)).text, "request", "client_id")
    sent = {"client_id": client_id, "service": "report.pothole", "location": "12 rue de Paris", "hazard": "no"}
    return browser.act(page(talk), **sent | fields)


def test_the_agent_reads_what_was_told_and_finds_it_filled_in(
    console: Console, visit: Any, camille: Staff, talk: UUID
) -> None:
    browser = visit(camille)
    shown = part(browser.get(f"/console/conversations/{talk}").text, 'id="context-request"', "</section>")
    assert "12|rue de Paris" in shown
    assert "devant la boulangerie" in shown
    assert "1 fichier envoyé" in shown
    assert "Prenez la conversation" in shown
    take(console, talk, camille)
    assert page(talk) in browser.get(f"/console/conversations/{talk}").text
    assert 'value="12 rue de Paris"' in browser.get(page(talk)).text


def test_it_is_filed_in_the_conversation_with_what_was_sent(
    console: Console, visit: Any, camille: Staff, talk: UUID
) -> None:
    take(console, talk, camille)
    browser = visit(camille)
    answer = file(browser, talk)
    assert answer.status_code == 303
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    [photo] = console.store.read_now(lambda session: session.query(Attachment).all())
    assert (case.location_entity, case.channel_kind, photo.case_id) == ("12|rue de Paris", "sms", case.id)
    assert case.reference in messages(console, talk)[-1].text
    left = conversation(console, talk).dialogue
    assert (left["flow"], left["question"]) == (None, None)
    assert "context-request" not in browser.get(f"/console/conversations/{talk}").text


def test_a_form_sent_twice_files_once(console: Console, visit: Any, camille: Staff, talk: UUID) -> None:
    take(console, talk, camille)
    browser = visit(camille)
    sent = {"client_id": "one", "service": "report.pothole", "location": "12 rue de Paris", "hazard": "no"}
    assert [browser.act(page(talk), **sent).status_code for _ in range(2)] == [303, 303]
    assert len(console.store.read_now(lambda session: session.query(Case).all())) == 1


def test_only_the_agent_who_holds_the_conversation_files_it(
    console: Console, visit: Any, camille: Staff, driss: Staff, elodie: Staff, talk: UUID
) -> None:
    take(console, talk, camille)
    answer = file(visit(driss), talk)
    assert answer.status_code == 409
    assert "Vous ne tenez pas cette conversation" in text_of(answer.text)
    assert visit(elodie).get(page(talk)).status_code == 404
    assert console.store.read_now(lambda session: session.query(Case).all()) == []


def test_what_is_missing_is_told_and_the_rest_kept(console: Console, visit: Any, camille: Staff) -> None:
    talk = begin(console, values={}, places={"location": {"text": "zzz", "known": False}})
    take(console, talk, camille)
    browser = visit(camille)
    assert 'value="zzz"' in browser.get(page(talk)).text
    answer = file(browser, talk, location="zzz")
    assert answer.status_code == 422
    assert "Ce lieu n'est pas sur le plan" in text_of(answer.text)


def test_a_request_put_aside_counts_and_nothing_begun_has_no_form(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting(team="voirie")
    assert visit(camille).get(page(talk)).status_code == 404
    assert "context-request" not in visit(camille).get(f"/console/conversations/{talk}").text


def test_an_answer_in_own_words_is_filed_as_it_was_told(console: Console, visit: Any, camille: Staff) -> None:
    """An allergy is none of the usual diets, and is lost with nobody."""
    told = {"child": "Lucas Petit, 2018-05-03", "days": "lundi, mardi", "diet": "allergique aux arachides"}
    talk = begin(console, code="request.school_canteen", values=told)
    take(console, talk, camille)
    browser = visit(camille)
    assert 'value="allergique aux arachides"' in browser.get(page(talk)).text
    more = {"start_date": "2027-01-04", "requester": "Anna Petit", "diet": "Sans porc, allergique aux arachides"}
    assert file(browser, talk, **told | more, service="request.school_canteen").status_code == 303
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    assert dict(case.fields)["diet"] == "Sans porc, allergique aux arachides"
