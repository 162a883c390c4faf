"""No statement of the hot path or of a screen reads a whole table that grows with the town."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from case_store import (
    cases,
    console_screen,
    deliveries,
    delivery_claims,
    figures,
    follow_up,
    nearby,
    ownership,
    receipts,
    residents,
    staff,
    threads,
    turns,
)
from case_store.actors import RESIDENT
from case_store.console_handed_off import find_handed_off
from case_store.console_load import find_load
from case_store.conversation_lists import VIEWS, Cursor, find_conversations
from case_store.receiving import NewAttachment, quarantine
from case_store.scope import Scope
from case_store.waits import find_usual_wait
from tests.case_store.databases import on_sqlite
from tests.case_store.sending import put_off
from tests.case_store.world import World

# PostgreSQL plans by the data, and has too little of it here.
pytestmark = on_sqlite

GROWING = ("message", "delivery", "conversation", "raw_event", "timeline_event", "turn", "attachment", "case_file",
           "case_conversation", "case_follow_up", "contact_point", "resident", "opt_out")  # fmt: skip
Noted = list[tuple[str, Any]]


@pytest.fixture
def statements(world: World) -> Iterator[Noted]:
    """Everything the store executes from here on, with its values."""
    noted: Noted = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "WITH"}:
            noted.append((statement, values))

    engines = {world.store.engine, world.store._read_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield noted
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def whole_reads(world: World, noted: Noted) -> list[str]:
    """The statements whose plan scans a growing table from end to end.

    Inserts of values are left out: SQLite plans a scan of the child tables for the day a deferred foreign key
    is violated, and runs it on no other.
    """
    found = []
    with world.store.engine.connect() as connection:
        for statement, values in noted.copy():
            one = values[0] if isinstance(values, list) else values
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)]
            for step in plan:
                words = step.split()
                if words[0] == "SCAN" and words[1] in GROWING and "USING" not in words:
                    found.append(f"{step}: {statement}")
    return sorted(set(found))


def test_a_scan_would_be_seen(world: World, statements: Noted) -> None:
    world.execute("UPDATE message SET text = 'x' WHERE text = 'y'")
    assert len(whole_reads(world, statements)) == 1


def test_the_life_of_a_message_reads_no_whole_table(world: World, statements: Noted) -> None:
    file = NewAttachment("a.jpg", "image/jpeg", "stored", path="a")
    talk = world.receive("un", attachments=[file], external_id="SM1").conversation_id
    world.receive("un", external_id="SM1")
    world.write(turns.claim_turns, worker="w", limit=5)
    world.finish_turn(talk)
    first, second = world.say(talk, "un", "deux")
    world.write(delivery_claims.claim_deliveries, worker="w", limit=5)
    world.write(delivery_claims.claim_interrupted, worker="w", limit=5)
    world.write(deliveries.record_sent, delivery_id=first, provider_id="P1", state="sent")
    world.write(receipts.record_receipt, channel_id="sms", provider_id="P1", state="delivered")
    put_off(world, second)
    world.write(delivery_claims.recall_far)
    world.write(turns.recall_far)
    world.write(deliveries.record_failure, delivery_id=second, code="x", detail="", advice="")
    world.read(deliveries.known_provider_ids, conversation_id=talk, since=world.clock.now())
    world.write(quarantine, channel_id="sms", external_id="x", payload={}, error="")
    world.read(figures.get_figures)
    assert len(statements) > 30
    assert whole_reads(world, statements) == []


def test_what_agents_and_residents_do_reads_no_whole_table(world: World, statements: Noted) -> None:
    talk, agent = world.receive().conversation_id, world.agent()
    world.take_over(talk, agent)
    world.write(ownership.wake_due)
    world.read(find_usual_wait)
    world.write(threads.record_seen, conversation_id=talk, seq=1)
    case = world.file_case(talk, latitude=48.0, longitude=6.0)
    world.read(nearby.find_open_reports, service_code="x", latitude=48.0, longitude=6.0, metres=50)
    world.read(cases.find_case_by_reference, reference=case.reference)
    world.write(cases.change_state, case_id=case.id, state="open", actor=agent)
    world.write(follow_up.request_code, reference=case.reference, key=b"k")
    world.write(follow_up.use_code, reference=case.reference, code="000000", keys=[b"k"])
    world.read(follow_up.find_followed_case, token="x")
    world.write(residents.opt_out, contact_point_id=world.conversation(talk).contact_point_id, actor=RESIDENT)
    world.write(staff.close_expired_sessions)
    assert whole_reads(world, statements) == []


SCREENS: dict[str, Callable[[World, UUID], Any]] = {
    "the supervisor's page": lambda world, talk: world.read(find_load),
    "what the bot passed on": lambda world, talk: world.read(find_handed_off, since=world.clock.now()),
    "a conversation": lambda world, talk: world.read(
        console_screen.read_thread, scope=Scope(uuid4(), frozenset({"roads"})), conversation_id=talk
    ),
}


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_no_screen_reads_a_whole_table(world: World, statements: Noted, screen: str) -> None:
    talk = world.receive().conversation_id
    world.file_case(talk)
    statements.clear()
    SCREENS[screen](world, talk)
    assert statements
    assert whole_reads(world, statements) == []


@pytest.mark.parametrize("teams", [None, frozenset({"roads"})])
@pytest.mark.parametrize("view", VIEWS)
def test_no_list_reads_a_whole_table_or_sorts_one(
    world: World, statements: Noted, view: Any, teams: frozenset[str] | None
) -> None:
    after = Cursor(datetime(2026, 11, 24, tzinfo=UTC), uuid4())
    for cursor in (None, after):
        world.read(find_conversations, scope=Scope(uuid4(), teams), view=view, after=cursor)
    assert whole_reads(world, statements) == []
    with world.store.engine.connect() as connection:
        for statement, values in statements.copy():
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            # Only the queue and one's own are sorted, and only the few that wait or that one person holds.
            sorts = [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step]
            sorted_few = {"queue": "ix_conversation_queue", "mine": "ix_conversation_agent"}
            assert not sorts or sorted_few.get(view, "none") in plan[0], (view, plan)
