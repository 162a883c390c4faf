"""A conversation as it is read: residents see what was said to them, staff see all of it, nobody misses a line."""

from uuid import UUID, uuid4

import pytest

from case_store.conversations import deliveries, ownership
from case_store.conversations.own_threads import find_conversation_of, find_own_messages, record_seen
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import add_note
from case_store.conversations.threads import Entry, find_entries, find_messages, find_messages_by_id, get_conversation
from case_store.errors import NotFound
from case_store.staff.scope import Scope
from case_store.work import delivery_claims
from tests.case_store.world import ANNA, World
from tests.support.scopes import EVERYTHING


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive("Bonjour").conversation_id


def texts(world: World, talk: UUID) -> list[str]:
    return [item.message.text for item in world.read(find_own_messages, conversation_id=talk)]


def texts_for_staff(world: World, talk: UUID) -> list[str]:
    return [item.message.text for item in world.read(find_messages, scope=EVERYTHING, conversation_id=talk)]


def test_residents_see_neither_notes_nor_cancelled_words(world: World, talk: UUID) -> None:
    agent = world.agent()
    world.say(talk, "Je cherche")
    world.take_over(talk, agent)
    world.write(add_note, scope=EVERYTHING, conversation_id=talk, actor=agent, text="ton agressif")
    world.say(talk, "Je suis Claire", author="agent", actor=agent)
    assert texts(world, talk) == ["Bonjour", "Je suis Claire"]
    assert texts_for_staff(world, talk) == ["Bonjour", "Je cherche", "ton agressif", "Je suis Claire"]


def test_a_note_is_never_delivered_nor_shown_in_the_list(world: World, talk: UUID) -> None:
    world.write(add_note, scope=EVERYTHING, conversation_id=talk, actor=world.agent(), text="ton agressif")
    assert world.deliveries(talk) == []
    assert world.conversation(talk).last_message_text == "Bonjour"


def test_a_message_of_which_one_part_left_is_shown_whole(world: World, talk: UUID) -> None:
    first, _ = world.say(talk, "un", "deux")
    world.execute("UPDATE delivery SET state = 'sent' WHERE part = 1")
    world.take_over(talk, world.agent())
    assert world.delivery(first).state == "sent"
    assert texts(world, talk) == ["Bonjour", "un deux"]


def test_paging_backwards_misses_no_entry_and_repeats_none(world: World, talk: UUID) -> None:
    agent = world.agent()
    for number in range(12):
        world.receive(f"m{number}")
        world.take_over(talk, agent)  # an event
        world.say(talk, "un", author="agent", actor=agent)
        world.write(ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=agent, briefing="", resume=False)
        for _ in range(number % 4):
            world.take_over(talk, agent)
            world.write(
                ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=agent, briefing="", resume=False
            )
    seen: list[int] = []
    before: int | None = None
    while page := world.read(find_entries, scope=EVERYTHING, conversation_id=talk, before_seq=before, limit=7):
        numbers = [entry.seq for entry in page]
        assert numbers == sorted(numbers)
        seen = numbers + seen
        before = numbers[0]
    assert seen == list(range(1, world.conversation(talk).seq + 1))


def test_reading_on_gives_what_came_after(world: World, talk: UUID) -> None:
    seen = world.conversation(talk).seq
    world.receive("et encore")
    entries: list[Entry] = world.read(find_entries, scope=EVERYTHING, conversation_id=talk, after_seq=seen)
    assert [entry.seq for entry in entries] == [2]


def test_a_thread_is_few_queries_however_long(world: World, talk: UUID) -> None:
    for number in range(10):
        world.receive("", attachments=[NewAttachment(f"{number}.jpg", "image/jpeg", "stored", path="a")])
        world.say(talk, "un", "deux")
    assert len(world.queries(find_entries, scope=EVERYTHING, conversation_id=talk)) == 4


def test_the_least_advanced_part_gives_the_state(world: World, talk: UUID) -> None:
    first, second = world.say(talk, "un", "deux")
    world.write(delivery_claims.claim_deliveries, worker="w", limit=1)
    world.write(deliveries.record_sent, delivery_id=first, provider_id="P1", state="sent")
    [message] = [item for item in world.read(find_messages, scope=EVERYTHING, conversation_id=talk)
                 if item.deliveries]  # fmt: skip
    assert message.delivery_state == "sending"
    world.write(deliveries.record_failure, delivery_id=second, code="x", detail="", advice="")
    [again] = world.read(find_messages_by_id, scope=EVERYTHING, message_ids=[message.message.id])
    assert again.delivery_state == "failed"


def test_a_page_that_was_seen_marks_what_it_showed_as_read(world: World, talk: UUID) -> None:
    [first] = world.say(talk, "un")
    seen = world.conversation(talk).seq
    [later] = world.say(talk, "deux")
    for delivery_id in (first, later):
        world.write(delivery_claims.claim_deliveries, worker="w", limit=1)
        world.write(deliveries.record_sent, delivery_id=delivery_id, provider_id=None, state="sent")
    assert world.write(record_seen, conversation_id=talk, seq=seen)
    assert not world.write(record_seen, conversation_id=talk, seq=seen)
    assert (world.delivery(first).state, world.delivery(later).state) == ("read", "sent")


def test_a_conversation_outside_the_scope_is_not_found(world: World, talk: UUID) -> None:
    world.execute("UPDATE conversation SET team_code = 'civil'")
    stranger = Scope(uuid4(), frozenset({"roads"}))
    with pytest.raises(NotFound):
        world.read(get_conversation, conversation_id=talk, scope=stranger)
    assert world.read(get_conversation, conversation_id=talk, scope=Scope(uuid4(), None)).contact.address == ANNA


def test_a_conversation_is_found_by_its_address(world: World, talk: UUID) -> None:
    found = world.read(find_conversation_of, contact_kind="phone", address=ANNA, channel_id="sms")
    assert found is not None
    assert found.id == talk
    assert world.read(find_conversation_of, contact_kind="phone", address=ANNA, channel_id="other") is None
