"""A case beside its conversation: what may be done to it, and what its resident would then be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_console.access.deps import ConsoleDeps, Measured
from agent_console.access.gate import Visit
from agent_console.showing.case_messages import case_sentence, way_to_answer
from agent_console.showing.case_steps import Target, find_targets, is_told, present_step
from agent_console.showing.labels import Labels
from agent_console.showing.reading import OpenThread
from case_store.cases.additions import Addition
from case_store.cases.moving import NEEDS_REASON
from case_store.models import Attachment, Case, Conversation


@dataclass(frozen=True, slots=True)
class Move:
    """Where a case may go: its word, what the resident would be told, and what that costs on their channel.

    `choice` and `key` are what its form sends; `seen_as` is the public state of a step, "" where none has a name of its
    own; `told` is empty where the resident is told nothing.
    """

    choice: str
    key: str
    label: str
    seen_as: str
    told: str
    cost: Measured


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what may be done to it. `step` is the name of the step at which it stands, if there is one."""

    case: Case
    step: str | None
    files: Sequence[Attachment]
    additions: Sequence[Addition]
    may_change: bool
    moves: tuple[Move, ...]


def case_view(case: Case, thread: OpenThread, visit: Visit, labels: Labels, deps: ConsoleDeps) -> CaseView:
    """A case as its card shows it beside this conversation."""
    step = present_step(deps, case)
    return CaseView(
        case=case,
        step=step.names.on(labels.language) if step else None,
        files=thread.around.files.get(case.id, ()),
        additions=thread.around.additions.get(case.id, ()),
        may_change=case.id in thread.around.changeable,
        moves=find_moves(case, thread.head.conversation, visit=visit, labels=labels, deps=deps, reason=""),
    )


def find_moves(
    case: Case, conversation: Conversation, *, visit: Visit, labels: Labels, deps: ConsoleDeps, reason: str
) -> tuple[Move, ...]:
    """Where a case may go, told with this reason; where one must still be written its place is shown."""
    targets = find_targets(deps, case, visit)
    return tuple(_move(case, conversation, target, labels, deps, reason) for target in targets)


def _move(
    case: Case, conversation: Conversation, target: Target, labels: Labels, deps: ConsoleDeps, reason: str
) -> Move:
    told = ""
    if is_told(deps, case, target, reason=reason):
        told = case_sentence(
            deps,
            case=case,
            target=target,
            reason=reason or (labels.told("case.reason_place") if target.state in NEEDS_REASON else ""),
            language=told_language(deps, conversation.language),
            way=way_to_answer(
                deps, conversation.channel_id, is_owner=case.contact_point_id == conversation.contact_point_id
            ),
        )
    return Move(
        choice="step" if target.step else "state",
        key=target.key,
        label=target.step.names.on(labels.language) if target.step else labels.word("move", target.state),
        seen_as=labels.word("case_state", target.state) if target.step else "",
        told=told,
        cost=deps.measure(conversation.channel_id, told),
    )


def told_language(deps: ConsoleDeps, language: str) -> str:
    """The resident's language, or the town's own where the console has no words in it."""
    return language if language in deps.languages else deps.languages[0]
