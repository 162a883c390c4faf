"""An open conversation turned into what its templates show: no row is read here, no word is chosen there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agent_console.deps import ConsoleDeps, Measured
from agent_console.gate import Visit
from agent_console.labels import Labels
from agent_console.told import case_sentence, way_to_answer
from case_store.case_additions import Addition
from case_store.cases import NEEDS_REASON, TRANSITIONS
from case_store.console_screen import OpenThread, Surroundings
from case_store.models import Attachment, Case, Delivery
from case_store.threads import ThreadEvent, ThreadMessage

OFFERED_STATES = ("open", "awaiting_resident", "resolved", "rejected")
_DELIVERY_ICONS = {
    "queued": "clock",
    "sending": "loader-circle",
    "sent": "check",
    "delivered": "check-check",
    "read": "eye",
    "failed": "triangle-alert",
    "cancelled": "circle-x",
}
_EVENT_ICONS = {
    "handed_off": "hand",
    "taken_over": "user-check",
    "reassigned": "users",
    "handed_back": "bot",
    "snoozed": "moon",
    "woken": "sun",
    "conversation_resolved": "circle-check",
    "delivery_failed": "triangle-alert",
    "delivery_retried": "refresh-cw",
}


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `kind` is message, note or event; `side` is resident, machine, agent or system."""

    seq: int
    kind: str
    side: str
    day: str
    day_label: str
    time: str
    at: Any
    author: str
    text: str = ""
    briefing: str = ""
    icon: str = ""
    message: ThreadMessage | None = None
    delivery: tuple[str, str, str] | None = None
    failed: tuple[Delivery, ...] = ()
    cancelled: str = ""
    sms: Measured | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what may be done to it: (state, word, what the resident would be told, needs a reason)."""

    case: Case
    files: Sequence[Attachment]
    additions: Sequence[Addition]
    may_change: bool
    moves: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """Everything about the open conversation. `interrupted` is the service that the assistant was filing, if any."""

    open: OpenThread
    entries: tuple[EntryView, ...]
    cases: tuple[CaseView, ...]
    who: str
    why: tuple[str, str | None, str]
    mine: bool
    held_by_other: bool
    may_reassign: bool
    opted_out: bool
    unseen_since: int
    interrupted: str
    limit: Measured

    @property
    def id(self) -> UUID:
        return self.open.head.conversation.id

    @property
    def around(self) -> Surroundings:
        return self.open.around


def thread_view(thread: OpenThread, *, visit: Visit, labels: Labels, deps: ConsoleDeps) -> ThreadView:
    conversation, line = thread.head.conversation, thread.line
    mine = conversation.agent_id == visit.staff.id
    return ThreadView(
        open=thread,
        entries=tuple(entry_view(entry, conversation.channel_kind, labels, deps) for entry in thread.entries),
        cases=tuple(_case_view(case, thread, labels, deps) for case in thread.around.cases),
        who=labels.who(line.resident_name, line.contact_kind, line.contact_address),
        why=labels.why(line, visit.staff.id),
        mine=mine,
        held_by_other=conversation.held_by == "agent" and not mine,
        may_reassign=mine or visit.is_supervisor,
        opted_out=thread.head.contact.opted_out,
        unseen_since=thread.last_seq,
        interrupted=str((conversation.dialogue.get("flow") or {}).get("code", "")),
        limit=deps.measure(conversation.channel_kind, ""),
    )


def entry_view(entry: ThreadMessage | ThreadEvent, channel_kind: str, labels: Labels, deps: ConsoleDeps) -> EntryView:
    if isinstance(entry, ThreadEvent):
        return _event_view(entry, labels)
    return _message_view(entry, channel_kind, labels, deps)


def _message_view(entry: ThreadMessage, channel_kind: str, labels: Labels, deps: ConsoleDeps) -> EntryView:
    message, state = entry.message, entry.delivery_state
    note = message.audience == "staff"
    return EntryView(
        seq=entry.seq,
        kind="note" if note else "message",
        side={"resident": "resident", "bot": "machine", "agent": "agent"}.get(message.author, "system"),
        day=labels.day_key(entry.at),
        day_label=labels.day(entry.at),
        time=labels.time(entry.at),
        at=entry.at,
        author=entry.author_name or labels.word("author", message.author),
        text=message.text,
        message=entry,
        delivery=(labels.word("delivery", state), state, _DELIVERY_ICONS[state]) if state else None,
        failed=tuple(delivery for delivery in entry.deliveries if delivery.state == "failed"),
        cancelled=_cancelled(entry, labels) if state == "cancelled" else "",
        sms=_cost(entry, channel_kind, deps),
    )


def _cancelled(entry: ThreadMessage, labels: Labels) -> str:
    codes = [delivery.error_code for delivery in entry.deliveries if delivery.state == "cancelled"]
    return labels.word("cancelled", next((code for code in codes if code), "other"))


def _cost(entry: ThreadMessage, channel_kind: str, deps: ConsoleDeps) -> Measured | None:
    """How many segments an outbound text took, where the channel counts them."""
    if not entry.deliveries:
        return None
    measured = [deps.measure(channel_kind, delivery.text) for delivery in entry.deliveries]
    total = sum(each.segments for each in measured)
    return Measured(sum(each.characters for each in measured), measured[0].limit, total) if total else None


def _event_view(entry: ThreadEvent, labels: Labels) -> EntryView:
    event = entry.event
    return EntryView(
        seq=entry.seq,
        kind="event",
        side="machine" if event.actor == "bot" else event.actor,
        day=labels.day_key(entry.at),
        day_label=labels.day(entry.at),
        time=labels.time(entry.at),
        at=entry.at,
        author=entry.actor_name or labels.word("author", event.actor),
        text=labels.event(event, entry.actor_name),
        briefing=str(event.facts.get("briefing") or ""),
        icon=_EVENT_ICONS.get(event.kind, "info"),
    )


def _case_view(case: Case, thread: OpenThread, labels: Labels, deps: ConsoleDeps) -> CaseView:
    return CaseView(
        case=case,
        files=thread.around.files.get(case.id, ()),
        additions=thread.around.additions.get(case.id, ()),
        may_change=case.id in thread.around.changeable,
        moves=tuple(
            (state, labels.word("move", state), _preview(case, state, thread, deps), state in NEEDS_REASON)
            for state in OFFERED_STATES
            if state in TRANSITIONS[case.state]
        ),
    )


def _preview(case: Case, state: str, thread: OpenThread, deps: ConsoleDeps) -> str:
    language = told_language(deps, thread.head.conversation.language)
    reason = "…" if state in NEEDS_REASON else ""
    is_owner = case.contact_point_id == thread.head.contact.id
    way = way_to_answer(deps, thread.head.conversation.channel_kind, is_owner=is_owner)
    return case_sentence(deps, case=case, state=state, reason=reason, language=language, way=way)


def told_language(deps: ConsoleDeps, language: str) -> str:
    """The resident's language, or the town's own where the console has no words in it."""
    return language if language in deps.languages else deps.languages[0]
