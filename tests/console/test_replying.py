"""Answering on the resident's channel, once, knowingly; and notes that never leave the house."""

from typing import Any

import pytest

from case_store.conversations.own_threads import find_own_messages
from case_store.conversations.ownership import take_over
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from case_store.residents.ledger import opt_in, opt_out
from tests.console.reading import conversation, deliveries, hidden_field, messages, part, text_of
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(console: Console, camille: Staff) -> Any:
    """A conversation that Camille holds."""
    id_ = console.waiting("Bonjour, où en est ma demande ?")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=id_, actor=actor(camille))
    return id_


def test_a_reply_leaves_on_the_residents_channel_in_its_parts(
    console: Console, visit: Any, camille: Staff, talk: Any
) -> None:
    browser = visit(camille)
    text = "Votre demande avance. " * 8
    answer = browser.act(f"/console/conversations/{talk}/reply", text=text, seen="3", view="mine")
    assert answer.headers["location"] == f"/console/conversations/{talk}?view=mine&done=replied"
    assert "Réponse envoyée." in browser.get(answer.headers["location"]).text
    message = messages(console, talk)[-1]
    assert (message.text, message.author, message.author_id) == (text.strip(), "agent", camille.id)
    parts = [delivery for delivery in deliveries(console, talk) if delivery.message_id == message.id]
    assert [(part_.channel_id, part_.address, part_.state) for part_ in parts] == [
        ("sms", "+33639980001", "queued")
    ] * 2
    assert conversation(console, talk).waiting_since is None


def test_a_reply_over_an_unseen_message_asks_first_and_keeps_the_text(
    console: Console, visit: Any, camille: Staff, talk: Any
) -> None:
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    seen = hidden_field(page, "reply-form", "seen")
    console.receive("Finalement c'est réglé, merci")
    refused = browser.act(f"/console/conversations/{talk}/reply", text="Je m'en occupe", seen=seen)
    assert refused.status_code == 409
    assert "Un message est arrivé pendant que vous écriviez" in text_of(refused.text)
    assert "Finalement c&#39;est réglé" in refused.text
    assert ">Je m&#39;en occupe</textarea>" in refused.text
    assert "Envoyer quand même" in refused.text
    assert [message.author for message in messages(console, talk)] == ["resident", "resident"]
    seen_now = hidden_field(refused.text, "reply-form", "seen")
    again = browser.act(f"/console/conversations/{talk}/reply", text="Je m'en occupe", seen=seen_now)
    assert again.status_code == 303
    assert messages(console, talk)[-1].text == "Je m'en occupe"


def test_the_same_reply_sent_twice_leaves_once(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    form = {"text": "Bonjour", "seen": "3", "client_id": hidden_field(page, "reply-form", "client_id")}
    answers = [browser.enhanced(f"/console/conversations/{talk}/reply", **form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [message.text for message in messages(console, talk)][1:] == ["Bonjour"]
    assert len(deliveries(console, talk)) == 1
    other = {**form, "client_id": "another"}
    browser.act(f"/console/conversations/{talk}/reply", **other)
    assert len(deliveries(console, talk)) == 2


def test_the_same_note_sent_twice_is_kept_once(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    browser = visit(camille)
    for _ in range(2):
        browser.act(f"/console/conversations/{talk}/note", text="Vue hier", client_id="once")
    assert [message.text for message in messages(console, talk)] == ["Bonjour, où en est ma demande ?", "Vue hier"]


def test_what_no_database_could_keep_is_left_out(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    visit(camille).act(f"/console/conversations/{talk}/note", text="Vu\x00 hier\u202e", client_id="a\x00b")
    assert messages(console, talk)[-1].text == "Vu hier"


def test_a_note_never_reaches_the_resident(console: Console, visit: Any, driss: Staff, talk: Any) -> None:
    visit(driss).act(f"/console/conversations/{talk}/note", text="Attention, déjà relancé")
    note = messages(console, talk)[-1]
    assert (note.audience, note.author_id) == ("staff", driss.id)
    assert deliveries(console, talk) == []
    shown = console.store.read_now(find_own_messages, conversation_id=talk)
    assert all(entry.message.text != note.text for entry in shown)


@pytest.mark.parametrize(("text", "told"), [("   ", "Écrivez un texte"), ("x" * 10_001, "dépasse 10 000")])
def test_an_empty_or_endless_reply_is_refused_with_what_to_do(
    console: Console, visit: Any, camille: Staff, talk: Any, text: str, told: str
) -> None:
    answer = visit(camille).act(f"/console/conversations/{talk}/reply", text=text, seen="3")
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert len(messages(console, talk)) == 1


def test_only_the_holder_replies(console: Console, visit: Any, driss: Staff, talk: Any) -> None:
    browser = visit(driss)
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Camille Roux tient cette conversation" in page
    answer = browser.act(f"/console/conversations/{talk}/reply", text="Bonjour", seen="3")
    assert answer.status_code == 409
    assert "Vous ne tenez pas cette conversation" in text_of(answer.text)
    assert deliveries(console, talk) == []


def test_nothing_is_written_to_who_said_stop(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=actor(camille))
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    assert "Cette personne ne veut plus de messages ici" in text_of(page)
    assert 'id="reply-form"' not in page
    answer = browser.act(f"/console/conversations/{talk}/reply", text="Bonjour", seen="3")
    assert answer.status_code == 409
    assert "Rien n'a été envoyé" in text_of(answer.text)
    assert deliveries(console, talk) == []
    console.store.write_now(opt_in, contact_point_id=head.contact.id, actor=actor(camille))
    assert 'id="reply-form"' in browser.get(f"/console/conversations/{talk}").text


def test_the_channels_limits_are_told_while_writing(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    browser = visit(camille)

    def measured(text: str) -> Any:
        return browser.act(f"/console/conversations/{talk}/measure", text=text).json()

    assert measured("Bonjour") == {"label": "7 caractères, 1 SMS", "level": ""}
    assert measured("я" * 80) == {
        "label": "80 caractères, 2 SMS (accents ou symboles\N{NO-BREAK SPACE}: 70 par SMS)",
        "level": "near",
    }
    assert measured("a" * 1700)["level"] == "over"
    mail = console.waiting(sender="a@b.example", kind="email")
    answer = browser.act(f"/console/conversations/{mail}/measure", text="Bonjour").json()
    assert answer == {"label": "7 / 4\N{NO-BREAK SPACE}000 caractères", "level": ""}
    # Before anything is written there is nothing to count.
    assert part(browser.get(f"/console/conversations/{talk}").text, 'data-plain="', "</p>").endswith('">')


def test_a_script_gets_the_parts_that_changed(console: Console, visit: Any, camille: Staff, talk: Any) -> None:
    answer = visit(camille).enhanced(f"/console/conversations/{talk}/reply", after=3, text="Bonjour", seen="3")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="part-done">Réponse envoyée.' in answer.text
    new = answer.text.split('id="part-entries"', 1)[1]
    assert 'id="entry-4"' in new
    assert 'id="entry-3"' not in new
    for name in ("thread-head", "alerts", "composer", "context"):
        assert f'id="{name}"' in answer.text
