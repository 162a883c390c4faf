"""No statement of the hot path, of a list or of a screen reads a whole table that grows with the town.

Each command and query is called in a town with years behind it, on each database, and what it executes is measured.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from agent_console.showing import reading
from case_store.actors import BOT, RESIDENT, Actor
from case_store.cases import filing, follow_up, moving
from case_store.conversations import deliveries, lists, own_threads, ownership, receipts, receiving, starting, threads
from case_store.conversations.filters import Filter
from case_store.conversations.lists import VIEWS, Cursor
from case_store.conversations.locking import lock_conversation
from case_store.conversations.receiving import NewAttachment
from case_store.engine.engines import create_writing_engine
from case_store.errors import NotFound
from case_store.models import Delivery
from case_store.oversight import history
from case_store.oversight.history import HistoryFilter
from case_store.residents import finding, ledger
from case_store.staff import accounts
from case_store.staff.scope import Scope
from case_store.work import delivery_claims, turns
from case_store.work.delivery_claims import ClaimedDelivery
from tests.case_store.filled_town import analysed_file, filled, filled_database, filled_file
from tests.case_store.store_modules import store_modules
from tests.case_store.work_done import Judge
from tests.case_store.world import World, new_case, new_message
from tests.support.scopes import EVERYTHING

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
EVENT = at(40_000_000 + HERE)  # none is put aside in that town
DELIVERY, FILE = at(30_000_000 + HERE * 10 + 2), at(6_000_000 + HERE)
ADDRESS = f"+336{10_000_000 + HERE}"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AGENT = Actor("agent", at(1), "Agent 1")
ALL, SOME, FEW = Scope(at(1), None), Scope(at(1), frozenset({"team1"})), Scope(at(4), frozenset({"archives"}))


def claimed(session: Session) -> ClaimedDelivery:
    """Somebody's delivery, as if it were ours."""
    row = session.get_one(Delivery, DELIVERY)
    return ClaimedDelivery(**{name: getattr(row, name) for name in delivery_claims._NAMES})


ARGUMENTS: dict[str, Any] = {
    "address": ADDRESS,
    "after": None,
    "after_seq": 3,
    "attachment_id": FILE,
    "case_id": CASE,
    "case_ids": [CASE],
    "channel_id": "sms",
    "chosen": HistoryFilter(),
    "client_id": f"form{HERE}",
    "code": "report.pothole",
    "contact_kind": "phone",
    "contact_point_id": CONTACT,
    "conversation_id": TALK,
    "conversation_ids": [TALK],
    "declared": (),
    "delivery_id": DELIVERY,
    "email": "agent1@town.example",
    "event_id": EVENT,
    "every_minutes": 60,
    "kind": "phone",
    "latitude": 48.1,
    "limit": 30,
    "longitude": 2.003,
    "message_id": MESSAGE,
    "message_ids": [MESSAGE, OUTBOUND],
    "name": "Camille Durand",
    "metres": 50,
    "more": 1,
    "numbers": {"report.pothole": 1},
    "pieces": {"phone": "04000"},
    "reference": f"TWN-26-{HERE}",
    "resident_id": RESIDENT_ID,
    "scope": SOME,
    "service_code": "report.pothole",
    "since": NOW - timedelta(days=1),
    "subject_id": CASE,
    "token": "x",
    "versions": [1, 2],
    "view": "queue",
    "visible_to": "resident",
}
"""What a query is called with, by the name of its parameter: a query that somebody adds is measured by itself."""

_READS = ("find_", "get_", "read_", "count_")
_OVER_ALL_TEAMS = {f"case_store.oversight.{name}" for name in ("load", "handed_off", "failed_notices")}
_BY_THEIR_CALLERS = {"conversations.lists.find_lines"}
"""What they read is for their callers to choose, and is measured there."""


def read_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every function of the store, and of the console's screens, that reads by a session."""
    for module in (*store_modules(), reading):
        for name, value in vars(module).items():
            is_ours = inspect.isfunction(value) and value.__module__ == module.__name__
            told = f"{module.__name__.removeprefix('case_store.')}.{name}"
            is_read = is_ours and told not in _BY_THEIR_CALLERS and name.startswith(_READS)
            if is_read and "session" in inspect.signature(value).parameters:
                yield told, value


def called(function: Callable[..., Any], **changes: Any) -> Work:
    wanted = [each.name for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    given = {name: ARGUMENTS[name] for name in wanted if name != "session"}
    if function.__module__ in _OVER_ALL_TEAMS:
        given |= {"scope": ALL}
    return lambda session: _read(function, session, given | changes)


def _read(function: Callable[..., Any], session: Session, given: dict[str, Any]) -> Any:
    """What is not there is looked for all the same."""
    with suppress(NotFound):
        return function(session, **given)


FILTERS = {
    "a team": Filter(team="team2"),
    "no team": Filter(team="none", sort="oldest"),
    "a team of few": Filter(team="archives", sort="latest"),
    "a channel of few": Filter(channel_kind="voice"),
    "a team and a channel": Filter(team="team1", channel_kind="voice", sort="oldest"),
    "an agent": Filter(agent=at(2)),
    "nobody": Filter(agent="none"),
    "a wait": Filter(waiting_before=NOW - timedelta(days=1)),
    "the longest wait": Filter(team="team1", sort="wait"),
    "oldest": Filter(sort="oldest"),
}
QUERIES: dict[str, Work] = {name: called(function) for name, function in read_functions()}
QUERIES |= {
    f"{name}, supervisor": called(function, scope=ALL)
    for name, function in read_functions()
    if "scope" in inspect.signature(function).parameters
}
QUERIES |= {
    f"list {view}, {name}{', next page' if after else ''}": called(
        lists.find_conversations, view=view, scope=scope, after=after
    )
    for view in VIEWS
    for name, scope in {"all": ALL, "some": SOME, "few": FEW}.items()
    for after in (None, Cursor(NOW - timedelta(days=14), TALK))
}
QUERIES |= {
    f"list {view}, {name}, {told}{', next page' if after else ''}": called(
        lists.find_conversations, view=view, scope=scope, after=after, only=only
    )
    for view in VIEWS
    for name, scope in {"all": ALL, "some": SOME}.items()
    for told, only in FILTERS.items()
    for after in (None, Cursor(NOW - timedelta(days=14), TALK))
}
QUERIES |= {
    f"count of {view}, {told}": called(lists.count_view, view=view, scope=SOME, only=only)
    for view in VIEWS
    for told, only in FILTERS.items()
}
QUERIES |= {
    f"residents found by {told}, {who}": called(finding.find_residents, name=name, pieces=pieces, scope=scope)
    for told, name, pieces in (
        ("a name that all have", "Mart", {}),
        ("words apart", "mart r40", {}),
        ("digits that all have", "", {"phone": "3361"}),
    )
    for who, scope in {"supervisor": ALL, "some": SOME, "who sees none": FEW}.items()
}
QUERIES["a later page of a history"] = called(history.read_history, before=(NOW, TALK))
QUERIES["a screen with a conversation open"] = called(reading.read_screen, conversation_id=TALK)

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
        deliveries.retry_delivery(s, scope=EVERYTHING, delivery_id=at(30_000_000 + 7 * 10 + 4), actor=AGENT),
    ),
    "a receipt": lambda s: receipts.record_receipt(s, channel_id="sms", provider_id="SM40002", state="read"),
    "a receipt that names its delivery": lambda s: receipts.record_receipt(
        s, channel_id="sms", provider_id="SM40002", state="failed", delivery_id=DELIVERY
    ),
    "seen": lambda s: own_threads.record_seen(s, conversation_id=TALK, seq=4),
    "a conversation begun": lambda s: starting.start_conversation(
        s, scope=ALL, actor=AGENT, to=starting.Address("phone", ADDRESS, "sms", "sms", "fr")
    ),
    "taken over": lambda s: ownership.take_over(s, scope=EVERYTHING, conversation_id=TALK, actor=AGENT),
    "woken": ownership.wake_due,
    "a case filed": lambda s: filing.open_case(
        s, case=new_case(threads.get_conversation(s, scope=EVERYTHING, conversation_id=TALK).conversation), actor=BOT
    ),
    "a case moved": lambda s: moving.change_state(s, case_id=at(4_000_000 + 6), state="open", actor=AGENT),
    "a code asked for": lambda s: follow_up.request_code(s, reference=f"TWN-26-{HERE}", key=b"k"),
    "a code used": lambda s: follow_up.use_code(s, reference=f"TWN-26-{HERE}", code="000000", keys=[b"k"]),
    "a follow-up closed": lambda s: follow_up.close_follow_up(s, token="x"),
    "STOP": lambda s: ledger.opt_out(s, contact_point_id=CONTACT, actor=RESIDENT),
    "sessions closed": accounts.close_expired_sessions,
    "a conversation locked": lambda s: lock_conversation(s, conversation_id=TALK),
}


@pytest.fixture(scope="module")
def engine(filled: World) -> Iterator[Engine]:
    engine = create_writing_engine(filled.store.url, 1)
    yield engine
    engine.dispose()


WALKS: dict[str, Work] = {
    "one that writes": lambda s: s.execute(text("UPDATE message SET text = 'x' WHERE text = 'y'")),
    "one that counts": lambda s: s.execute(text("SELECT count(*) FROM conversation WHERE last_message_text = 'x'")),
    "one that stops early": lambda s: s.execute(
        text("SELECT id FROM delivery WHERE address = '?' ORDER BY id LIMIT 1")
    ),
}


def test_no_query_and_no_command_walks_through_a_table(engine: Engine, filled: World) -> None:
    """One test a database, so that each is filled once, and a statement that several of them make is judged once."""
    judge = Judge(engine, {"clock": filled.clock})
    seen = {name: judge.find_walks(work) for name, work in WALKS.items()}
    assert all(seen.values()), seen
    found = {name: judge.find_walks(work) for name, work in {**QUERIES, **COMMANDS}.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}
