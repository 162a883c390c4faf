"""Step 4: a Decision becomes store commands, in one transaction, together with the end of the turn.

Nothing here decides: an effect has one handler, a reply becomes a message and its deliveries.
A decision taken before an agent took over no longer fits the conversation's version and is discarded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from bot.contract import (
    REFERENCE_MARK,
    Decision,
    Effect,
    HandOff,
    JoinCase,
    Note,
    OpenCase,
    OptIn,
    OptOut,
    Reply,
    SetLanguage,
)
from case_store import cases, residents, timeline
from case_store.actors import BOT, RESIDENT
from case_store.messages import OpenedConversation, Outgoing, Part, lock_conversation, save_conversation, say
from case_store.ownership import hand_off
from case_store.reaching import ensure_conversation
from case_store.session import StoreSession
from case_store.turns import TurnSnapshot, finish_turn, record_turn, release_turn
from channels.contract import Choice

Present = Callable[[str, str, Sequence[Choice], str], tuple[Part, ...]]
"""Renders for a channel: (channel kind, text, choices, language) -> the parts to deliver."""

Reach = Callable[[str], tuple[str, str] | None]
"""The (channel id, channel kind) that reaches a kind of contact point first, where the town has one."""


def _nowhere(contact_kind: str) -> None:
    """A town that reaches nobody first."""


_PROTECTED = frozenset({"acknowledgement", "emergency", "opt_out"})


@dataclass(frozen=True, slots=True)
class TurnToApply:
    """A decided turn. `record` keeps the facts it used; `gen` is the due row's counter when it was claimed."""

    snapshot: TurnSnapshot
    decision: Decision
    gen: int
    record: Mapping[str, Any]
    reference_prefix: str
    present: Present
    reach: Reach = _nowhere
    lane: str = "worker"
    trace_id: str | None = None


@dataclass(slots=True)
class Applied:
    """What the turn did, told as events (`guichet chat` prints them). `stale`: discarded, decide again."""

    events: list[dict[str, Any]] = field(default_factory=list)
    reference: str | None = None
    stale: bool = False


@dataclass(slots=True)
class _Scene:
    """One apply under way."""

    session: StoreSession
    turn: TurnToApply
    conversation: OpenedConversation
    applied: Applied
    copied_to: list[UUID] = field(default_factory=list)

    def tell(self, kind: str, facts: Mapping[str, Any] | None = None, **event: Any) -> None:
        """Appends to the conversation's history and to what is told of this turn."""
        timeline.record(
            self.session,
            subject="conversation",
            subject_id=self.conversation.id,
            seq=self.conversation.next_seq(),
            kind=kind,
            actor=BOT,
            facts={**(facts or {}), **event},
        )
        self.applied.events.append({"event": kind, **event})


def apply_turn(session: StoreSession, *, turn: TurnToApply) -> Applied:
    """Carries a decided turn out, or discards it when the conversation has changed hands meanwhile."""
    snapshot = turn.snapshot
    conversation = lock_conversation(session, conversation_id=snapshot.conversation_id)
    if conversation.version != snapshot.version:
        release_turn(session, conversation_id=snapshot.conversation_id)
        return Applied(stale=True)
    scene = _Scene(session, turn, conversation, Applied())
    record_turn(
        session,
        conversation_id=conversation.id,
        message_ids=[message.id for message in snapshot.messages],
        outcome="applied",
        record=turn.record,
    )
    for effect in turn.decision.effects:
        _HANDLERS[type(effect)](scene, effect)
    for reply in turn.decision.replies:
        _say(scene, reply)
    conversation.version += 1
    conversation.changes.update(dialogue=dict(turn.decision.state), briefing=None)
    save_conversation(session, conversation)
    finish_turn(session, conversation_id=conversation.id, gen=turn.gen)
    return scene.applied


def _say(scene: _Scene, reply: Reply) -> None:
    text = reply.text.replace(REFERENCE_MARK, scene.applied.reference or "")
    language = scene.conversation.language
    outgoing = Outgoing(
        text=text,
        parts=scene.turn.present(scene.conversation.channel_kind, text, reply.choices, language),
        choices=tuple((choice.label, choice.value) for choice in reply.choices),
        kind=reply.kind,
        protected=reply.kind in _PROTECTED,
        trace_id=scene.turn.trace_id,
        lane=scene.turn.lane,
    )
    say(scene.session, scene.conversation, author="bot", actor=BOT, outgoing=outgoing)
    if reply.kind == "acknowledgement":
        for conversation_id in scene.copied_to:
            _copy(scene, conversation_id, outgoing, language)


def _copy(scene: _Scene, conversation_id: UUID, outgoing: Outgoing, language: str) -> None:
    """The acknowledgement also goes where the resident asked to be told: a page that is closed keeps nothing."""
    other = lock_conversation(scene.session, conversation_id=conversation_id)
    parts = scene.turn.present(other.channel_kind, outgoing.text, (), language)
    # STOP on that address stands above the copy: only the conversation's own acknowledgement is protected.
    copy = replace(outgoing, parts=parts, choices=(), protected=False)
    say(scene.session, other, author="bot", actor=BOT, outgoing=copy)
    save_conversation(scene.session, other)


def _open_case(scene: _Scene, effect: OpenCase) -> None:
    conversation, place = scene.conversation, effect.location
    contact_point_id = _contact(scene, effect.contact)
    case = cases.open_case(
        scene.session,
        actor=BOT,
        case=cases.NewCase(
            prefix=scene.turn.reference_prefix,
            kind=effect.kind,
            service_code=effect.service_code,
            service_version=effect.service_version,
            team_code=effect.team_code,
            title=effect.title,
            state=effect.state,
            priority=effect.priority,
            fields=list(effect.fields.items()),
            due_at=effect.due_at,
            language=effect.language,
            channel_kind=conversation.channel_kind,
            resident_id=conversation.resident_id,
            contact_point_id=contact_point_id,
            conversation_id=conversation.id,
            documents=effect.documents,
            location_text=place.text if place else None,
            location_entity=place.entity if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            location_known=bool(place and place.known),
        ),
    )
    cases.attach(scene.session, case_id=case.id, attachment_ids=effect.attachment_ids)
    for code, attachment_id in effect.document_attachments.items():
        cases.attach(scene.session, case_id=case.id, attachment_ids=[attachment_id], document_code=code)
    _link_contact(scene, case.id, contact_point_id)
    scene.applied.reference = case.reference
    conversation.changes.setdefault("team_code", effect.team_code)
    scene.tell(
        "case_opened",
        {"case": str(case.id)},
        reference=case.reference,
        code=effect.service_code,
        fields=dict(effect.fields),
    )


def _join_case(scene: _Scene, effect: JoinCase) -> None:
    cases.join_case(
        scene.session,
        case_id=effect.case_id,
        conversation_id=scene.conversation.id,
        actor=RESIDENT,
        fields=effect.fields,
    )
    cases.attach(scene.session, case_id=effect.case_id, attachment_ids=effect.attachment_ids)
    _link_contact(scene, effect.case_id, _contact(scene, effect.contact))
    scene.applied.reference = effect.reference
    scene.tell(
        "case_joined",
        {"case": str(effect.case_id)},
        reference=effect.reference,
        code=effect.service_code,
        fields=dict(effect.fields),
    )


def _link_contact(scene: _Scene, case_id: UUID, contact_point_id: UUID) -> None:
    """The case is also told at the contact point the resident gave, where a channel reaches it."""
    if contact_point_id == scene.conversation.contact_point_id:
        return
    contact = residents.get_contact_point(scene.session, contact_point_id=contact_point_id)
    channel = scene.turn.reach(contact.kind)
    if channel is None:
        return
    channel_id, channel_kind = channel
    other = ensure_conversation(
        scene.session,
        contact=contact,
        channel_id=channel_id,
        channel_kind=channel_kind,
        language=scene.conversation.language,
    )
    cases.link_conversation(scene.session, case_id=case_id, conversation_id=other, role="joined")
    scene.copied_to.append(other)


def _contact(scene: _Scene, contact: tuple[str, str] | None) -> UUID:
    """The contact point to follow the case by: the one just given, else the conversation's own."""
    if contact is None:
        return scene.conversation.contact_point_id
    kind, address = contact
    point = residents.ensure_contact_point(
        scene.session,
        kind=kind,
        address=address,
        language=scene.conversation.language,
        resident_id=scene.conversation.resident_id,
    )
    return point.id


def _hand_off(scene: _Scene, effect: HandOff) -> None:
    hand_off(
        scene.session,
        scene.conversation,
        actor=BOT,
        reason=effect.reason,
        summary=effect.summary,
        team_code=effect.team_code,
        urgent=effect.urgent,
    )
    scene.applied.events.append({"event": "handed_off", "reason": effect.reason})


def _opt_out(scene: _Scene, effect: OptOut) -> None:
    residents.opt_out(scene.session, contact_point_id=scene.conversation.contact_point_id, actor=RESIDENT)
    scene.conversation.opted_out = True
    scene.tell("opted_out")


def _opt_in(scene: _Scene, effect: OptIn) -> None:
    residents.opt_in(scene.session, contact_point_id=scene.conversation.contact_point_id, actor=RESIDENT)
    scene.conversation.opted_out = False
    scene.tell("opted_in")


def _set_language(scene: _Scene, effect: SetLanguage) -> None:
    scene.conversation.language = effect.language
    scene.conversation.changes.update(language=effect.language, language_fixed=True)
    scene.tell("language_changed", language=effect.language)


def _note(scene: _Scene, effect: Note) -> None:
    scene.tell(effect.event, None, **effect.data)


_HANDLERS: Mapping[type[Effect], Callable[[_Scene, Any], None]] = {
    OpenCase: _open_case,
    JoinCase: _join_case,
    HandOff: _hand_off,
    OptOut: _opt_out,
    OptIn: _opt_in,
    SetLanguage: _set_language,
    Note: _note,
}
