"""Everything that happened to one resident, on all channels, in one order: the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from case_store.cases.visible import find_visible_cases, visible_cases
from case_store.conversations.threads import ThreadMessage, find_messages_by_id
from case_store.models import Case, ContactPoint, Conversation, Message, Resident, Staff, TimelineEvent
from case_store.residents.people import find_contact_points, get_visible_resident
from case_store.staff.scope import Scope


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What to show. `what` is all, messages, cases or events; `channel` a kind, or empty for all of them."""

    what: str = "all"
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened: in a conversation, to a case, or to the resident alone."""

    conversation_id: UUID | None = None
    channel_kind: str | None = None
    case_id: UUID | None = None
    reference: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A message or an event."""

    id: UUID
    at: datetime
    place: Place
    message: ThreadMessage | None = None
    event: TimelineEvent | None = None
    actor_name: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Items, latest first, and where the next page starts."""

    items: tuple[HistoryItem, ...]
    next: tuple[datetime, UUID] | None


def find_history(
    session: Session,
    *,
    scope: Scope,
    resident_id: UUID,
    chosen: HistoryFilter,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> HistoryPage:
    """One page of what the scope may see of a resident's history."""
    items: list[HistoryItem] = []
    if chosen.what in {"all", "messages"}:
        items += _messages(session, resident_id, scope, chosen, before, limit)
    if chosen.what != "messages":
        items += _events(session, resident_id, scope, chosen, before, limit)
    items.sort(key=lambda item: (item.at, item.id), reverse=True)
    page = tuple(items[:limit])
    return HistoryPage(page, (page[-1].at, page[-1].id) if len(items) > limit else None)


def _messages(
    session: Session,
    resident_id: UUID,
    scope: Scope,
    chosen: HistoryFilter,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[HistoryItem]:
    query = (
        select(Message.id, Conversation.id, Conversation.channel_kind)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.resident_id == resident_id, scope.conversations())
    )
    if chosen.channel:
        query = query.where(Conversation.channel_kind == chosen.channel)
    rows = session.execute(_page(query, Message.created_at, Message.id, before, limit)).all()
    places = {row[0]: Place(conversation_id=row[1], channel_kind=row[2]) for row in rows}
    found = find_messages_by_id(session, scope=scope, message_ids=list(places))
    return [HistoryItem(each.message.id, each.at, places[each.message.id], message=each) for each in found]


def _events(
    session: Session,
    resident_id: UUID,
    scope: Scope,
    chosen: HistoryFilter,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[HistoryItem]:
    places = _places(session, resident_id, scope, chosen)
    query = (
        select(TimelineEvent, Staff.name)
        .outerjoin(Staff, Staff.id == TimelineEvent.actor_id)
        .where(TimelineEvent.subject_id.in_(places))
    )
    rows = session.execute(_page(query, TimelineEvent.at, TimelineEvent.id, before, limit))
    return [
        HistoryItem(event.id, event.at, places[event.subject_id], event=event, actor_name=name) for event, name in rows
    ]


def _places(session: Session, resident_id: UUID, scope: Scope, chosen: HistoryFilter) -> dict[UUID, Place]:
    """The conversations and cases whose events belong to the page, by their id."""
    places: dict[UUID, Place] = {}
    if chosen.what != "cases":
        talks = select(Conversation.id, Conversation.channel_kind).where(
            Conversation.resident_id == resident_id, scope.conversations()
        )
        for id_, kind in session.execute(talks):
            if chosen.channel in {"", kind}:
                places[id_] = Place(conversation_id=id_, channel_kind=kind)
        if not chosen.channel:
            places[resident_id] = Place()
    if chosen.what != "events":
        files = select(Case.id, Case.reference, Case.title, Case.channel_kind).where(
            Case.resident_id == resident_id, visible_cases(scope)
        )
        for id_, reference, title, kind in session.execute(files):
            if chosen.channel in {"", kind}:
                places[id_] = Place(case_id=id_, reference=reference, title=title, channel_kind=kind)
    return places


def _page(
    query: Select[*tuple[Any, ...]],
    moment: Any,
    key: Any,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    if before is not None:
        query = query.where(_earlier(moment, key, before))
    return query.order_by(moment.desc(), key.desc()).limit(limit + 1)


def _earlier(moment: Any, key: Any, before: tuple[datetime, UUID]) -> ColumnElement[bool]:
    return and_(moment <= before[0], or_(moment < before[0], key < before[1]))


@dataclass(frozen=True, slots=True)
class ResidentHistory:
    """A resident and one page of their history."""

    resident: Resident
    contacts: tuple[ContactPoint, ...]
    cases: tuple[Case, ...]
    channels: tuple[str, ...]
    page: HistoryPage


def read_history(
    session: Session,
    *,
    scope: Scope,
    resident_id: UUID,
    chosen: HistoryFilter,
    before: tuple[datetime, UUID] | None = None,
) -> ResidentHistory:
    """Raises NotFound for a resident of whom the scope may see nothing."""
    return ResidentHistory(
        resident=get_visible_resident(session, resident_id=resident_id, scope=scope),
        contacts=tuple(find_contact_points(session, scope=scope, resident_id=resident_id)),
        cases=tuple(find_visible_cases(session, resident_id=resident_id, scope=scope)),
        channels=tuple(_channels(session, resident_id=resident_id, scope=scope)),
        page=find_history(session, resident_id=resident_id, scope=scope, chosen=chosen, before=before),
    )


def _channels(session: Session, *, resident_id: UUID, scope: Scope) -> Sequence[str]:
    """The kinds of channel a resident has used, as far as the scope may see."""
    query = select(Conversation.channel_kind).where(Conversation.resident_id == resident_id, scope.conversations())
    return sorted(set(session.scalars(query)))
