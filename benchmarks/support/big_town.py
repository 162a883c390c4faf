"""Fills a store with years of a town's conversations, in bulk: the rows as the commands would have left them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Connection

from benchmarks.support.records import sqlalchemy_url
from benchmarks.support.residents import street_names
from benchmarks.support.town import Town
from case_store.models import Base
from case_store.residents.search_keys import address_keys, name_keys
from kit.ids import uuid7

TEAMS = ("voirie", "eclairage", "proprete", "etat_civil", "stationnement", "espaces_verts", "education", None)
_WORDS = (
    "bonjour il y a un trou devant chez moi depuis lundi merci de passer rapidement le lampadaire est cassé".split()
)
_AT_ONCE = 5_000
_OPEN, _QUEUED, _HELD, _SNOOZED = 0.15, 0.015, 0.01, 0.01
"""Most of a town's conversations are over; some hundred wait for somebody at any time."""


@dataclass(frozen=True)
class Size:
    conversations: int = 20_000
    messages: int = 200_000

    @property
    def each(self) -> int:
        return self.messages // self.conversations


def fill(town: Town, size: Size, staff: list[Any], *, seed: int = 7) -> None:
    """Inserts residents, conversations, messages, deliveries, events and, for half of them, a case."""
    lot = random.Random(seed)
    places = street_names()
    with create_engine(sqlalchemy_url(town)).begin() as connection:
        pending: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
        for number in range(size.conversations):
            for name, row in _conversation(lot, number, size, staff, places):
                pending[name].append(row)
            if len(pending["message"]) >= _AT_ONCE:
                _flush(connection, pending)
        _flush(connection, pending)


_TABLES = (
    "resident", "contact_point", "conversation", "message", "delivery", "timeline_event", "case_file",
    "case_conversation", "search_key",
)  # fmt: skip


def _flush(connection: Connection, pending: dict[str, list[dict[str, Any]]]) -> None:
    for name in _TABLES:
        if pending[name]:
            connection.execute(insert(Base.metadata.tables[name]), pending[name])
            pending[name].clear()


def _conversation(
    lot: random.Random, number: int, size: Size, staff: list[Any], places: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    resident, contact, talk = uuid7(), uuid7(), uuid7()
    begun = datetime.now(UTC) - timedelta(minutes=lot.randrange(10, 60 * 24 * 700))
    lasted = timedelta(minutes=lot.randrange(2, 60 * 24 * 3))
    last = min(begun + lasted, datetime.now(UTC) - timedelta(minutes=1))
    team, address = lot.choice(TEAMS), f"+336{number:08d}"
    yield "resident", {"id": resident, "name": f"Résident {number}", "language": "fr", "created_at": begun, "seq": 0}
    yield "contact_point", {"id": contact, "kind": "phone", "address": address, "resident_id": resident,
                            "level": "declared", "opted_out": False, "created_at": begun}  # fmt: skip
    for kind, keys in (("name", name_keys(f"Résident {number}")), ("phone", address_keys(address))):
        yield from (("search_key", {"kind": kind, "key": key, "resident_id": resident}) for key in keys)
    count = size.each
    entries = count + (2 if lot.random() < 0.5 else 1)
    yield "conversation", _head(lot, talk, contact, resident, team, staff, begun, last, entries)
    for seq in range(1, count + 1):
        yield from _message(lot, talk, address, seq, begun + (last - begun) * (seq / count))
    yield "timeline_event", _event(talk, count + 1, "turn_decided", last)
    if entries == count + 2:
        case, place = uuid7(), lot.choice(places)
        yield "case_file", _case(lot, case, number, team or "proximite", resident, contact, place, begun)
        yield "timeline_event", _event(talk, count + 2, "case_opened", last)
        yield "case_conversation", {"case_id": case, "conversation_id": talk, "role": "opened", "at": begun}


def _head(lot: random.Random, talk: Any, contact: Any, resident: Any, team: str | None, staff: list[Any],
          begun: datetime, last: datetime, entries: int) -> dict[str, Any]:  # fmt: skip
    """The conversation's row in one of the situations that a town has."""
    draw = lot.random()
    row = {
        "id": talk, "channel_id": "sms", "channel_kind": "sms", "contact_point_id": contact, "resident_id": resident,
        "language": "fr", "language_fixed": False, "state": "resolved", "held_by": "bot", "agent_id": None,
        "team_code": team, "queue_reason": None, "queue_summary": None, "queue_urgent": False, "waiting_since": None,
        "snoozed_until": None, "dialogue": {}, "briefing": None, "version": 1, "seq": entries, "unread": 0,
        "failed_deliveries": 0, "resident_seen_seq": 0, "last_message_at": last, "last_message_text": _words(lot),
        "last_message_author": "resident", "created_at": begun,
    }  # fmt: skip
    if draw < _QUEUED:
        row |= {"state": "open", "held_by": "queue", "queue_reason": "requested", "queue_summary": _words(lot),
                "queue_urgent": lot.random() < 0.05, "waiting_since": last, "unread": 2}  # fmt: skip
    elif draw < _QUEUED + _HELD:
        row |= {"state": "open", "held_by": "agent", "agent_id": lot.choice(staff), "unread": 1}
    elif draw < _QUEUED + _HELD + _SNOOZED:
        row |= {"state": "snoozed", "snoozed_until": datetime.now(UTC) + timedelta(days=lot.randrange(1, 9))}
    elif draw < _OPEN:
        row |= {"state": "open"}
    return row


def _message(
    lot: random.Random, talk: Any, address: str, seq: int, at: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    inbound, id_ = seq % 2 == 1, uuid7()
    text = _words(lot)
    yield "message", {
        "id": id_, "conversation_id": talk, "seq": seq, "direction": "inbound" if inbound else "outbound",
        "author": "resident" if inbound else "bot", "author_id": None, "audience": "resident",
        "kind": "text" if inbound else "answer", "text": text, "choices": [], "client_id": None, "latitude": None,
        "longitude": None, "turn_id": uuid7() if inbound else None, "trace_id": None, "created_at": at,
    }  # fmt: skip
    if not inbound:
        yield "delivery", {
            "id": uuid7(), "message_id": id_, "conversation_id": talk, "channel_id": "sms", "address": address,
            "part": 1, "parts": 1, "text": text, "choices": [], "lane": "worker", "state": "delivered",
            "protected": False, "by_bot": True, "due_at": at.timestamp(), "lease_until": 0.0, "lease_by": None,
            "attempts": 1, "interrupted": 0, "possible_duplicate": False, "provider_id": f"SM{id_.hex}",
            "error_code": None, "error_detail": None, "advice": None, "trace_id": None, "created_at": at,
            "updated_at": at,
        }  # fmt: skip


def _event(talk: Any, seq: int, kind: str, at: datetime) -> dict[str, Any]:
    return {"id": uuid7(), "subject": "conversation", "subject_id": talk, "seq": seq, "kind": kind,
            "audience": "staff", "actor": "bot", "actor_id": None, "facts": {}, "at": at}  # fmt: skip


def _case(lot: random.Random, case: Any, number: int, team: str, resident: Any, contact: Any, place: str,
          begun: datetime) -> dict[str, Any]:  # fmt: skip
    state = lot.choice(("new", "open", "resolved", "closed", "closed", "closed"))
    return {
        "id": case, "reference": f"BIG-26-{number:06d}", "kind": "report", "service_code": "report.pothole",
        "service_version": 1, "team_code": team, "state": state, "title": place, "priority": "normal",
        "fields": [["location", place]], "documents": {}, "location_text": place, "location_entity": None,
        "latitude": 48.85 + lot.random() / 50, "longitude": 2.35 + lot.random() / 50, "location_known": True,
        "language": "fr", "channel_kind": "sms", "resident_id": resident, "contact_point_id": contact,
        "opened_at": begun, "due_at": begun + timedelta(days=14), "acknowledged_at": begun,
        "resolved_at": begun if state in {"resolved", "closed"} else None, "reason": None, "version": 1, "seq": 0,
    }  # fmt: skip


def _words(lot: random.Random) -> str:
    return " ".join(lot.choices(_WORDS, k=lot.randrange(4, 25)))
