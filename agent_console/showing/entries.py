"""The entries of a thread as its templates show them: messages, notes and events, and what failed to leave."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from agent_console.access.deps import ConsoleDeps, Measured
from agent_console.showing.labels import Labels
from agent_console.showing.reasons import ReasonView, reason_views
from case_store.conversations.threads import Entry, ThreadEvent, ThreadMessage
from case_store.models import Delivery
from channels.advice import find_advice
from kit.clock import machine_time

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
    "conversation_started": "pencil",
    "case_corrected": "pencil",
    "taken_over": "user-check",
    "reassigned": "users",
    "handed_back": "bot",
    "snoozed": "moon",
    "woken": "sun",
    "conversation_resolved": "circle-check",
    "conversation_reopened": "user-check",
    "delivery_failed": "triangle-alert",
    "delivery_retried": "refresh-cw",
    "delivery_dismissed": "circle-x",
    "delivery_replaced": "circle-x",
}
_SOON = 60.0


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where entries are shown: on which channel, whether one works there or only reads, and whether it is silenced.

    `letters`: residents write whole letters there, of which a message shows the new words.
    """

    channel_id: str
    opted_out: bool = False
    at_work: bool = False
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that failed: why, what to do, and the text of all that failed of its message."""

    delivery_id: UUID
    why: str
    advice: str
    text: str
    may_retry: bool
    at_work: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `kind` is message, note or event; `side` is resident, machine, agent or system.

    `event` names what happened; `version` grows with each change of a message's deliveries and files.
    """

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
    event: str = ""
    other_conversation: str = ""
    version: int = 0
    message: ThreadMessage | None = None
    delivery: tuple[str, str, str] | None = None
    retrying: str = ""
    failed: tuple[Failure, ...] = ()
    cancelled: str = ""
    sms: Measured | None = None
    reasons: tuple[ReasonView, ...] = ()
    is_letter: bool = False


def entry_view(entry: Entry, place: EntryPlace, labels: Labels, deps: ConsoleDeps) -> EntryView:
    """An entry with the words for what it tells."""
    if isinstance(entry, ThreadEvent):
        return _event_view(entry, labels)
    return _message_view(entry, place, labels, deps)


def _message_view(entry: ThreadMessage, place: EntryPlace, labels: Labels, deps: ConsoleDeps) -> EntryView:
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
        version=entry.version,
        message=entry,
        delivery=_delivery(state, place, labels, deps),
        retrying=_retrying(entry, labels),
        failed=_failures(entry, place, labels),
        cancelled=_cancelled(entry, labels) if state == "cancelled" else "",
        sms=_cost(entry, place.channel_id, deps),
        reasons=reason_views(entry.reasons, labels),
        is_letter=place.letters and message.author == "resident",
    )


def _delivery(state: str | None, place: EntryPlace, labels: Labels, deps: ConsoleDeps) -> tuple[str, str, str] | None:
    """How far the message came: in words, as a code, and by an icon."""
    if state is None:
        return None
    is_all = state == "sent" and not deps.tells_arrival(place.channel_id)
    return labels.word("delivery", "only_sent" if is_all else state), state, _DELIVERY_ICONS[state]


def _failures(entry: ThreadMessage, place: EntryPlace, labels: Labels) -> tuple[Failure, ...]:
    failed = [delivery for delivery in entry.deliveries if delivery.state == "failed"]
    whole = len(failed) == len(entry.deliveries)
    text = entry.message.text if whole else "\n".join(delivery.text for delivery in failed)
    return tuple(
        Failure(
            delivery_id=delivery.id,
            why=labels.failure(delivery.error_code) if delivery.error_code else "",
            advice=labels.word("advice", find_advice(delivery.error_code, delivery.advice)),
            text=text,
            may_retry=place.at_work and (delivery.protected or not place.opted_out),
            at_work=place.at_work,
        )
        for delivery in failed
    )


def _retrying(entry: ThreadMessage, labels: Labels) -> str:
    """Why a message has not left yet, and when it is tried again."""
    put_off = [delivery for delivery in entry.deliveries if delivery.state == "queued" and delivery.error_code]
    if not put_off:
        return ""
    why = labels.failure(str(put_off[0].error_code))
    return f"{why}, {_next_try(put_off[0], labels)}"


def _next_try(delivery: Delivery, labels: Labels) -> str:
    # The due time is the machine's; the town's clock may be fixed somewhere else.
    if delivery.due_at - machine_time() < _SOON:
        return labels.word("retrying", "soon")
    return labels.told("retrying.at", time=labels.time(datetime.fromtimestamp(delivery.due_at, UTC)))


def _cancelled(entry: ThreadMessage, labels: Labels) -> str:
    codes = [delivery.error_code for delivery in entry.deliveries if delivery.state == "cancelled"]
    return labels.word("cancelled", next((code for code in codes if code), "other"))


def _cost(entry: ThreadMessage, channel_id: str, deps: ConsoleDeps) -> Measured | None:
    """How many segments an outbound text took, where the channel counts them."""
    if not entry.deliveries:
        return None
    measured = [deps.measure(channel_id, delivery.text) for delivery in entry.deliveries]
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
        briefing=str(event.facts.get("briefing") or event.facts.get("because") or ""),
        icon=_EVENT_ICONS.get(event.kind, "info"),
        event=event.kind,
        other_conversation=str(event.facts.get("conversation") or ""),
    )
