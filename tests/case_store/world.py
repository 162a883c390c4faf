"""A small town's store for one test: residents who write, staff who answer, a clock that the test moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from case_store.actors import BOT, Actor
from case_store.cases.filing import NewCase, open_case
from case_store.conversations import deliveries, locking, ownership, saying, threads
from case_store.conversations.receiving import NewMessage, Received, receive_message
from case_store.conversations.saying import Outgoing, Part
from case_store.engine.database import Store
from case_store.models import Case, Conversation, Delivery
from case_store.staff import accounts
from case_store.work import snapshots, turns
from kit.ports import Hint
from tests.support.scopes import EVERYTHING

P = ParamSpec("P")
T = TypeVar("T")
ANNA, BORIS = "+33639980001", "+33639980002"


class MovingClock:
    """The town's time, moved by the test."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@dataclass
class World:
    """The store, and short words for what happens in it."""

    store: Store
    clock: MovingClock
    rung: list[Hint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.on_commit = self.rung.extend

    def write(self, command: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.store.write_now(command, *args, **kwargs)

    def read(self, query: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.store.read_now(query, *args, **kwargs)

    def receive(self, text: str = "Bonjour", *, address: str = ANNA, **changes: Any) -> Received:
        return self.write(receive_message, message=new_message(text, address=address, **changes))

    def agent(self, name: str = "Claire", *, role: str = "agent", teams: Sequence[str] = ()) -> Actor:
        email = f"{name.lower()}-{uuid4().hex[:6]}@town.example"
        saved = self.write(accounts.save_staff, email=email, name=name, password_hash="x", role=role, teams=teams)
        return Actor("agent", saved.id, name)

    def conversation(self, conversation_id: UUID) -> Conversation:
        return self.read(threads.get_conversation, scope=EVERYTHING, conversation_id=conversation_id).conversation

    def deliveries(self, conversation_id: UUID) -> list[Delivery]:
        return self.read(deliveries.find_deliveries, conversation_id=conversation_id)

    def delivery(self, delivery_id: UUID) -> Delivery:
        return self.read(lambda session: session.get_one(Delivery, delivery_id))

    def say(self, conversation_id: UUID, *words: str, author: str = "bot", **changes: Any) -> list[UUID]:
        """One message in as many parts as there are words; gives the delivery ids."""
        return self.write(_say, conversation_id, words, author, changes)

    def finish_turn(self, conversation_id: UUID) -> None:
        """As if a turn had run: the messages are taken, nothing is due."""
        self.write(_finish_turn, conversation_id)

    def take_over(self, conversation_id: UUID, actor: Actor) -> None:
        self.write(ownership.take_over, scope=EVERYTHING, conversation_id=conversation_id, actor=actor)

    def file_case(self, conversation_id: UUID, **changes: Any) -> Case:
        conversation = self.conversation(conversation_id)
        return self.write(open_case, case=new_case(conversation, **changes), actor=BOT)

    def execute(self, sql: str, **values: Any) -> None:
        self.write(lambda session: session.execute(text(sql), values))

    def queries(self, query: Callable[..., Any], **kwargs: Any) -> list[str]:
        """The statements that one read executes."""
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        engine = self.store._read_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            self.read(query, **kwargs)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return seen


def new_message(text: str = "Bonjour", *, address: str = ANNA, **changes: Any) -> NewMessage:
    values: dict[str, Any] = {
        "channel_id": "sms",
        "channel_kind": "sms",
        "contact_kind": "phone",
        "address": address,
        "external_id": f"SM{uuid4().hex}",
        "text": text,
        "language": "fr",
        "payload": {"body": text},
    }
    return NewMessage(**values | changes)


def new_case(conversation: Conversation, **changes: Any) -> NewCase:
    values: dict[str, Any] = {
        "prefix": "MTL",
        "kind": "report",
        "service_code": "report.pothole",
        "service_version": 1,
        "team_code": "roads",
        "title": "Nid-de-poule",
        "state": "new",
        "priority": "normal",
        "fields": [("size", "large")],
        "due_at": datetime(2026, 12, 1, tzinfo=UTC),
        "language": "fr",
        "channel_kind": conversation.channel_kind,
        "resident_id": conversation.resident_id,
        "contact_point_id": conversation.contact_point_id,
        "conversation_id": conversation.id,
    }
    return NewCase(**values | changes)


def outgoing(*words: str, **changes: Any) -> Outgoing:
    return Outgoing(text=" ".join(words), parts=tuple(Part(word) for word in words), **changes)


def _say(
    session: Session, conversation_id: UUID, words: Sequence[str], author: Any, changes: dict[str, Any]
) -> list[UUID]:
    conversation = locking.lock_conversation(session, conversation_id=conversation_id)
    actor = changes.pop("actor", BOT)
    _, ids = saying.say(
        session, conversation, author=author, actor=actor, outgoing=outgoing(*(words or ("Bonjour",)), **changes)
    )
    locking.save_conversation(session, conversation)
    return ids


def _finish_turn(session: Session, conversation_id: UUID) -> None:
    claimed = turns.claim_turn(session, conversation_id=conversation_id, worker="test")
    snapshot = snapshots.load_turn(session, conversation_id=conversation_id)
    taken = [message.id for message in snapshot.messages]
    turns.record_turn(session, conversation_id=conversation_id, message_ids=taken, outcome="applied", record={})
    if claimed:
        turns.finish_turn(session, conversation_id=conversation_id, gen=claimed.gen, leaves_some=False)
