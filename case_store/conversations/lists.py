"""The console's lists: keyset-paginated, one query a page, every figure of a line kept on the conversation's row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from case_store.conversations.filters import NO_FILTER, Filter, Sort
from case_store.engine.literals import word
from case_store.models import ContactPoint, Conversation, Resident, Staff
from case_store.staff.scope import Scope

View = Literal["queue", "mine", "open", "bot", "snoozed", "resolved", "failed"]
VIEWS: tuple[View, ...] = ("queue", "mine", "open", "bot", "snoozed", "resolved", "failed")


_ADDED_TO = Conversation.unread_addition_at.is_not(None)


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """A conversation as one line of a list: who, what, why it is here, since when, which channel, who holds it.

    Apart from `ConversationHead` because a list must not load whole rows: a dialogue's state can be long.
    """

    id: UUID
    resident_name: str | None
    contact_kind: str
    contact_address: str
    channel_kind: str
    language: str
    state: str
    held_by: str
    agent_id: UUID | None
    agent_name: str | None
    team_code: str | None
    queue_reason: str | None
    queue_summary: str | None
    queue_urgent: bool
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    last_message_text: str
    last_message_author: str
    unread: int
    failed_deliveries: int
    seq: int
    for_everybody: bool = False
    resident_wrote: bool = True
    opted_out: bool = False
    unread_addition_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: the last line's sort key. `first` says that it stood in the upper part of the view:
    among the urgent ones of the queue, or among one's own that wait for an answer; `urgent` that it was one of the
    latter, and urgent."""

    moment: datetime
    id: UUID
    first: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Lines and, when there are more, the cursor of the next page."""

    lines: tuple[ConversationLine, ...]
    next: Cursor | None


def find_conversations(
    session: Session,
    *,
    scope: Scope,
    view: View,
    after: Cursor | None = None,
    limit: int = 30,
    only: Filter = NO_FILTER,
) -> Page:
    """One page of a view.

    The queue: urgent first, then who has waited longest; one's own: who waits for an answer first, the urgent before
    all; the others: latest first; unless `only` asks for another order. What a view cannot be asked for is left aside.
    """
    only = only.within(view)
    order = _order(view, only)
    seen = select(Conversation.id).where(scope.conversations(), _condition(view, scope), *only.conditions())
    # Chosen before anything is joined: PostgreSQL would read all residents to show the thirty who are waiting.
    chosen = order(seen, after).limit(limit + 1).scalar_subquery()
    query = order(_lines().where(Conversation.id.in_(chosen)), None)
    lines = _as_lines(session, query)
    more = len(lines) > limit
    page = tuple(lines[:limit])
    return Page(page, _cursor(view, only, page[-1]) if more else None)


def find_lines(
    session: Session, *, scope: Scope, where: ColumnElement[bool], order: Sequence[Any], limit: int
) -> list[ConversationLine]:
    """The first lines of any other choice among what the scope may see."""
    chosen = select(Conversation.id).where(scope.conversations(), where).order_by(*order).limit(limit)
    query = _lines().where(Conversation.id.in_(chosen.scalar_subquery())).order_by(*order)
    return _as_lines(session, query)


def find_line(session: Session, *, scope: Scope, conversation_id: UUID) -> ConversationLine | None:
    """One conversation as a line; None when it is not one the scope may see."""
    found = _as_lines(session, _lines().where(scope.conversations(), Conversation.id == conversation_id))
    return found[0] if found else None


def count_views(session: Session, *, scope: Scope, cap: int = 100) -> dict[str, int]:
    """How many ask for work: those of queue, mine and failed, and of the bot's those where a resident added to a case
    and nobody has read it. Of mine also those that wait for an answer (`due`), of the queue the `urgent` ones.
    Counting stops at `cap`."""
    counts = {}
    urgent = case((Conversation.queue_urgent.is_(True), literal_column("1"))).label("urgent")
    asking = {view: _condition(view, scope) for view in ("queue", "mine", "failed")} | {"bot": _ADDED_TO}
    for view, condition in asking.items():
        seen = and_(scope.conversations(), condition)
        inner = select(Conversation.id, Conversation.waiting_since, urgent).where(seen).limit(cap).subquery()
        figures = select(func.count(), func.count(inner.c.waiting_since), func.count(inner.c.urgent))
        row = session.execute(figures.select_from(inner)).one()
        counts[view] = row[0]
        counts |= {"mine": {"due": row[1]}, "queue": {"urgent": row[2]}}.get(view, {})
    return counts


def count_view(session: Session, *, scope: Scope, view: View, cap: int = 100, only: Filter = NO_FILTER) -> int:
    """How many a view holds of what is asked for; counting stops at `cap`."""
    only = only.within(view)
    seen = select(Conversation.id).where(scope.conversations(), _condition(view, scope), *only.conditions())
    # In the list's own order: without one, PostgreSQL walks through the table until it has found enough.
    inner = _order(view, only)(seen, None).limit(cap).subquery()
    return session.execute(select(func.count()).select_from(inner)).scalar_one()


def find_resident_conversations(session: Session, *, scope: Scope, resident_id: UUID) -> list[ConversationLine]:
    """A resident's conversations on all channels, as far as the scope may see, latest first."""
    query = _lines().where(Conversation.resident_id == resident_id, scope.conversations())
    query = query.order_by(Conversation.last_message_at.desc())
    return _as_lines(session, query.limit(50))


def count_hidden_conversations(session: Session, *, scope: Scope, resident_id: UUID) -> int:
    """In how many other conversations the resident has written, which the scope may not see."""
    seen = func.count(case((scope.conversations(), literal_column("1"))))
    theirs = (Conversation.resident_id == resident_id, Conversation.resident_wrote.is_(True))
    return session.execute(select(func.count() - seen).where(*theirs)).scalar_one()


def _as_lines(session: Session, query: Select[*tuple[Any, ...]]) -> list[ConversationLine]:
    return [ConversationLine(**row._mapping) for row in session.execute(query)]


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Conversation.id,
            Resident.name.label("resident_name"),
            ContactPoint.kind.label("contact_kind"),
            ContactPoint.address.label("contact_address"),
            Conversation.channel_kind,
            Conversation.language,
            Conversation.state,
            Conversation.held_by,
            Conversation.agent_id,
            Staff.name.label("agent_name"),
            Conversation.team_code,
            Conversation.queue_reason,
            Conversation.queue_summary,
            Conversation.queue_urgent,
            Conversation.waiting_since,
            Conversation.snoozed_until,
            Conversation.last_message_at,
            Conversation.last_message_text,
            Conversation.last_message_author,
            Conversation.unread,
            Conversation.failed_deliveries,
            Conversation.seq,
            Conversation.for_everybody,
            Conversation.resident_wrote,
            ContactPoint.opted_out,
            Conversation.unread_addition_at,
        )
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .join(Resident, Resident.id == Conversation.resident_id)
        .outerjoin(Staff, Staff.id == Conversation.agent_id)
    )


def _condition(view: str, scope: Scope) -> ColumnElement[bool]:
    is_open = Conversation.state == word("open")
    # Said so that the index by agent is taken, not the one by state: without figures SQLite cannot tell which is small.
    not_aside = and_(Conversation.state != word("snoozed"), Conversation.state != word("resolved"))
    conditions: dict[str, ColumnElement[bool]] = {
        "queue": Conversation.held_by == word("queue"),  # nobody can snooze or resolve what nobody holds
        "mine": and_(Conversation.held_by == word("agent"), Conversation.agent_id == scope.staff_id, not_aside),
        # Where the town only sends copies there is nothing to work on.
        "open": and_(is_open, or_(Conversation.resident_wrote.is_(True), Conversation.held_by != word("bot"))),
        "bot": and_(Conversation.held_by == word("bot"), is_open, Conversation.resident_wrote.is_(True)),
        "snoozed": Conversation.state == word("snoozed"),
        "resolved": Conversation.state == word("resolved"),
        "failed": Conversation.failed_deliveries > literal_column("0"),
    }
    return conditions[view]


def _recent_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    if after is not None:
        last = Conversation.last_message_at
        # The first condition is for the index: an OR alone would have it walk through every page before.
        query = query.where(last <= after.moment, or_(last < after.moment, Conversation.id < after.id))
    return query.order_by(Conversation.last_message_at.desc(), Conversation.id.desc())


def _oldest_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    return _upward(Conversation.last_message_at, query, after)


def _wait_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    return _upward(Conversation.waiting_since, query, after)


def _upward(column: Any, query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    if after is not None:
        query = query.where(column >= after.moment, _past(column, after, column > after.moment))
    return query.order_by(column, Conversation.id)


def _queue_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    if after is not None:
        waits = Conversation.waiting_since
        later = _past(waits, after, waits > after.moment)
        same = and_(Conversation.queue_urgent.is_(after.first), later)
        query = query.where(or_(same, Conversation.queue_urgent.is_(False)) if after.first else same)
    return query.order_by(Conversation.queue_urgent.desc(), Conversation.waiting_since, Conversation.id)


def _own_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    """No index gives this order and none is needed: what one person holds is a few dozen lines."""
    waits, last, id_ = Conversation.waiting_since, Conversation.last_message_at, Conversation.id
    calm = case((and_(Conversation.queue_urgent.is_(True), waits.is_not(None)), 0), else_=1)
    if after is not None:
        lower = and_(waits.is_(None), _past(last, after, last < after.moment))
        later = _past(waits, after, waits > after.moment)
        waiting = (
            or_(and_(calm == 0, later), calm == 1) if after.urgent else and_(calm == 1, or_(later, waits.is_(None)))
        )
        query = query.where(waiting if after.first else lower)
    return query.order_by(calm, waits.is_(None), waits, case((waits.is_(None), last)).desc(), id_)


def _past(column: Any, after: Cursor, beyond: ColumnElement[bool]) -> ColumnElement[bool]:
    """Beyond the cursor's moment, or of the same moment and further down."""
    return or_(beyond, and_(column == after.moment, Conversation.id > after.id))


_Order = Callable[[Select[*tuple[Any, ...]], Cursor | None], Select[*tuple[Any, ...]]]
_ORDERS: dict[str, _Order] = {"queue": _queue_order, "mine": _own_order}
_SORTS: dict[Sort, _Order] = {"latest": _recent_order, "oldest": _oldest_order, "wait": _wait_order}


def _order(view: View, only: Filter) -> _Order:
    return _SORTS[only.sort] if only.sort else _ORDERS.get(view, _recent_order)


def _cursor(view: View, only: Filter, line: ConversationLine) -> Cursor:
    if only.sort is not None:
        return Cursor((line.waiting_since if only.sort == "wait" else None) or line.last_message_at, line.id)
    if view == "queue":
        return Cursor(line.waiting_since or line.last_message_at, line.id, line.queue_urgent)
    if view == "mine" and line.waiting_since is not None:
        return Cursor(line.waiting_since, line.id, first=True, urgent=line.queue_urgent)
    return Cursor(line.last_message_at, line.id)
