"""No statement of the hot path, of a list or of a screen reads a whole table that grows with the town.

Each command and query is called in a town with years behind it, on each database, and what it executes is measured.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

import case_store
from case_store import (
    attachments,
    case_additions,
    cases,
    clocks,
    console_history,
    console_load,
    console_queries,
    console_screen,
    conversation_lists,
    deliveries,
    delivery_claims,
    figures,
    follow_up,
    nearby,
    ownership,
    receipts,
    receiving,
    residents,
    staff,
    threads,
    timeline,
    turns,
    waits,
)
from case_store.actors import BOT, RESIDENT, Actor
from case_store.console_handed_off import find_handed_off
from case_store.console_history import HistoryFilter
from case_store.conversation_lists import VIEWS, Cursor
from case_store.delivery_claims import ClaimedDelivery
from case_store.engines import create_writing_engine
from case_store.messages import lock_conversation
from case_store.models import Delivery
from case_store.receiving import NewAttachment
from case_store.scope import Scope
from tests.case_store.filled_town import FILLED, analysed_file, filled, filled_database, filled_file
from tests.case_store.work_done import find_walks, statements_of
from tests.case_store.world import World, new_case, new_message

__all__ = ["analysed_file", "filled", "filled_database", "filled_file"]

Work = Callable[[Session], Any]


def at(number: int) -> UUID:
    """The id that the filled town gave."""
    return UUID(int=number)


HERE = 4_000  # a conversation in the middle of the town, with a case and a file
TALK, RESIDENT_ID, CONTACT, CASE = (
    at(3_000_000 + HERE),
    at(1_000_000 + HERE),
    at(2_000_000 + HERE),
    at(4_000_000 + HERE),
)
MESSAGE, OUTBOUND = at(10_000_000 + HERE * 10 + 1), at(10_000_000 + HERE * 10 + 2)
DELIVERY, FILE = at(30_000_000 + HERE * 10 + 2), at(6_000_000 + HERE)
ADDRESS = f"+336{10_000_000 + HERE}"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AGENT = Actor("agent", at(1), "Agent 1")
ALL, SOME, FEW = Scope(at(1), None), Scope(at(1), frozenset({"team1"})), Scope(at(4), frozenset({"archives"}))
ALL_HISTORY = HistoryFilter()


def claimed(session: Session) -> ClaimedDelivery:
    """Somebody's delivery, as if it were ours."""
    row = session.get_one(Delivery, DELIVERY)
    return ClaimedDelivery(**{name: getattr(row, name) for name in delivery_claims._NAMES})


QUERIES: dict[str, Work] = {
    "attachments.find_pending_file": lambda s: attachments.find_pending_file(s, attachment_id=FILE),
    "case_additions.find_additions": lambda s: case_additions.find_additions(s, case_ids=[CASE]),
    "cases.find_attachments": lambda s: cases.find_attachments(s, case_id=CASE),
    "cases.find_case_by_reference": lambda s: cases.find_case_by_reference(s, reference=f"TWN-26-{HERE}"),
    "cases.find_case_conversations": lambda s: cases.find_case_conversations(s, case_id=CASE),
    "cases.find_conversation_cases": lambda s: cases.find_conversation_cases(s, conversation_id=TALK),
    "cases.find_resident_cases": lambda s: cases.find_resident_cases(s, resident_id=RESIDENT_ID),
    "cases.get_case": lambda s: cases.get_case(s, case_id=CASE),
    "clocks.get_clock_offset": clocks.get_clock_offset,
    "console_handed_off.find_handed_off": lambda s: find_handed_off(s, since=NOW - timedelta(days=1)),
    "console_history.find_history": lambda s: console_history.find_history(
        s, resident_id=RESIDENT_ID, scope=SOME, chosen=ALL_HISTORY
    ),
    "console_history.read_history": lambda s: console_history.read_history(
        s, resident_id=RESIDENT_ID, scope=ALL, chosen=ALL_HISTORY, before=(NOW, TALK)
    ),
    "console_load.count_failed_conversations": console_load.count_failed_conversations,
    "console_load.find_load": console_load.find_load,
    "console_queries.find_case_files": lambda s: console_queries.find_case_files(s, case_ids=[CASE]),
    "console_queries.find_case_listeners": lambda s: console_queries.find_case_listeners(s, case_id=CASE),
    "console_queries.find_changeable_cases": lambda s: console_queries.find_changeable_cases(
        s, case_ids=[CASE], scope=SOME
    ),
    "console_queries.find_contact_points": lambda s: console_queries.find_contact_points(s, resident_id=RESIDENT_ID),
    "console_queries.find_demo_staff": console_queries.find_demo_staff,
    "console_queries.find_marks": lambda s: console_queries.find_marks(s, conversation_id=TALK),
    "console_queries.find_visible_cases": lambda s: console_queries.find_visible_cases(
        s, resident_id=RESIDENT_ID, scope=SOME
    ),
    "console_queries.find_visible_conversation_ids": lambda s: console_queries.find_visible_conversation_ids(
        s, resident_id=RESIDENT_ID, scope=SOME
    ),
    "console_queries.get_case_at_hand": lambda s: console_queries.get_case_at_hand(s, case_id=CASE, scope=ALL),
    "console_queries.get_visible_attachment": lambda s: console_queries.get_visible_attachment(
        s, attachment_id=FILE, scope=ALL
    ),
    "console_queries.get_visible_resident": lambda s: console_queries.get_visible_resident(
        s, resident_id=RESIDENT_ID, scope=ALL
    ),
    "console_screen.read_list": lambda s: console_screen.read_list(s, scope=SOME, view="queue", after=None, limit=30),
    "console_screen.read_news": lambda s: console_screen.read_news(s, scope=ALL, conversation_id=TALK, after_seq=3),
    "console_screen.read_screen": lambda s: console_screen.read_screen(
        s, scope=ALL, view="mine", conversation_id=TALK
    ),
    "console_screen.read_thread": lambda s: console_screen.read_thread(s, scope=ALL, conversation_id=TALK),
    "conversation_lists.count_views": lambda s: conversation_lists.count_views(s, scope=SOME),
    "conversation_lists.find_line": lambda s: conversation_lists.find_line(s, scope=SOME, conversation_id=TALK),
    "conversation_lists.find_resident_conversations": lambda s: conversation_lists.find_resident_conversations(
        s, resident_id=RESIDENT_ID
    ),
    "deliveries.find_deliveries": lambda s: deliveries.find_deliveries(s, conversation_id=TALK),
    "deliveries.get_message_conversation": lambda s: deliveries.get_message_conversation(s, delivery_id=DELIVERY),
    "figures.find_refused_channels": figures.find_refused_channels,
    "figures.get_figures": figures.get_figures,
    "follow_up.find_followed_case": lambda s: follow_up.find_followed_case(s, token="x"),
    "nearby.find_open_reports": lambda s: nearby.find_open_reports(
        s, service_code="report.pothole", latitude=48.1, longitude=2.003, metres=50
    ),
    "residents.find_contact_point": lambda s: residents.find_contact_point(s, kind="phone", address=ADDRESS),
    "residents.get_contact_point": lambda s: residents.get_contact_point(s, contact_point_id=CONTACT),
    "staff.find_session": lambda s: staff.find_session(s, token="x"),
    "staff.find_staff": staff.find_staff,
    "staff.find_staff_by_email": lambda s: staff.find_staff_by_email(s, email="agent1@town.example"),
    "threads.find_conversation_of": lambda s: threads.find_conversation_of(
        s, contact_kind="phone", address=ADDRESS, channel_id="sms"
    ),
    "threads.find_entries": lambda s: threads.find_entries(s, conversation_id=TALK),
    "threads.find_messages": lambda s: threads.find_messages(s, conversation_id=TALK, visible_to="resident"),
    "threads.find_messages_by_id": lambda s: threads.find_messages_by_id(s, message_ids=[MESSAGE, OUTBOUND]),
    "threads.get_attachment": lambda s: threads.get_attachment(s, attachment_id=FILE),
    "threads.get_conversation": lambda s: threads.get_conversation(s, conversation_id=TALK, scope=ALL),
    "timeline.find_events": lambda s: timeline.find_events(s, subject_id=CASE, visible_to="resident"),
    "waits.find_usual_wait": waits.find_usual_wait,
} | {
    f"conversation_lists.find_conversations: {view}, {name}{', next page' if after else ''}": (
        lambda s, view=view, scope=scope, after=after: conversation_lists.find_conversations(
            s, scope=scope, view=view, after=after
        )
    )
    for view in VIEWS
    for name, scope in {"all": ALL, "some": SOME, "few": FEW}.items()
    for after in (None, Cursor(NOW - timedelta(days=14), TALK))
}  # fmt: skip

COMMANDS: dict[str, Work] = {
    "a message that arrives": lambda s: receiving.receive_message(
        s, message=new_message("un", address=ADDRESS, attachments=[NewAttachment("a.jpg", "image/jpeg", "stored", "a")])
    ),
    "a message that arrives again": lambda s: receiving.receive_message(s, message=new_message(external_id="SM40001")),
    "a new resident": lambda s: receiving.receive_message(s, message=new_message("un"), worker="w"),
    "turns claimed": lambda s: turns.claim_turns(s, worker="w", limit=20),
    "a turn recorded": lambda s: turns.record_turn(
        s, conversation_id=TALK, message_ids=[MESSAGE], outcome="applied", record={}
    ),
    "a turn finished": lambda s: turns.finish_turn(s, conversation_id=TALK, gen=1, leaves_some=True),
    "a turn put off": lambda s: turns.postpone_turn(s, conversation_id=TALK, attempts=1, error="x"),
    "leases taken over": lambda s: (turns.take_over_leases(s), delivery_claims.take_over_sending(s)),
    "deliveries claimed": lambda s: delivery_claims.claim_deliveries(s, worker="w", limit=20),
    "interrupted ones claimed": lambda s: delivery_claims.claim_interrupted(s, worker="w", limit=20),
    "what a terminal prints": lambda s: delivery_claims.claim_terminal_deliveries(s, conversation_id=TALK, lane="x"),
    "what is still to leave": lambda s: delivery_claims.has_open(s, conversation_id=TALK),
    "a lease renewed, a resend marked": lambda s: (
        delivery_claims.renew_lease(s, delivery=claimed(s)),
        delivery_claims.mark_resent(s, delivery=claimed(s)),
    ),
    "a clock set back": lambda s: (delivery_claims.recall_far(s), turns.recall_far(s)),
    "ids known to the provider": lambda s: deliveries.known_provider_ids(s, conversation_id=TALK, since=NOW),
    "sent": lambda s: deliveries.record_sent(s, delivery_id=DELIVERY, provider_id="P1", state="sent"),
    "put off": lambda s: deliveries.postpone(
        s, delivery_id=DELIVERY, lease_until=0.0, pause=1.0, code="x", detail="", advice="wait", doubt=0
    ),
    "failed, and tried again": lambda s: (
        deliveries.record_failure(s, delivery_id=at(30_000_000 + 7 * 10 + 4), code="x", detail="", advice="wait"),
        deliveries.retry_delivery(s, delivery_id=at(30_000_000 + 7 * 10 + 4), actor=AGENT),
    ),
    "a receipt": lambda s: receipts.record_receipt(s, channel_id="sms", provider_id="SM40002", state="read"),
    "a receipt that names its delivery": lambda s: receipts.record_receipt(
        s, channel_id="sms", provider_id="SM40002", state="failed", delivery_id=DELIVERY
    ),
    "seen": lambda s: threads.record_seen(s, conversation_id=TALK, seq=4),
    "taken over": lambda s: ownership.take_over(s, conversation_id=TALK, actor=AGENT),
    "woken": ownership.wake_due,
    "a case filed": lambda s: cases.open_case(
        s, case=new_case(threads.get_conversation(s, conversation_id=TALK).conversation), actor=BOT
    ),
    "a case moved": lambda s: cases.change_state(s, case_id=at(4_000_000 + 6), state="open", actor=AGENT),
    "a code asked for": lambda s: follow_up.request_code(s, reference=f"TWN-26-{HERE}", key=b"k"),
    "a code used": lambda s: follow_up.use_code(s, reference=f"TWN-26-{HERE}", code="000000", keys=[b"k"]),
    "a follow-up closed": lambda s: follow_up.close_follow_up(s, token="x"),
    "STOP": lambda s: residents.opt_out(s, contact_point_id=CONTACT, actor=RESIDENT),
    "sessions closed": staff.close_expired_sessions,
    "a conversation locked": lambda s: lock_conversation(s, conversation_id=TALK),
}


@pytest.fixture(scope="module")
def engine(filled: World) -> Iterator[Engine]:
    engine = create_writing_engine(filled.store.url, 1)
    yield engine
    engine.dispose()


def walks(engine: Engine, world: World, work: Work) -> list[str]:
    statements = statements_of(engine, {"clock": world.clock}, work)
    assert statements
    return find_walks(engine, statements)


@pytest.mark.parametrize("statement", ["UPDATE message SET text = 'x' WHERE text = 'y'",
                                       "SELECT count(*) FROM conversation WHERE last_message_text = 'x'",
                                       "SELECT id FROM delivery WHERE address = '?' ORDER BY id LIMIT 1"])  # fmt: skip
def test_a_walk_would_be_seen(engine: Engine, filled: World, statement: str) -> None:
    assert walks(engine, filled, lambda session: session.execute(text(statement)))


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_walks_through_a_table(engine: Engine, filled: World, name: str) -> None:
    assert walks(engine, filled, QUERIES[name]) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_walks_through_a_table(engine: Engine, filled: World, name: str) -> None:
    assert walks(engine, filled, COMMANDS[name]) == []


def test_every_query_is_measured() -> None:
    """A query that somebody adds is called above too."""
    modules = [module.name for module in pkgutil.iter_modules(case_store.__path__)]
    found = {f"{name}.{query}" for name in modules for query in queries_of(f"case_store.{name}")}
    measured = {name.partition(":")[0] for name in QUERIES}
    assert found - measured - {"deliveries.count_failures"} == set()
    assert len(FILLED) == 3


def queries_of(module: str) -> list[str]:
    """The functions that read by a session."""
    return [
        name
        for name, value in vars(import_module(module)).items()
        if inspect.isfunction(value)
        and value.__module__ == module
        and name.startswith(("find_", "get_", "read_", "count_"))
        and "session" in inspect.signature(value).parameters
    ]
