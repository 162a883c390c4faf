"""A case moves through the steps of its service's workflow, and its date stands still where a step says so."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from case_store.actors import RESIDENT, Actor
from case_store.cases.additions import add_information
from case_store.cases.finding import get_case
from case_store.cases.moving import ChosenStep, change_state, move_case
from case_store.errors import TransitionRefused
from case_store.models import Case
from case_store.oversight.load import find_load
from case_store.timeline import find_events
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING

DUE = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive("un trou").conversation_id


@pytest.fixture
def claire(world: World) -> Actor:
    return world.agent()


def move(
    world: World, case: Case, claire: Actor, state: str, step: str, *, stands: bool = False, reason: str = ""
) -> Case:
    chosen = ChosenStep(step, stands)
    return world.write(change_state, case_id=case.id, state=state, actor=claire, reason=reason, step=chosen)


def test_a_step_that_residents_see_as_the_same_state_is_no_news_to_them(
    world: World, talk: UUID, claire: Actor
) -> None:
    case = world.file_case(talk)
    move(world, case, claire, "open", "to_inspect")
    moved = move(world, case, claire, "open", "planned")
    assert (moved.state, moved.step) == ("open", "planned")
    events = world.read(find_events, subject_id=case.id, visible_to="staff")
    assert [event.kind for event in events] == ["case_opened", "case_open", "case_step"]
    assert events[-1].facts == {"from": "open", "reason": None, "step": "planned", "from_step": "to_inspect"}
    assert [event.kind for event in world.read(find_events, subject_id=case.id, visible_to="resident")][1:] == [
        "case_open"
    ]


def test_the_same_step_again_is_refused(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    move(world, case, claire, "open", "planned")
    with pytest.raises(TransitionRefused):
        move(world, case, claire, "open", "planned")


def test_after_the_resident_s_answer_the_case_is_where_it_was(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    move(world, case, claire, "open", "planned")
    move(world, case, claire, "awaiting_resident", "question", stands=True, reason="Quelle taille ?")
    write = {"case_id": case.id, "conversation_id": talk, "actor": RESIDENT}
    answered = world.write(add_information, text="Un mètre", **write)
    assert (answered.state, answered.step) == ("open", "planned")


def test_asked_before_anybody_worked_on_it_the_case_is_at_no_step(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    move(world, case, claire, "awaiting_resident", "question", stands=True, reason="Quelle taille ?")
    answered = world.write(add_information, case_id=case.id, conversation_id=talk, actor=RESIDENT, text="Un mètre")
    assert (answered.state, answered.step) == ("open", None)


def test_the_date_waits_at_a_step_where_it_stands_still(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, due_at=DUE)
    paused = move(world, case, claire, "open", "waiting_list", stands=True)
    assert (paused.clock_stopped_at, paused.due_at) == (world.clock.now(), DUE)
    world.clock.forward(days=7)
    again = move(world, case, claire, "open", "checking")
    assert again.clock_stopped_at is None
    assert (again.due_at - DUE).days == 7


def test_a_question_put_there_does_not_make_it_run_again(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, due_at=DUE)
    move(world, case, claire, "open", "waiting_list", stands=True)
    since = world.clock.now()
    world.clock.forward(days=1)
    move(world, case, claire, "awaiting_resident", "question", stands=True, reason="Toujours ?")
    answered = world.write(add_information, case_id=case.id, conversation_id=talk, actor=RESIDENT, text="Oui")
    assert (answered.step, answered.clock_stopped_at, answered.due_at) == ("waiting_list", since, DUE)


def test_one_that_waits_for_documents_stands_still_from_the_beginning(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, state="awaiting_resident", due_at=DUE, documents={"identity": "later"})
    world.clock.forward(days=7)
    assert (
        world.write(change_state, case_id=case.id, state="open", actor=claire).due_at.date()
        == DUE.replace(day=8).date()
    )


def test_an_end_has_no_date_that_stands_still(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    move(world, case, claire, "open", "waiting_list", stands=True)
    done = move(world, case, claire, "resolved", "registered", stands=True)
    assert done.clock_stopped_at is None
    assert done.resolved_at == world.clock.now()


def test_nobody_is_late_whose_date_stands_still(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk, due_at=DUE)
    move(world, case, claire, "open", "waiting_list", stands=True)
    world.clock.forward(days=30)
    load = world.read(find_load, scope=EVERYTHING)
    assert (list(load.late_cases), list(load.deadlines)) == ([], [])


def test_a_silent_move_tells_nobody(world: World, talk: UUID, claire: Actor) -> None:
    case = world.file_case(talk)
    world.write(
        move_case, scope=EVERYTHING, case_id=case.id, state="open", reason=None, actor=claire, expected_version=1,
        tellings=None, step=ChosenStep("to_inspect", stands_still=False),
    )  # fmt: skip
    assert world.read(get_case, case_id=case.id).step == "to_inspect"
    assert world.deliveries(talk) == []
