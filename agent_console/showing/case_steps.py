"""Where a case may go from where it stands: the steps of its own service, as it was when the case was filed."""

from dataclasses import dataclass

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import Visit
from case_store.models import Case
from services.declarations.workflow import NEEDS_REASON, TRANSITIONS, Step, Workflow, step_at, steps_after

OFFERED_STATES = ("open", "awaiting_resident", "resolved", "rejected")
"""The public states, for a service that has no steps of its own."""
_UNTOLD = frozenset({"closed"})
"""States that are the town's own affair, unless their step or a reason says something."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a case may go: a public state, and the step of its service's workflow where that has steps."""

    state: str
    step: Step | None = None

    @property
    def key(self) -> str:
        """What its form sends."""
        return self.step.code if self.step else self.state


def steps_of(deps: ConsoleDeps, case: Case) -> Workflow:
    return deps.town.steps(case.service_code, case.service_version)


def present_step(deps: ConsoleDeps, case: Case) -> Step | None:
    """The step at which a case stands; None where its service has no steps, or none of this state."""
    return step_at(steps_of(deps, case), case.step, case.state)


def find_targets(deps: ConsoleDeps, case: Case, visit: Visit) -> tuple[Target, ...]:
    """Where this member of staff may move it."""
    steps = steps_of(deps, case)
    if not steps:
        return tuple(Target(state) for state in OFFERED_STATES if state in TRANSITIONS[case.state])
    teams = visit.scope.teams or frozenset()
    following = steps_after(steps, present_step(deps, case), case.state)
    return tuple(
        Target(step.state, step) for step in following if step.is_open_to(teams, is_supervisor=visit.is_supervisor)
    )


def chosen(deps: ConsoleDeps, case: Case, visit: Visit, *, step: str, state: str) -> Target | None:
    """What a form chose: a step that is offered, or the first one of a public state. None for anything else.

    A state that the case cannot come to is for the store to refuse.
    """
    targets = find_targets(deps, case, visit)
    if step:
        return next((target for target in targets if target.step is not None and target.step.code == step), None)
    if not steps_of(deps, case):
        return Target(state) if state in OFFERED_STATES else None
    return next((target for target in targets if target.state == state), None)


def is_told(deps: ConsoleDeps, case: Case, target: Target, *, reason: str) -> bool:
    """Whether the resident gets a message: of a new state, a step with words of its own, and what they must read."""
    if target.step is None or target.step.told is not None or target.state in NEEDS_REASON:
        return True
    if target.state != case.state and target.state not in _UNTOLD:
        return True
    language = deps.languages[0]
    return bool(reason.strip()) and deps.words.has(language, f"told.{case.kind}.{target.state}")
