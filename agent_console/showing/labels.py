"""The words for codes: who, why, how, where, in the language of the member of staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from agent_console.access.deps import Measured, TownWords
from case_store.conversations.lists import ConversationLine
from case_store.conversations.ownership import AUTOMATIC
from case_store.models import Case, ContactPoint, TimelineEvent
from channels.contacts import VISITOR
from channels.registry import KINDS, contact_kinds, find_icon
from kit import formats
from kit.catalogues import Wordings
from kit.clock import Clock

CASE_TONES = {
    "new": "waiting",
    "open": "person",
    "awaiting_resident": "waiting",
    "resolved": "done",
    "closed": "done",
    "rejected": "overdue",
    "cancelled": None,
}
CASE_ICONS = {
    "new": "inbox",
    "open": "user-check",
    "awaiting_resident": "clock",
    "resolved": "circle-check",
    "closed": "check-check",
    "rejected": "circle-x",
    "cancelled": "x",
}
OPEN_CASE_STATES = frozenset({"new", "open", "awaiting_resident"})
_SOON = timedelta(days=1)
_OTHER_ICON = "message-circle"
"""Of a channel that this release no longer knows."""


class Labels:
    """One language's words, with the town's own labels."""

    def __init__(self, words: Wordings, town: TownWords, language: str, zone: str, clock: Clock) -> None:
        self._words, self.town, self.language = words, town, language
        self._zone, self._clock = ZoneInfo(zone), clock

    def word(self, group: str, code: str | None) -> str:
        """The word for a code, or the code itself: an unknown one is shown, never hidden."""
        key = f"{group}.{code}"
        return self._words.text(self.language, key) if self._words.has(self.language, key) else str(code or "")

    def told(self, key: str, **values: Any) -> str:
        """A text with its values."""
        return self._words.text(self.language, key, **values)

    def who(self, name: str | None, kind: str, address: str) -> str:
        """A resident's name, or the address they wrote from."""
        return name or self.address(kind, address)

    def address(self, kind: str, address: str) -> str:
        """An address as people read it; a browser's, which names nobody, by a short code."""
        if kind != VISITOR.kind:
            known = contact_kinds().get(kind)
            return known.show(address, self.language) if known else address
        return self._words.text(self.language, "person.visitor", code=sha256(address.encode()).hexdigest()[:3].upper())

    def link(self, contact: ContactPoint) -> str:
        """What a telephone or a mail program opens; empty for a visitor of the site."""
        known = contact_kinds().get(contact.kind)
        return f"{known.scheme}:{quote(contact.address, safe='+@')}" if known and known.scheme else ""

    def contact_icon(self, kind: str) -> str:
        """The icon of a kind of address."""
        known = contact_kinds().get(kind)
        return known.icon if known else _OTHER_ICON

    def contact(self, contact: ContactPoint) -> str:
        return self.address(contact.kind, contact.address)

    def channel(self, kind: str, channel_id: str = "") -> str:
        """What a channel is called: its kind, and the town's own name for it where it has one."""
        name = self.town.channel_name(channel_id, self.language) if channel_id else ""
        return " – ".join(filter(None, (self.word("channel", kind), name)))

    def channel_kinds(self) -> list[str]:
        """Every kind of channel, in the usual order."""
        return [entry.kind for entry in KINDS]

    def channel_icon(self, kind: str) -> str:
        """The icon of a channel, or of another way by which cases come."""
        return find_icon(kind) or _OTHER_ICON

    def team(self, code: str | None) -> str:
        return self.town.team_label(code, self.language) if code else self._words.text(self.language, "team.none")

    def service(self, code: str) -> str:
        return self.town.service_label(code, self.language)

    def act(self, kind: str, about: str) -> str:
        """What a resident does with a message, and what it is about; of an unknown act its name."""
        key = f"act.{kind}"
        return self._words.text(self.language, key, about=about) if self._words.has(self.language, key) else kind

    def language_name(self, code: str) -> str:
        return formats.language_name(code, self.language)

    def matter(self, line: ConversationLine) -> tuple[str, str]:
        """What a line is about, and whose words these are: resident, bot, agent, system or summary.

        Who waits has last been told that a person will come: what the assistant noted for that person says more.
        """
        waits = line.waiting_since is not None and line.last_message_author not in {"resident", "agent"}
        if waits and line.queue_summary:
            return " · ".join(line.queue_summary.splitlines()), "summary"
        return line.last_message_text or self._words.text(self.language, "thread.no_text"), line.last_message_author

    def why(self, line: ConversationLine, staff_id: Any) -> tuple[str, str | None, str]:
        """Why a line is where it is: (words, tone, icon); with STOP, since no answer can reach that address."""
        words, tone, icon = self._reason(line, staff_id)
        return (f"{words} · {self.word('why', 'opted_out')}" if line.opted_out else words), tone, icon

    def _reason(self, line: ConversationLine, staff_id: Any) -> tuple[str, str | None, str]:
        if line.failed_deliveries:
            return self.word("why", "failed"), "overdue", "triangle-alert"
        if line.held_by == "queue":
            tone, icon = ("overdue", "triangle-alert") if line.queue_urgent else ("waiting", "hand")
            return self.word("reason", line.queue_reason or "requested"), tone, icon
        if line.state == "snoozed" and line.snoozed_until is not None:
            until = self.until(line.snoozed_until)
            return self._words.text(self.language, "why.snoozed", until=until), None, "moon"
        if line.state == "resolved":
            return self.word("why", "resolved"), "done", "circle-check"
        return self._holder(line, staff_id)

    def _holder(self, line: ConversationLine, staff_id: Any) -> tuple[str, str | None, str]:
        if line.held_by == "bot":
            return self._held_by_bot(line)
        if line.waiting_since is not None:
            if line.waiting_since > line.last_message_at:  # since its pause has ended, not since a message
                return self.word("why", "came_back"), "waiting", "sun"
            return self.word("why", "answer_due"), "waiting", "reply"
        if line.agent_id == staff_id:
            return self.word("why", "mine"), "person", "user-check"
        return self._words.text(self.language, "why.held", name=line.agent_name or ""), "person", "user"

    def _held_by_bot(self, line: ConversationLine) -> tuple[str, str | None, str]:
        if line.unread_addition_at is not None:
            return self.word("why", "case_updated"), "waiting", "file-text"
        if line.queue_reason == AUTOMATIC:
            return self.word("reason", AUTOMATIC), "waiting", "bot"
        return self.word("why", "bot"), "machine", "bot"

    def wait(self, since: datetime) -> str:
        """ "12 min", as short as it can be said."""
        return formats.duration(self._clock.now() - since, self.language, short=True)

    def wait_long(self, since: datetime) -> str:
        return formats.duration(self._clock.now() - since, self.language)

    def moment(self, at: datetime) -> str:
        """The time today; the day and time otherwise."""
        local, today = at.astimezone(self._zone), self._clock.now().astimezone(self._zone).date()
        if local.date() == today:
            return self.time(at)
        return f"{formats.date_short(local.date(), self.language)[:5]} {self.time(at)}"

    def until(self, at: datetime) -> str:
        """ "jusqu'à 16 h" today, "jusqu'au 1er décembre à 9 h" later."""
        local, today = at.astimezone(self._zone), self._clock.now().astimezone(self._zone).date()
        if local.date() == today:
            return self._words.text(self.language, "until.today", time=self.time(at))
        day = formats.day_of_month(local.date(), self.language)
        return self._words.text(self.language, "until.later", day=day, time=self.time(at))

    def time(self, at: datetime) -> str:
        return formats.time_of_day(at, self.language, self._zone.key)

    def day(self, at: datetime) -> str:
        """ "Aujourd'hui", "Hier", or the date."""
        day, today = at.astimezone(self._zone).date(), self._clock.now().astimezone(self._zone).date()
        if day == today:
            return self.word("day", "today")
        if day == today - timedelta(days=1):
            return self.word("day", "yesterday")
        return formats.date_long(day, self.language)

    def day_key(self, at: datetime) -> str:
        """ "2026-11-24": what day a moment belongs to in the town."""
        return at.astimezone(self._zone).date().isoformat()

    def case_badge(self, case: Case) -> tuple[str, str | None, str]:
        """A case's state: (words, tone, icon)."""
        return self.word("case_state", case.state), CASE_TONES.get(case.state), CASE_ICONS.get(case.state, "info")

    def due(self, case: Case) -> tuple[str, str | None, str] | None:
        """How a case stands with its date; None once it is closed."""
        if case.state not in OPEN_CASE_STATES:
            return None
        left = case.due_at - self._clock.now()
        day = formats.day_and_month(case.due_at.astimezone(self._zone).date(), self.language)
        if case.state == "awaiting_resident" or case.clock_stopped_at is not None:
            return self._words.text(self.language, "due.paused", day=day), None, "pause"
        if left < timedelta(0):
            late = formats.duration(left, self.language)
            return self._words.text(self.language, "due.late", day=day, late=late), "overdue", "triangle-alert"
        key, tone = ("due.soon", "waiting") if left < _SOON else ("due.later", None)
        return self._words.text(self.language, key, day=day), tone, "clock"

    def fields(self, case: Case) -> list[tuple[str, str]]:
        """A case's answers as (label, value)."""
        code, version = case.service_code, case.service_version
        return [
            (
                self.town.field_label(code, version, name, self.language),
                self.town.field_value(code, version, name, str(value), self.language),
            )
            for name, value in case.fields
        ]

    def documents(self, case: Case) -> list[tuple[str, str]]:
        """A case's supporting documents as (label, provided | later)."""
        return [(self.town.document_label(code, self.language), state) for code, state in case.documents.items()]

    def event(self, event: TimelineEvent, actor_name: str | None) -> str:
        """What happened, as a short sentence."""
        facts = dict(event.facts)
        values = {
            "name": actor_name or self.word("author", event.actor),
            "to": facts.get("to") or self.team(facts.get("team")),
            "reason": self.word("reason", facts["reason"]) if facts.get("reason") else "",
            "reference": facts.get("reference", ""),
            "what": self._subject(str(facts.get("code") or facts.get("service") or "")),
            "until": self._when(facts.get("until")),
            "why": self.word("unanswered", facts["why"]) if facts.get("why") else "",
            "refusal": self.word("refusal", facts["refusal"]) if facts.get("refusal") else "",
            "changes": self._changes(facts),
            "spoken": self.language_name(str(facts.get("language", ""))),
        }
        key = "event.named_by" if event.kind == "named" and event.actor == "agent" else f"event.{event.kind}"
        if not self._words.has(self.language, key):
            return self.word("event", "other")
        told = self._words.text(self.language, key, **values).strip()
        if (event.subject == "case" or event.kind == "case_corrected") and actor_name:
            return self._words.text(self.language, "event.by", what=told, name=actor_name)
        return told

    def _changes(self, facts: Mapping[str, Any]) -> str:
        """What a correction changed: the field, what it said, what it says."""
        code, version = str(facts.get("service", "")), int(facts.get("version") or 0)
        told = [
            self.told(
                "correction.change",
                label=self.town.field_label(code, version, name, self.language),
                before=self.town.field_value(code, version, name, before, self.language),
                after=self.town.field_value(code, version, name, after, self.language),
            )
            for name, before, after in facts.get("changes") or ()
        ]
        return ", ".join(told)

    def _subject(self, code: str) -> str:
        return self.service(code) if code else ""

    def _when(self, text: str | None) -> str:
        return self.until(datetime.fromisoformat(text)) if text else ""

    def failure(self, code: str) -> str:
        """Why a message did not arrive; a provider's own code is named where no words are known for it."""
        key = f"failure.code.{code}"
        if self._words.has(self.language, key):
            return self._words.text(self.language, key)
        return self._words.text(self.language, "failure.unknown", code=code)

    def measured(self, measured: Measured) -> str:
        """ "142 caractères, 1 SMS"; where a letter makes every segment shorter, that is told too."""
        key = "composer.measured"
        if measured.segments or measured.encoding:
            key = "composer.measured_sms_wide" if measured.encoding == "UCS-2" else "composer.measured_sms"
        characters, limit = (formats.number(each, self.language) for each in (measured.characters, measured.limit))
        return self._words.text(self.language, key, characters=characters, count=measured.segments, limit=limit)
