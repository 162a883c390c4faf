"""Who answers: one agent at a time, by take-over, hand-back, snooze, resolution and reassignment."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from bot.dialogue_state import DialogueState, Flow, dump_state
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.console.fixtures import ORIGIN
from tests.console.reading import conversation, text_of
from tests.console.town import PASSWORD, Console, MovingClock, actor
from tests.support.scopes import EVERYTHING


async def signed_in(console: Console, staff: Staff) -> tuple[httpx2.AsyncClient, str]:
    """A browser that can act at the same time as another, and its form token."""
    browser = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=console.app), base_url=ORIGIN)
    await browser.post("/console/sign-in", data={"email": staff.email, "password": PASSWORD})
    page = (await browser.get("/console/conversations")).text
    return browser, page.split('name="csrf-token" content="')[1].split('"')[0]


async def test_of_two_agents_who_take_over_one_wins_and_the_other_is_told_who(
    console: Console, camille: Staff, driss: Staff
) -> None:
    talks = [console.waiting(sender=f"+336399800{number:02d}") for number in range(6)]
    people = [await signed_in(console, staff) for staff in (camille, driss)]
    for talk in talks:
        answers = await asyncio.gather(
            *(browser.post(f"/console/conversations/{talk}/take-over", data={"csrf": csrf}) for browser, csrf in people)
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        holder = {camille.id: "Camille Roux", driss.id: "Driss Benali"}[conversation(console, talk).agent_id]
        assert f"{holder} vient de prendre cette conversation." in text_of(loser.text)
    for browser, _ in people:
        await browser.aclose()


def test_taking_what_one_holds_changes_nothing(console: Console, visit: Any, camille: Staff) -> None:
    talk, browser = console.waiting(), visit(camille)
    for _ in range(2):
        assert browser.act(f"/console/conversations/{talk}/take-over").status_code == 303
    assert conversation(console, talk).seq == 3


@pytest.fixture
def held(console: Console, camille: Staff) -> Any:
    talk = console.waiting(team="voirie")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    return talk


def test_handing_back_tells_the_assistant_what_to_know(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    answer = visit(camille).act(
        f"/console/conversations/{held}/hand-back", briefing="L'adresse est le 12 rue de Paris.", resume="yes"
    )
    assert answer.headers["location"].endswith("done=handed_back")
    row = conversation(console, held)
    assert (row.held_by, row.agent_id, row.queue_reason) == ("bot", None, None)
    assert row.briefing == {"text": "L'adresse est le 12 rue de Paris.", "resume": True}


def test_to_go_on_is_offered_only_where_something_was_interrupted(
    console: Console, visit: Any, camille: Staff, held: Any
) -> None:
    browser = visit(camille)
    assert "Reprendre la démarche" not in browser.get(f"/console/conversations/{held}").text
    remembered = dump_state(DialogueState(flow=Flow("report.pothole", 1, "2026-11-24T09:00:00+00:00")), "location")

    def command(session: Any) -> None:
        row = lock_conversation(session, conversation_id=held)
        row.change(dialogue=remembered)
        save_conversation(session, row)

    console.store.write_now(command)
    page = text_of(browser.get(f"/console/conversations/{held}").text)
    assert "Reprendre la démarche interrompue : Nid-de-poule" in page.replace("\u00a0", " ")


def test_handing_back_without_the_box_does_not_resume(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    visit(camille).act(f"/console/conversations/{held}/hand-back", briefing="")
    assert conversation(console, held).briefing == {"text": "", "resume": False}


@pytest.mark.parametrize(
    ("code", "custom", "expected"),
    [
        ("hour", "", datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        ("tonight", "", datetime(2026, 11, 24, 16, 0, tzinfo=UTC)),
        ("tomorrow", "", datetime(2026, 11, 25, 8, 0, tzinfo=UTC)),
        ("monday", "", datetime(2026, 11, 30, 8, 0, tzinfo=UTC)),
        ("custom", "2026-12-01T14:30", datetime(2026, 12, 1, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_snooze_ends_at_the_chosen_local_time(
    console: Console, visit: Any, camille: Staff, held: Any, code: str, custom: str, expected: datetime
) -> None:
    answer = visit(camille).act(f"/console/conversations/{held}/snooze", until=code, custom=custom, view="mine")
    assert answer.headers["location"] == "/console/conversations?view=mine&done=snoozed"
    row = conversation(console, held)
    assert (row.state, row.snoozed_until) == ("snoozed", expected)


@pytest.mark.parametrize(
    ("code", "custom"), [("custom", "2026-11-23T10:00"), ("custom", "soon"), ("never", ""), ("", "")]
)
def test_a_snooze_needs_a_moment_to_come(
    console: Console, visit: Any, camille: Staff, held: Any, code: str, custom: str
) -> None:
    answer = visit(camille).act(f"/console/conversations/{held}/snooze", until=code, custom=custom)
    assert answer.status_code == 422
    assert "Choisissez un moment à venir" in text_of(answer.text)
    assert f'value="{custom}"' in answer.text or code != "custom"
    assert conversation(console, held).state == "open"


def test_a_snooze_is_ended_by_hand(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    browser = visit(camille)
    browser.act(f"/console/conversations/{held}/snooze", until="tomorrow")
    assert 'aria-label="Reprendre maintenant"' in browser.get(f"/console/conversations/{held}").text
    browser.act(f"/console/conversations/{held}/wake")
    assert conversation(console, held).state == "open"


def test_a_resolved_conversation_leaves_the_desk(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    answer = visit(camille).act(f"/console/conversations/{held}/resolve", view="mine")
    assert answer.headers["location"] == f"/console/conversations?view=mine&undo={held}&done=resolved"
    row = conversation(console, held)
    assert (row.state, row.held_by, row.agent_id) == ("resolved", "bot", None)
    by_script = visit(camille).enhanced(f"/console/conversations/{held}/resolve")
    assert by_script.status_code == 409


def test_a_script_is_told_where_to_go_next(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    answer = visit(camille).enhanced(f"/console/conversations/{held}/resolve", view="mine")
    assert answer.status_code == 204
    assert answer.headers["x-guichet-go"] == f"/console/conversations?view=mine&undo={held}&done=resolved"


@pytest.mark.parametrize("action", ["hand-back", "snooze", "wake", "resolve"])
def test_only_the_holder_decides(console: Console, visit: Any, driss: Staff, held: Any, action: str) -> None:
    answer = visit(driss).act(f"/console/conversations/{held}/{action}", until="hour")
    assert answer.status_code == 409
    assert "Vous ne tenez pas cette conversation" in text_of(answer.text)
    assert conversation(console, held).state == "open"


def test_the_holder_passes_it_on_to_a_colleague(
    console: Console, visit: Any, camille: Staff, driss: Staff, held: Any
) -> None:
    answer = visit(camille).act(f"/console/conversations/{held}/reassign", to=f"staff:{driss.id}")
    assert answer.status_code == 303
    assert conversation(console, held).agent_id == driss.id


def test_the_holder_passes_it_on_to_a_teams_queue(console: Console, visit: Any, camille: Staff, held: Any) -> None:
    visit(camille).act(f"/console/conversations/{held}/reassign", to="team:etat_civil")
    row = conversation(console, held)
    assert (row.held_by, row.team_code, row.queue_reason) == ("queue", "etat_civil", "reassigned")


def test_an_agent_does_not_move_what_another_holds(
    console: Console, visit: Any, camille: Staff, driss: Staff, held: Any
) -> None:
    answer = visit(driss).act(f"/console/conversations/{held}/reassign", to=f"staff:{driss.id}")
    assert answer.status_code == 403
    assert conversation(console, held).agent_id == camille.id


def test_a_supervisor_moves_any_conversation(
    console: Console, visit: Any, soraya: Staff, driss: Staff, held: Any
) -> None:
    browser = visit(soraya)
    assert "Me l'attribuer" in text_of(browser.get(f"/console/conversations/{held}").text)
    answer = browser.act(
        f"/console/conversations/{held}/reassign", to=f"staff:{driss.id}", **{"return": "/console/now"}
    )
    assert answer.headers["location"] == f"/console/now?to=staff%3A{driss.id}&done=reassigned"
    assert conversation(console, held).agent_id == driss.id
    browser.act(f"/console/conversations/{held}/reassign", to=f"staff:{soraya.id}")
    assert conversation(console, held).agent_id == soraya.id


@pytest.mark.parametrize("to", ["", "staff:nobody", "team:unknown", "team:", "staff:"])
def test_a_reassignment_needs_somebody(console: Console, visit: Any, camille: Staff, held: Any, to: str) -> None:
    answer = visit(camille).act(f"/console/conversations/{held}/reassign", to=to)
    assert answer.status_code == 422
    assert "Choisissez une réponse dans la liste" in text_of(answer.text)
    assert conversation(console, held).agent_id == camille.id


def test_in_the_evening_tonight_is_not_offered(
    console: Console, visit: Any, camille: Staff, held: Any, moving_clock: MovingClock
) -> None:
    browser = visit(camille)
    offered = text_of(browser.get(f"/console/conversations/{held}").text)
    assert "Ce soir" in offered
    moving_clock.pass_by(hours=8)
    offered = text_of(browser.get(f"/console/conversations/{held}").text)
    assert "Ce soir" not in offered
