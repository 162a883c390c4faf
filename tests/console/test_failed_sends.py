"""What did not leave: why, what to do about it, and how it stops asking."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.deliveries import postpone, record_failure
from case_store.conversations.ownership import take_over
from case_store.models import Staff
from case_store.work.delivery_claims import claim_deliveries
from channels.advice import ADVICE
from tests.console.people import answer
from tests.console.reading import conversation, deliveries, hidden_field, messages, part, text_of
from tests.console.test_words import WORDS
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(console: Console, camille: Staff) -> UUID:
    """A conversation that Camille holds and has answered."""
    id_ = console.waiting("Bonjour")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=id_, actor=actor(camille))
    answer(console, id_, camille, "Voici le formulaire")
    return id_


def fail(console: Console, code: str, advice: str = "check_address") -> UUID:
    [claimed] = console.store.write_now(claim_deliveries, worker="test", limit=5)
    console.store.write_now(record_failure, delivery_id=claimed.id, code=code, detail="", advice=advice)
    return claimed.id


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("30003", "Réessayez plus tard"),
        ("30006", "Joignez l'habitant autrement"),
        ("30007", "Modifiez le message"),
        ("content_refused", "Modifiez le message"),
        ("30002", "Prévenez l'informatique"),
    ],
)
def test_the_advice_fits_the_code_whatever_was_kept_with_it(
    console: Console, visit: Any, camille: Staff, talk: UUID, code: str, told: str
) -> None:
    fail(console, code)
    assert told in part(visit(camille).get(f"/console/conversations/{talk}").text, 'class="failure ', "</p>")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_advice_and_every_code_of_the_table_has_its_words(language: str) -> None:
    keys = [f"advice.{advice}" for advice in {*ADVICE.values(), "none"}] + [f"failure.code.{code}" for code in ADVICE]
    assert [key for key in keys if not WORDS.has(language, key)] == []


def test_the_next_try_of_what_is_put_off_is_told(console: Console, visit: Any, camille: Staff, talk: UUID) -> None:
    [claimed] = console.store.write_now(claim_deliveries, worker="test", limit=5)
    facts = {"code": "rate_limited", "detail": "", "advice": "wait", "doubt": claimed.doubt}
    console.store.write_now(postpone, delivery_id=claimed.id, lease_until=claimed.lease_until, pause=900.0, **facts)
    page = text_of(visit(camille).get(f"/console/conversations/{talk}").text)
    assert "En attente d'envoi – trop d'envois à la fois, nouvel essai à" in page


def test_a_failed_message_is_edited_without_a_script(console: Console, visit: Any, camille: Staff, talk: UUID) -> None:
    failed = fail(console, "content_refused")
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}?compose=reply&edit={failed}").text
    assert ">Voici le formulaire</textarea>" in page
    form = {name: hidden_field(page, "reply-form", name) for name in ("seen", "replaces", "client_id")}
    browser.act(f"/console/conversations/{talk}/reply", text="Le formulaire est en mairie", **form)
    [old, new] = deliveries(console, talk)
    assert (old.state, old.error_code, new.state) == ("cancelled", "replaced", "queued")
    assert conversation(console, talk).failed_deliveries == 0
    assert "a remplacé un message en échec" in text_of(browser.get(f"/console/conversations/{talk}").text)


def test_what_a_reply_names_of_another_conversation_is_left_alone(
    console: Console, visit: Any, camille: Staff, talk: UUID
) -> None:
    failed = fail(console, "30003")
    other = console.waiting(sender="+33639980009")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(camille))
    visit(camille).act(f"/console/conversations/{other}/reply", text="Bonjour", replaces=str(failed))
    assert deliveries(console, talk)[0].state == "failed"
    assert messages(console, other)[-1].text == "Bonjour"


def test_a_failed_message_is_let_be_once_and_by_its_team_only(
    console: Console, visit: Any, camille: Staff, elodie: Staff
) -> None:
    id_ = console.waiting(team="voirie")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=id_, actor=actor(camille))
    answer(console, id_, camille, "Un détail")
    failed = fail(console, "30003")
    assert visit(elodie).act(f"/console/deliveries/{failed}/dismiss").status_code == 404
    assert visit(camille).act(f"/console/deliveries/{failed}/dismiss").status_code == 303
    assert visit(camille).act(f"/console/deliveries/{failed}/dismiss").status_code == 409
    [delivery] = deliveries(console, id_)
    assert (delivery.state, delivery.error_code) == ("cancelled", "dismissed")
    assert conversation(console, id_).failed_deliveries == 0


def test_another_text_under_the_same_number_is_another_message(
    console: Console, visit: Any, camille: Staff, talk: UUID
) -> None:
    browser = visit(camille)
    for text in ("Premier", "Premier", "Premier et second"):
        browser.act(f"/console/conversations/{talk}/reply", text=text, client_id="one")
    assert [message.text for message in messages(console, talk)][2:] == ["Premier", "Premier et second"]
