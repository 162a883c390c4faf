"""What the portal reads is its own resident's, also for who holds a valid follow-up of another case."""

from typing import Any
from uuid import UUID

import pytest

from case_store.actors import RESIDENT
from case_store.cases.additions import add_information
from case_store.conversations.own_threads import find_own_messages, get_own_attachment
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import add_note
from case_store.errors import NotFound
from tests.case_store.world import ANNA, BORIS, World
from tests.support.scopes import EVERYTHING


def filed_with_a_file(world: World, address: str) -> tuple[UUID, UUID, UUID]:
    """A conversation, the case filed in it, and the file that hangs on the case."""
    photo = NewAttachment("trou.jpg", "image/jpeg", "stored", path="a/b.jpg")
    talk = world.receive("", address=address, attachments=[photo]).conversation_id
    case = world.file_case(talk)
    [message] = world.read(find_own_messages, conversation_id=talk)
    file = message.attachments[0].id
    facts = {"case_id": case.id, "conversation_id": talk, "text": "", "attachment_ids": [file]}
    world.write(add_information, actor=RESIDENT, **facts)
    return talk, case.id, file


def test_a_file_of_another_case_or_conversation_is_not_found(world: World) -> None:
    talk, case, file = filed_with_a_file(world, ANNA)
    other_talk, _, other_file = filed_with_a_file(world, BORIS)
    assert world.read(get_own_attachment, attachment_id=file, conversation_ids=[talk]).id == file
    assert world.read(get_own_attachment, attachment_id=file, conversation_ids=[], case_id=case).id == file
    assert world.read(get_own_attachment, attachment_id=file, conversation_ids=[other_talk], case_id=case).id == file
    rights: list[dict[str, Any]] = [
        {"conversation_ids": [talk], "case_id": case}, {"conversation_ids": [talk]}, {"conversation_ids": []},
    ]  # fmt: skip
    for own in rights:
        with pytest.raises(NotFound):
            world.read(get_own_attachment, attachment_id=other_file, **own)


def test_a_note_is_nobodys_own(world: World) -> None:
    talk = world.receive().conversation_id
    world.write(add_note, scope=EVERYTHING, conversation_id=talk, actor=world.agent(), text="ton agressif")
    assert [item.message.text for item in world.read(find_own_messages, conversation_id=talk)] == ["Bonjour"]
