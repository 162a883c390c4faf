"""A town with years of conversations behind it, written by the database itself in a few statements."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from case_store.engine.database import Store
from case_store.engine.migrate import upgrade
from tests.case_store.databases import POSTGRESQL
from tests.case_store.world import MovingClock, World
from tests.support.postgres import PostgresServer

CONVERSATIONS = 12_000
MESSAGES_EACH = 5

GROWING = frozenset({
    "message", "delivery", "conversation", "raw_event", "timeline_event", "turn", "attachment", "case_file",
    "case_addition", "case_conversation", "case_follow_up", "contact_point", "resident", "opt_out",
    "search_key",
})  # fmt: skip

_CAST = {
    "sqlite": {
        "id": "printf('%032x', {0})",
        "at": "strftime('%Y-%m-%d %H:%M:%S.000000', 1793110800 + ({0}), 'unixepoch')",
        "word": "CASE ({0}) % 8 {1} END",
    },
    "postgresql": {
        "id": "lpad(to_hex({0}), 32, '0')::uuid",
        "at": "to_timestamp(1793110800 + ({0}))",
        "word": "CASE ({0}) % 8 {1} END",
    },
}
_TEAMS = "WHEN 0 THEN NULL " + " ".join(f"WHEN {number} THEN 'team{number}'" for number in range(1, 8))

# The last conversation began when the town's clock in tests stands, each two minutes after the one before; most are
# over, some wait, some are held, some have failed.
_STATEMENTS = """
INSERT INTO staff (id, email, name, password_hash, role, teams, language, active, demo, created_at)
  SELECT {id:i}, 'agent' || i || '@town.example', 'Agent ' || i, 'x', 'agent', '[]', 'fr', true, false, {at:i}
  FROM n WHERE i < 5;
INSERT INTO resident (id, name, language, created_at, seq)
  SELECT {id:1000000 + i}, 'Martin R' || i, 'fr', {at:i * 120}, 0 FROM n;
INSERT INTO contact_point (id, kind, address, resident_id, level, opted_out, created_at)
  SELECT {id:2000000 + i}, 'phone', '+336' || (10000000 + i), {id:1000000 + i}, 'declared', false, {at:i * 120} FROM n;
INSERT INTO search_key (kind, key, resident_id)
  SELECT 'phone', substr('336' || (10000000 + i), m), {id:1000000 + i} FROM n, parts;
INSERT INTO search_key (kind, key, resident_id)
  SELECT 'phone', substr('336' || (10000000 + i), m + 5), {id:1000000 + i} FROM n, parts WHERE m < 4;
INSERT INTO search_key (kind, key, resident_id)
  SELECT 'name', CASE m WHEN 1 THEN 'martin r' || i ELSE 'r' || i || ' martin' END, {id:1000000 + i}
  FROM n, parts WHERE m < 3;
INSERT INTO conversation (id, channel_id, channel_kind, contact_point_id, resident_id, language, language_fixed, state,
    held_by, agent_id, team_code, queue_reason, queue_urgent, waiting_since, snoozed_until, dialogue, version, seq,
    unread, failed_deliveries, resident_seen_seq, last_message_at, last_message_text, last_message_author, created_at,
    resident_wrote, unread_addition_at)
  SELECT {id:3000000 + i}, 'sms', 'sms', {id:2000000 + i}, {id:1000000 + i}, 'fr', false,
    CASE WHEN i % 1000 < 25 OR i % 1000 BETWEEN 35 AND 150 THEN 'open' WHEN i % 1000 < 35 THEN 'snoozed'
      ELSE 'resolved' END,
    CASE WHEN i % 1000 < 15 THEN 'queue' WHEN i % 1000 < 25 THEN 'agent' ELSE 'bot' END,
    CASE WHEN i % 1000 BETWEEN 15 AND 24 THEN {id:1 + i % 4} END,
    {word:i}, CASE WHEN i % 1000 < 15 THEN 'requested' END, i % 1000 = 1,
    CASE WHEN i % 1000 < 15 THEN {at:i * 120} END, CASE WHEN i % 1000 BETWEEN 25 AND 34 THEN {at:i * 120 + 60} END,
    '{{}}', 1, 10, CASE WHEN i % 1000 < 45 THEN 1 ELSE 0 END, CASE WHEN i % 1000 = 500 THEN 1 ELSE 0 END, 0,
    {at:i * 120}, 'Bonjour', 'resident', {at:i * 120}, i % 20 <> 3,
    CASE WHEN i % 1000 = 40 THEN {at:i * 120} END FROM n;
INSERT INTO message (id, conversation_id, seq, direction, author, audience, kind, text, choices, client_id, turn_id,
    created_at)
  SELECT {id:10000000 + i * 10 + m}, {id:3000000 + i}, m, CASE WHEN m % 2 = 1 THEN 'inbound' ELSE 'outbound' END,
    CASE WHEN m % 2 = 1 THEN 'resident' ELSE 'bot' END, 'resident', 'text', 'Bonjour', '[]',
    CASE WHEN m = 2 THEN 'form' || i END, {id:20000000 + i * 10 + m}, {at:i * 120 + m} FROM n, parts;
INSERT INTO raw_event (id, channel_id, external_id, state, payload, received_at)
  SELECT {id:10000000 + i * 10 + m}, 'sms', 'SM' || (i * 10 + m), 'accepted', '{{}}', {at:i * 120 + m}
  FROM n, parts WHERE m % 2 = 1;
INSERT INTO turn (id, conversation_id, at, outcome, record)
  SELECT {id:20000000 + i * 10 + m}, {id:3000000 + i}, {at:i * 120 + m}, 'applied', '{{}}'
  FROM n, parts WHERE m % 2 = 1;
INSERT INTO delivery (id, message_id, conversation_id, channel_id, address, part, parts, text, choices, lane, state,
    protected, by_bot, due_at, lease_until, attempts, interrupted, possible_duplicate, provider_id, created_at,
    updated_at)
  SELECT {id:30000000 + i * 10 + m}, {id:10000000 + i * 10 + m}, {id:3000000 + i}, 'sms', '+336' || (10000000 + i), 1,
    1, 'Bonjour', '[]', 'worker', CASE WHEN i % 400 = 7 AND m = 4 THEN 'queued' ELSE 'delivered' END, false, true,
    1793110800.0 + i * 120, 0.0, 1, 0, false, 'SM' || (i * 10 + m), {at:i * 120}, {at:i * 120}
  FROM n, parts WHERE m IN (2, 4, 5);
INSERT INTO timeline_event (id, subject, subject_id, seq, kind, audience, actor, facts, at)
  SELECT {id:40000000 + i * 10 + m}, 'conversation', {id:3000000 + i}, 5 + m,
    CASE WHEN i % 50 = 0 AND m = 4 THEN 'handed_off' WHEN i % 100 = 0 AND m = 5 THEN 'taken_over' ELSE 'turned' END,
    'staff', 'bot', '{{}}', {at:i * 120 + m} FROM n, parts;
INSERT INTO case_file (id, reference, kind, service_code, service_version, team_code, state, title, priority, fields,
    documents, latitude, longitude, location_known, language, channel_kind, resident_id, contact_point_id, opened_at,
    due_at, version, seq, team_told_at)
  SELECT {id:4000000 + i}, 'TWN-26-' || i, 'report', 'report.pothole', 1, 'team' || (1 + i % 7),
    CASE i % 6 WHEN 0 THEN 'new' WHEN 2 THEN 'open' ELSE 'closed' END, 'Trou', 'normal', '[]', '{{}}',
    48.0 + i / 40000.0, 2.0 + (i % 97) / 9700.0, true, 'fr', 'sms', {id:1000000 + i}, {id:2000000 + i},
    {at:i * 120}, {at:i * 120 + 1209600}, 1, 0, {at:i * 120} FROM n WHERE i % 2 = 0;
INSERT INTO case_conversation (case_id, conversation_id, role, at)
  SELECT {id:4000000 + i}, {id:3000000 + i}, 'opened', {at:i * 120} FROM n WHERE i % 2 = 0;
INSERT INTO case_follow_up (id, case_id, contact_point_id, code_hash, attempts, code_expires_at, session_hash,
    created_at)
  SELECT {id:5000000 + i}, {id:4000000 + i}, {id:2000000 + i}, 'x', 0, {at:i * 120}, 's' || i, {at:i * 120}
  FROM n WHERE i % 2 = 0;
INSERT INTO case_addition (id, case_id, actor, text, at)
  SELECT {id:8000000 + i}, {id:4000000 + i}, 'resident', 'Au 14', {at:i * 120} FROM n WHERE i % 2 = 0;
INSERT INTO attachment (id, message_id, conversation_id, case_id, filename, content_type, state, path, created_at)
  SELECT {id:6000000 + i}, {id:10000000 + i * 10 + 1}, {id:3000000 + i}, {id:4000000 + i}, 'a.jpg', 'image/jpeg',
    'stored', 'a', {at:i * 120} FROM n WHERE i % 2 = 0;
INSERT INTO opt_out (id, contact_point_id, kind, actor, at)
  SELECT {id:7000000 + i}, {id:2000000 + i}, 'stop', 'resident', {at:i * 120} FROM n WHERE i % 2 = 0;
INSERT INTO turn_due (conversation_id, lane, due_at, gen, attempts, lease_until)
  SELECT {id:3000000 + i}, 'worker', 1793110800.0 + i, 1, 0, 0.0 FROM n WHERE i % 2000 = 3
"""


class _Filler(dict[str, "_Piece"]):
    """`{id:EXPRESSION}` and its like, in the words of one database."""

    def __init__(self, backend: str) -> None:
        super().__init__({name: _Piece(text) for name, text in _CAST[backend].items()})


class _Piece:
    def __init__(self, text: str) -> None:
        self._text = text

    def __format__(self, expression: str) -> str:
        return self._text.format(expression, _TEAMS)


def statements(backend: str) -> list[str]:
    """What fills an empty, migrated database."""
    series = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CONVERSATIONS}),"
        f" parts(m) AS (SELECT 1 UNION ALL SELECT m + 1 FROM parts WHERE m < {MESSAGES_EACH}) "
    )
    filled = _STATEMENTS.format_map(_Filler(backend)).split(";")
    return [each.replace("SELECT", f"{series} SELECT", 1) for each in filled if each.strip()]


@pytest.fixture(scope="session")
def filled_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "store.db"
    shutil.copy(migrated_file, path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for statement in statements("sqlite"):
            connection.execute(statement)
    return path


@pytest.fixture(scope="session")
def analysed_file(filled_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analysed") / "store.db"
    shutil.copy(filled_file, path)
    with sqlite3.connect(path) as connection:
        connection.execute("ANALYZE")
    return path


@pytest.fixture(scope="session")
def filled_database(postgres: PostgresServer) -> Iterator[str]:
    with postgres.database() as url:
        upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # foreign keys need no check here
            for statement in statements("postgresql"):
                connection.execute(statement.encode())
            connection.execute("VACUUM ANALYZE")
        yield url


FILLED = ["sqlite, as filled", "sqlite, analysed", POSTGRESQL]


@pytest.fixture(params=FILLED, scope="module")
def filled(request: pytest.FixtureRequest) -> Iterator[World]:
    """The store of a big town, for tests that change nothing there."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("filled_database")
    else:
        name = "analysed_file" if "analysed" in request.param else "filled_file"
        url = f"sqlite:///{request.getfixturevalue(name)}"
    clock = MovingClock()
    store = Store(url, clock)
    yield World(store, clock)
    store.close()
