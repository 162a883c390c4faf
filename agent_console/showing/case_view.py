"""A case beside its conversation: what may be done to it, and what its resident would then be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_console.access.deps import ConsoleDeps, Measured
from agent_console.showing.case_messages import case_sentence, way_to_answer
from agent_console.showing.labels import Labels
from agent_console.showing.reading import OpenThread
from case_store.cases.additions import Addition
from case_store.cases.moving import NEEDS_REASON, TRANSITIONS
from case_store.models import Attachment, Case, Conversation

OFFERED_STATES = ("open", "awaiting_resident", "resolved", "rejected")


@dataclass(frozen=True, slots=True)
class Move:
    """A state a case may go to: its word, what the resident would be told, and what that costs on their channel."""

    state: str
    label: str
    told: str
    cost: Measured


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what may be done to it."""

    case: Case
    files: Sequence[Attachment]
    additions: Sequence[Addition]
    may_change: bool
    moves: tuple[Move, ...]


def case_view(case: Case, thread: OpenThread, labels: Labels, deps: ConsoleDeps) -> CaseView:
    """A case as its card shows it beside this conversation."""
    return CaseView(
        case=case,
        files=thread.around.files.get(case.id, ()),
        additions=thread.around.additions.get(case.id, ()),
        may_change=case.id in thread.around.changeable,
        moves=find_moves(case, thread.head.conversation, labels=labels, deps=deps, reason=""),
    )


def find_moves(
    case: Case, conversation: Conversation, *, labels: Labels, deps: ConsoleDeps, reason: str
) -> tuple[Move, ...]:
    """The states a case may go to, told with this reason; where one must still be written its place is shown."""
    states = [state for state in OFFERED_STATES if state in TRANSITIONS[case.state]]
    return tuple(_move(case, conversation, state, labels, deps, reason) for state in states)


def _move(case: Case, conversation: Conversation, state: str, labels: Labels, deps: ConsoleDeps, reason: str) -> Move:
    language = told_language(deps, conversation.language)
    is_owner = case.contact_point_id == conversation.contact_point_id
    told = case_sentence(
        deps,
        case=case,
        state=state,
        reason=reason or (labels.told("case.reason_place") if state in NEEDS_REASON else ""),
        language=language,
        way=way_to_answer(deps, conversation.channel_id, is_owner=is_owner),
    )
    return Move(state, labels.word("move", state), told, deps.measure(conversation.channel_id, told))


def told_language(deps: ConsoleDeps, language: str) -> str:
    """The resident's language, or the town's own where the console has no words in it."""
    return language if language in deps.languages else deps.languages[0]
