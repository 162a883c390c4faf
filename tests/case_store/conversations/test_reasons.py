"""Why the assistant answered so: with the last message of its turn, at the cost of one query."""

from case_store.actors import BOT
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.saying import Outgoing, Part, say
from case_store.conversations.threads import find_entries, find_messages, find_messages_by_id
from case_store.engine.session import StoreSession
from case_store.work.turns import record_turn
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


def answer(world: World, *texts: str) -> None:
    talk = world.receive("un trou").conversation_id

    def command(session: StoreSession) -> None:
        turn_id = record_turn(
            session, conversation_id=talk, message_ids=[], outcome="applied", record={"why": [{"said": texts[0]}]}
        )
        conversation = lock_conversation(session, conversation_id=talk)
        for text in texts:
            outgoing = Outgoing(text=text, parts=(Part(text),), turn_id=turn_id)
            say(session, conversation, author="bot", actor=BOT, outgoing=outgoing)
        save_conversation(session, conversation)

    world.write(command)


def test_the_last_message_of_each_turn_has_its_reasons(world: World) -> None:
    answer(world, "un", "deux")
    answer(world, "trois")
    talk = world.receive("merci").conversation_id
    found = world.read(find_messages, scope=EVERYTHING, conversation_id=talk)
    assert {each.message.text: [reason["said"] for reason in each.reasons] for each in found if each.reasons} == {
        "deux": ["un"],
        "trois": ["trois"],
    }
    first = next(each.message.id for each in found if each.message.text == "un")
    [alone] = world.read(find_messages_by_id, scope=EVERYTHING, message_ids=[first])
    assert alone.reasons == ()


def test_they_are_one_query_however_many(world: World) -> None:
    for _ in range(5):
        answer(world, "un", "deux")
    talk = world.receive("merci").conversation_id
    assert len(world.queries(find_entries, scope=EVERYTHING, conversation_id=talk)) == 4
