"""Letters stand in a thread of their writer's own; what no person wrote is kept and answered by nobody."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from case_store.conversations.letters import LetterFacts, get_visible_letter, receive_letter
from case_store.conversations.receiving import Received, receive_message
from case_store.conversations.threads import get_conversation
from case_store.errors import NotFound
from case_store.models import Conversation, Delivery, TimelineEvent, TurnDue
from case_store.work.snapshots import load_turn
from tests.case_store.world import World, new_message
from tests.support.scopes import EVERYTHING

LEA, NOUR = "lea@example.org", "nour@example.org"


def write(world: World, text: str, *, address: str = LEA, **facts: Any) -> Received:
    letter = LetterFacts(**{"subject": "Acte de naissance", "thread": ("<1@example.org>",)} | facts)
    unanswered = letter.unanswered
    return world.write(
        receive_letter,
        message=new_message(
            text,
            address=address,
            contact_kind="email",
            channel_id="email",
            channel_kind="email",
            lane=None if unanswered else "worker",
            quiet=unanswered == "auto_reply",
        ),
        letter=letter,
    )


def conversation(world: World, received: Received) -> Conversation:
    return world.conversation(received.conversation_id)


def events(world: World, received: Received) -> list[str]:
    query = select(TimelineEvent.kind).where(TimelineEvent.subject_id == received.conversation_id)
    return world.read(lambda session: list(session.scalars(query.order_by(TimelineEvent.seq))))


def delivery(world: World, delivery_id: UUID) -> Delivery:
    return world.read(lambda session: session.get_one(Delivery, delivery_id))


def test_an_answer_goes_back_to_the_letter_and_keeps_its_subject(world: World) -> None:
    received = write(world, "Bonjour", thread=("<0@example.org>", "<1@example.org>"))
    [sent] = world.say(received.conversation_id, "Quel est votre nom ?")
    found = delivery(world, sent)
    assert (found.subject, found.thread) == ("Re: Acte de naissance", "<0@example.org> <1@example.org>")
    assert found.automatic
    write(world, "Léa", subject="Re: Acte de naissance", thread=("<1@example.org>", "<2@example.org>"))
    [sent] = world.say(received.conversation_id, "Merci")
    assert delivery(world, sent).subject == "Re: Acte de naissance"


def test_the_reference_in_a_subject_recalls_a_case_of_the_writer_only(world: World) -> None:
    mine, theirs = write(world, "Bonjour"), write(world, "Bonjour", address=NOUR)
    case = world.file_case(mine.conversation_id)
    assert conversation(world, write(world, "Voici", reference=case.reference)).told_of == case.reference
    assert conversation(world, write(world, "Voici", address=NOUR, reference=case.reference)).told_of is None
    assert theirs.conversation_id != mine.conversation_id


def test_who_answers_somebody_elses_letter_is_judged_by_a_person(world: World) -> None:
    mine = write(world, "Bonjour")
    [sent] = world.say(mine.conversation_id, "Quel est votre nom ?")
    own = write(world, "Léa Martin", told=(sent,))
    assert conversation(world, own).held_by == "bot"
    other = write(world, "C'est Léa", address=NOUR, told=(sent,))
    found = conversation(world, other)
    assert (found.held_by, found.queue_reason) == ("queue", "anothers_letter")
    assert found.id != mine.conversation_id
    assert "letter_of_another" in events(world, other)


def test_an_automatic_answer_is_kept_and_asks_for_nobody(world: World) -> None:
    first = write(world, "Bonjour")
    world.finish_turn(first.conversation_id)
    before = conversation(world, first)
    kept = write(world, "Je suis absent", thread=("<9@example.org>",), unanswered="auto_reply")
    after = conversation(world, first)
    assert (after.unread, after.thread, after.last_message_text) == (before.unread, before.thread, "Bonjour")
    assert events(world, kept)[-1] == "letter_unanswered"
    assert world.read(lambda session: session.scalars(select(TurnDue)).first()) is None
    write(world, "Merci")
    waiting = world.read(load_turn, conversation_id=first.conversation_id).messages
    assert [message.text for message in waiting] == ["Merci"]


def test_a_sender_who_reads_no_answer_is_left_to_people(world: World) -> None:
    received = write(world, "Votre facture", address="no-reply@energie.example", unanswered="no_reply")
    found = conversation(world, received)
    assert (found.held_by, found.queue_reason, found.unread) == ("queue", "no_reply", 1)


def test_a_letter_received_twice_changes_nothing(world: World) -> None:
    letter = LetterFacts("Objet", ("<1@example.org>",), unanswered="no_reply")
    message = new_message("Bonjour", address=LEA, contact_kind="email", external_id="1", lane=None)
    first = world.write(receive_letter, message=message, letter=letter)
    again = world.write(receive_letter, message=message, letter=letter)
    assert (again.duplicate, again.message_id) == (True, first.message_id)
    assert events(world, first).count("letter_unanswered") == 1


def test_the_writers_name_is_kept_once(world: World) -> None:
    received = write(world, "Bonjour", sender_name="Léa Martin")
    write(world, "Encore moi", sender_name="L. M.")
    head = world.read(get_conversation, scope=EVERYTHING, conversation_id=received.conversation_id)
    assert head.resident.name == "Léa Martin"


def test_a_kept_letter_is_found_by_who_may_see_it(world: World) -> None:
    message = new_message("Bonjour", address=LEA, contact_kind="email", channel_id="email", channel_kind="email")
    kept = world.write(receive_message, message=replace(message, payload={"mail": "aa/bb/1.eml"}))
    found = world.read(get_visible_letter, scope=EVERYTHING, message_id=kept.message_id)
    assert (found.path, found.conversation_id) == ("aa/bb/1.eml", kept.conversation_id)


def test_a_message_that_came_otherwise_has_no_letter(world: World) -> None:
    received = world.write(receive_message, message=new_message("Bonjour"))
    with pytest.raises(NotFound):
        world.read(get_visible_letter, scope=EVERYTHING, message_id=received.message_id)


def test_only_what_an_agent_has_written_is_no_automatic_letter(world: World) -> None:
    received = write(world, "Bonjour")
    sent = [
        world.say(received.conversation_id, "Bonjour", author=author, kind=kind)[0]
        for author, kind in (("agent", "answer"), ("agent", "case_update"), ("bot", "answer"), ("system", "code"))
    ]
    assert [delivery(world, each).automatic for each in sent] == [False, True, True, True]
