"""Receiving twice is receiving once; what is received is numbered, in order, and has a turn due."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from case_store.conversations.own_threads import find_own_messages
from case_store.conversations.receiving import NewAttachment, quarantine, receive_message
from case_store.models import Attachment, Conversation, Message, RawEvent, Resident, TurnDue
from case_store.oversight.figures import get_figures
from tests.case_store.world import ANNA, BORIS, World, new_message


def counts(session: Session) -> dict[str, int]:
    tables = {"raw": RawEvent, "messages": Message, "conversations": Conversation, "residents": Resident}
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}


def due(session: Session) -> TurnDue:
    return session.scalars(select(TurnDue)).one()


def test_a_message_is_stored_with_its_raw_event_and_a_turn_due(world: World) -> None:
    received = world.receive("Bonjour", external_id="SM1", trace_id="t1")
    assert (received.seq, received.duplicate) == (1, False)
    [message] = world.read(find_own_messages, conversation_id=received.conversation_id)
    assert (message.message.text, message.message.direction, message.message.author) == (
        "Bonjour", "inbound", "resident"
    )  # fmt: skip
    raw = world.read(lambda session: session.get_one(RawEvent, received.message_id))
    assert (raw.external_id, raw.payload, raw.trace_id) == ("SM1", {"body": "Bonjour"}, "t1")
    assert world.read(due).gen == 1
    assert [topic for topic, _ in world.rung] == ["turn", "conversation"]


def test_a_second_receipt_gives_the_first_result(world: World) -> None:
    first = world.receive("Bonjour", external_id="SM1")
    world.receive("Autre chose")
    world.rung.clear()
    again = world.receive("Bonjour", external_id="SM1")
    assert (again.message_id, again.seq, again.duplicate) == (first.message_id, 1, True)
    assert world.read(counts) == {"raw": 2, "messages": 2, "conversations": 1, "residents": 1}
    assert world.rung == []


def test_the_same_id_on_another_channel_is_another_message(world: World) -> None:
    world.receive(external_id="1")
    assert not world.receive(external_id="1", channel_id="sms2").duplicate


async def test_ten_receipts_at_once_are_one(world: World) -> None:
    message = new_message(external_id="SM1")
    results = await asyncio.gather(*(world.store.write(receive_message, message=message) for _ in range(10)))
    assert sum(not result.duplicate for result in results) == 1
    assert {(result.message_id, result.seq) for result in results} == {(results[0].message_id, 1)}
    assert world.read(counts)["messages"] == 1


async def test_thirty_messages_at_once_are_numbered_without_gap_or_double(world: World) -> None:
    messages = [new_message(f"m{number}") for number in range(30)]
    results = await asyncio.gather(*(world.store.write(receive_message, message=message) for message in messages))
    assert sorted(result.seq for result in results) == list(range(1, 31))
    conversation = world.conversation(results[0].conversation_id)
    assert (conversation.seq, conversation.unread) == (30, 30)
    assert world.read(counts)["conversations"] == 1
    assert world.read(due).gen == 30


async def test_first_messages_of_one_resident_on_two_channels_share_the_resident(world: World) -> None:
    messages = [new_message(channel_id=f"sms{number % 2}") for number in range(8)]
    results = await asyncio.gather(*(world.store.write(receive_message, message=message) for message in messages))
    assert len({result.conversation_id for result in results}) == 2
    owners = {world.conversation(result.conversation_id).resident_id for result in results}
    assert len(owners) == 1


def test_two_addresses_are_two_conversations(world: World) -> None:
    assert world.receive(address=ANNA).conversation_id != world.receive(address=BORIS).conversation_id


def test_the_list_shows_the_beginning_of_the_last_message(world: World) -> None:
    received = world.receive("é🚲" * 500)
    conversation = world.conversation(received.conversation_id)
    assert conversation.last_message_text == ("é🚲" * 500)[:140]
    assert conversation.last_message_at == world.clock.now()


def test_files_and_place_are_kept_with_their_message(world: World) -> None:
    files = [
        NewAttachment("trou.jpg", "image/jpeg", "stored", path="a/b", size=10, location=(48.1, 6.2)),
        NewAttachment("jeu.jpg", "application/octet-stream", "refused", refusal="file_type_refused"),
        NewAttachment("mms.jpg", "image/jpeg", "pending", source_url="http://127.0.0.1/1"),
    ]
    received = world.receive("", attachments=files, location=(48.0, 6.0))
    [shown] = world.read(find_own_messages, conversation_id=received.conversation_id)
    assert (shown.message.kind, shown.message.latitude, shown.message.longitude) == ("files", 48.0, 6.0)
    states = {file.filename: (file.state, file.refusal, file.latitude) for file in shown.attachments}
    assert states == {
        "trou.jpg": ("stored", None, 48.1),
        "jeu.jpg": ("refused", "file_type_refused", None),
        "mms.jpg": ("pending", None, None),
    }


def test_a_failure_in_the_middle_leaves_nothing_behind(world: World) -> None:
    broken = NewAttachment("x", "image/jpeg", "stored", path=None)  # a stored file has a path: the database says so
    with pytest.raises(IntegrityError, match="attachment"):
        world.receive(attachments=[broken], external_id="SM1")
    assert world.read(counts) == {"raw": 0, "messages": 0, "conversations": 0, "residents": 0}
    assert world.rung == []
    assert not world.receive(external_id="SM1").duplicate


def test_an_unreadable_request_is_kept_once_and_counted(world: World) -> None:
    for _ in range(2):
        world.write(quarantine, channel_id="sms", external_id="unreadable:1", payload={"body": "{"}, error="no json")
    assert world.read(get_figures).quarantined_events == 1
    kept = world.read(lambda session: session.scalars(select(RawEvent)).one())
    assert (kept.state, kept.error, kept.payload) == ("quarantined", "no json", {"body": "{"})


def test_pending_files_are_in_the_database_before_anybody_is_told(world: World) -> None:
    received = world.receive(attachments=[NewAttachment("a.jpg", "image/jpeg", "pending", source_url="http://x/1")])
    kept = world.read(lambda session: session.scalars(select(Attachment)).one())
    assert (kept.message_id, kept.conversation_id, kept.source_url) == (
        received.message_id, received.conversation_id, "http://x/1"
    )  # fmt: skip
