"""Step 4: a Decision becomes store commands, in one transaction, together with the end of the turn.

Nothing here decides: an effect has one handler, a reply becomes a message and its deliveries.
A decision taken before an agent took over no longer fits the conversation's version and is discarded.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bot.case_effects import join_case, open_case, update_case
from bot.contract import (
    REFERENCE_MARK,
    Effect,
    EndQuiet,
    HandOff,
    JoinCase,
    KeepContact,
    KeepQuiet,
    LeaveQueue,
    Note,
    OpenCase,
    OptIn,
    OptOut,
    Reply,
    SetLanguage,
    UpdateCase,
)
from bot.scene import Applied, Present, Reach, Scene, TurnToApply
from case_store.actors import BOT, RESIDENT
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.ownership import AUTOMATIC, hand_off, leave_queue
from case_store.conversations.saying import Outgoing, say
from case_store.engine.session import StoreSession
from case_store.residents import ledger, people
from case_store.work.delivery_claims import has_open
from case_store.work.jobs import enqueue
from case_store.work.notices import RAISE_ALARM
from case_store.work.turns import finish_turn, record_turn, release_turn

__all__ = ["Applied", "Present", "Reach", "TurnToApply", "apply_turn"]

_PROTECTED = frozenset({"acknowledgement", "emergency", "opt_out"})


def apply_turn(session: StoreSession, *, turn: TurnToApply) -> Applied:
    """Carries a decided turn out, or discards it when the conversation has changed hands meanwhile."""
    snapshot = turn.snapshot
    conversation = lock_conversation(session, conversation_id=snapshot.conversation_id)
    if conversation.version != snapshot.version:
        release_turn(session, conversation_id=snapshot.conversation_id)
        return Applied(stale=True)
    if turn.worker and turn.decision.replies and not has_open(session, conversation_id=conversation.id):
        conversation.worker = turn.worker
    scene = Scene(session, turn, conversation, Applied(claimed=conversation.claimed))
    scene.turn_id = record_turn(
        session,
        conversation_id=conversation.id,
        message_ids=[message.id for message in snapshot.messages],
        outcome=turn.outcome,
        record=turn.record,
    )
    for effect in turn.decision.effects:
        _HANDLERS[type(effect)](scene, effect)
    for reply in turn.decision.replies:
        _say(scene, reply)
    conversation.version += 1
    conversation.change(dialogue=_remembered(scene), briefing=None, told_of=None)
    save_conversation(session, conversation)
    finish_turn(session, conversation_id=conversation.id, gen=turn.gen, leaves_some=snapshot.leaves_some)
    return scene.applied


def _remembered(scene: Scene) -> dict[str, Any]:
    """The dialogue's state, with the reference that the store gave to the case it has just filed."""
    state = dict(scene.turn.decision.state)
    filed = state.get("filed")
    if filed and filed["reference"] == REFERENCE_MARK:
        state["filed"] = {**filed, "reference": scene.applied.reference}
    return state


def _say(scene: Scene, reply: Reply) -> None:
    text = _with_reference(scene, reply.text)
    language = scene.conversation.language
    outgoing = Outgoing(
        text=text,
        parts=scene.turn.present(scene.conversation.channel_id, text, reply.choices, language),
        choices=tuple((choice.label, choice.value) for choice in reply.choices),
        kind=reply.kind,
        protected=reply.kind in _PROTECTED,
        trace_id=scene.turn.trace_id,
        lane=scene.turn.lane,
        turn_id=scene.turn_id,
        subject=_filed_subject(scene) if reply.kind == "acknowledgement" and scene.applied.reference else None,
    )
    say(scene.session, scene.conversation, author="bot", actor=BOT, outgoing=outgoing)
    if reply.kind == "acknowledgement":
        for conversation_id in scene.copied_to:
            _copy(
                scene,
                conversation_id,
                replace(outgoing, text=_with_reference(scene, reply.elsewhere) or text),
                language,
            )


def _with_reference(scene: Scene, text: str) -> str:
    return text.replace(REFERENCE_MARK, scene.applied.reference or "")


def _filed_subject(scene: Scene) -> str | None:
    return _with_reference(scene, scene.turn.filed_subject or "") or None


def _copy(scene: Scene, conversation_id: UUID, outgoing: Outgoing, language: str) -> None:
    """The acknowledgement also goes where the resident asked to be told: a page that is closed keeps nothing."""
    other = lock_conversation(scene.session, conversation_id=conversation_id)
    parts = scene.turn.present(other.channel_id, outgoing.text, (), language)
    # STOP on that address stands above the copy: only the conversation's own acknowledgement is protected.
    copy = replace(outgoing, parts=parts, choices=(), protected=False, subject=_filed_subject(scene), turn_id=None)
    say(scene.session, other, author="bot", actor=BOT, outgoing=copy)
    save_conversation(scene.session, other)


def _hand_off(scene: Scene, effect: HandOff) -> None:
    hand_off(
        scene.session,
        scene.conversation,
        actor=BOT,
        reason=effect.reason,
        summary=_with_reference(scene, effect.summary),
        team_code=effect.team_code or scene.turn.team_code,
        urgent=effect.urgent,
    )
    if effect.urgent and scene.turn.lane == "worker":
        enqueue(scene.session, RAISE_ALARM, {"conversation_id": str(scene.conversation.id)})
    scene.applied.events.append({"event": "handed_off", "reason": effect.reason})


def _keep_contact(scene: Scene, effect: KeepContact) -> None:
    """The address stands among the resident's own, where an agent sees it."""
    people.ensure_contact_point(
        scene.session,
        kind=effect.kind,
        address=effect.address,
        language=scene.conversation.language,
        resident_id=scene.conversation.resident_id,
    )


def _opt_out(scene: Scene, effect: OptOut) -> None:
    ledger.opt_out(scene.session, contact_point_id=scene.conversation.contact_point_id, actor=RESIDENT)
    scene.conversation.opted_out = True
    scene.tell("opted_out", {"told": effect.told})


def _opt_in(scene: Scene, effect: OptIn) -> None:
    ledger.opt_in(scene.session, contact_point_id=scene.conversation.contact_point_id, actor=RESIDENT)
    scene.conversation.opted_out = False
    scene.tell("opted_in")


def _leave_queue(scene: Scene, effect: LeaveQueue) -> None:
    leave_queue(scene.session, scene.conversation, actor=RESIDENT)
    scene.applied.events.append({"event": "queue_left"})


def _keep_quiet(scene: Scene, effect: KeepQuiet) -> None:
    if scene.conversation.held_by == "bot":
        scene.conversation.change(queue_reason=AUTOMATIC)
    scene.tell("autoreply_suspected")


def _end_quiet(scene: Scene, effect: EndQuiet) -> None:
    if scene.conversation.held_by == "bot":
        scene.conversation.change(queue_reason=None)
    scene.tell("autoreply_ended")


def _set_language(scene: Scene, effect: SetLanguage) -> None:
    scene.conversation.change(language=effect.language, language_fixed=True)
    scene.tell("language_changed", language=effect.language)


def _note(scene: Scene, effect: Note) -> None:
    scene.tell(effect.event, None, **effect.data)


_HANDLERS: Mapping[type[Effect], Callable[[Scene, Any], None]] = {
    OpenCase: open_case,
    JoinCase: join_case,
    UpdateCase: update_case,
    HandOff: _hand_off,
    LeaveQueue: _leave_queue,
    KeepQuiet: _keep_quiet,
    EndQuiet: _end_quiet,
    KeepContact: _keep_contact,
    OptOut: _opt_out,
    OptIn: _opt_in,
    SetLanguage: _set_language,
    Note: _note,
}
