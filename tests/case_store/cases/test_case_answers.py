"""A case that awaits the resident takes up their answer, whoever holds the conversation; its clock then runs on."""

from datetime import UTC, datetime
from uuid import UUID

from case_store.actors import RESIDENT, Actor
from case_store.cases import finding
from case_store.cases.additions import add_information
from case_store.cases.answers import find_cases_in_question
from case_store.cases.filing import join_case
from case_store.cases.moving import change_state
from case_store.conversations.ownership import reply
from case_store.models import Case
from tests.case_store.world import BORIS, World, outgoing
from tests.support.scopes import EVERYTHING


def ask(world: World, case: Case, claire: Actor) -> None:
    world.write(change_state, case_id=case.id, state="awaiting_resident", actor=claire, reason="Quelle taille ?")


def answer(world: World, case: Case, talk: UUID, text: str = "Un mètre") -> Case:
    return world.write(add_information, case_id=case.id, conversation_id=talk, actor=RESIDENT, text=text)


def in_question(world: World, talk: UUID) -> list[UUID]:
    return [case.id for case in world.read(find_cases_in_question, conversation_id=talk)]


def test_an_answer_may_come_in_several_messages_until_an_agent_writes(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    world.take_over(talk, claire)
    assert in_question(world, talk) == []
    ask(world, case, claire)
    assert in_question(world, talk) == [case.id]
    world.clock.forward(minutes=1)
    answer(world, case, talk)
    assert in_question(world, talk) == [case.id]
    world.clock.forward(minutes=1)
    world.write(reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("Merci, c'est noté."))
    assert in_question(world, talk) == []


def test_a_case_that_an_agent_has_opened_again_asks_nothing(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    ask(world, case, claire)
    world.write(change_state, case_id=case.id, state="open", actor=claire)
    assert in_question(world, talk) == []


def test_who_only_follows_a_case_is_not_asked(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    other = world.receive(address=BORIS).conversation_id
    world.write(join_case, case_id=case.id, conversation_id=other, actor=RESIDENT, fields={})
    ask(world, case, claire)
    assert in_question(world, other) == []


def test_the_date_moves_on_by_as_long_as_the_resident_was_awaited(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, due_at=datetime(2026, 12, 1, 17, 0, tzinfo=UTC))
    ask(world, case, claire)
    world.clock.forward(days=2)
    after = answer(world, case, talk)
    assert (after.state, after.due_at) == ("open", datetime(2026, 12, 3, 17, 0, tzinfo=UTC))


def test_it_never_falls_on_a_weekend(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, due_at=datetime(2026, 12, 3, 17, 0, tzinfo=UTC))  # a Thursday
    ask(world, case, claire)
    world.clock.forward(days=2)
    assert answer(world, case, talk).due_at == datetime(2026, 12, 7, 17, 0, tzinfo=UTC)


def test_with_a_document_still_missing_words_are_no_answer(world: World, talk: UUID) -> None:
    case = world.file_case(talk, state="awaiting_resident", documents={"identity": "later"})
    assert answer(world, case, talk, "je l'envoie demain").state == "awaiting_resident"
    assert world.read(finding.get_case, case_id=case.id).due_at == case.due_at
