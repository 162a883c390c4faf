"""The steps a team works through, each seen by residents as one of the public states.

Workflows that several services share stand in `workflows.yaml`; a service names one or lists steps of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal

from pydantic import Field

from kit.wording import Wording, values_of
from services.declarations.service_field import Declared

PublicState = Literal["new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled"]
"""What residents are told; `cancelled` is reached by withdrawing and needs no step."""

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "new": frozenset({"open", "awaiting_resident", "resolved", "rejected", "cancelled"}),
    "open": frozenset({"awaiting_resident", "resolved", "rejected", "cancelled"}),
    "awaiting_resident": frozenset({"open", "resolved", "rejected", "cancelled"}),
    "resolved": frozenset({"open", "closed"}),
    "rejected": frozenset({"open"}),
    "closed": frozenset({"open"}),
    "cancelled": frozenset({"open"}),
}
"""The public states, and those that may follow each, whatever the workflow."""

NEEDS_REASON = frozenset({"rejected", "awaiting_resident"})
"""The states of which the resident reads why."""

SUPERVISOR = "supervisor"
TOLD_VALUES = frozenset({"reference", "service", "team", "due", "reason"})
"""What the words of a step are filled in with."""

_FIRST = "new"
_RUNNING = frozenset({"new", "open", "awaiting_resident"})
_DONE = frozenset({"resolved", "closed"})
Place = tuple[str | int, ...]


class Step(Declared):
    """One step of the work: its code within the service, its name for agents, the state residents see.

    `to` are the steps that may follow, where not all do that the state allows. `by` says who may move a case here:
    teams by their code, or `supervisor`; supervisors always may, and everybody where it is empty. `told` is what the
    resident is told, in the place of the words of the state; a step that leaves the state as it was tells nothing
    without it. `deadline`: the promised date stands still at this step, or runs; where nothing is said it stands while
    the resident is awaited.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    state: PublicState
    to: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    told: Wording | None = None
    deadline: Literal["runs", "stands"] | None = None

    @property
    def stands_still(self) -> bool:
        """Whether the promised date waits while a case is here."""
        return self.state == "awaiting_resident" if self.deadline is None else self.deadline == "stands"

    def is_open_to(self, teams: frozenset[str], *, is_supervisor: bool) -> bool:
        """Whether somebody of these teams may move a case here."""
        return is_supervisor or not self.by or not teams.isdisjoint(self.by)


Workflow = tuple[Step, ...]


def step_at(steps: Sequence[Step], code: str | None, state: str) -> Step | None:
    """Where a case stands: the step of this code, else the first that has the state. None where there is neither."""
    named = next((step for step in steps if step.code == code and step.state == state), None)
    return named or next((step for step in steps if step.state == state), None)


def steps_after(steps: Sequence[Step], at: Step | None, state: str) -> tuple[Step, ...]:
    """The steps that may follow, in their order. `state`: the public one; `at` is None where no step stands for it."""
    allowed = {step.code for step in steps} if at is None or not at.to else set(at.to)
    return tuple(
        step
        for step in steps
        if (at is None or step.code != at.code)
        and step.code in allowed
        and (step.state == state or step.state in TRANSITIONS[state])
    )


def workflow_faults(steps: Sequence[Step]) -> list[tuple[Place, str]]:
    """What keeps these steps from being a workflow: where in their list, and what to mend."""
    found = list(_strange_steps(steps))
    return found or list(_lost_steps(steps))


def _strange_steps(steps: Sequence[Step]) -> Iterator[tuple[Place, str]]:
    codes = [step.code for step in steps]
    for at, code in enumerate(codes):
        if code in codes[:at]:
            yield (at, "code"), f"the step {code} stands twice; give one of them another code"
    if not steps or steps[0].state != _FIRST:
        yield ((0, "state") if steps else ()), "the first step must have the state new"
    if not any(step.state in _DONE for step in steps):
        yield (), "no step has the state resolved or closed, so that no case would ever be done; add one"
    for at, step in enumerate(steps):
        for place, problem in (*_strange_followers(steps, step), *_strange_words(step), *_strange_deadline(step)):
            yield (at, *place), problem


def _strange_followers(steps: Sequence[Step], step: Step) -> Iterator[tuple[Place, str]]:
    known = {each.code: each for each in steps}
    for position, code in enumerate(step.to):
        place = ("to", position)
        if code == step.code:
            yield place, f"{code} does not follow itself; take it out"
        elif code not in known:
            near = get_close_matches(code, known, n=1)
            advice = f"did you mean `{near[0]}`?" if near else f"its steps are {', '.join(known)}"
            yield place, f"{code} is no step of this workflow; {advice}"
        elif (state := known[code].state) != step.state and state not in TRANSITIONS[step.state]:
            allowed = ", ".join(sorted(TRANSITIONS[step.state]))
            yield place, f"{code} is {state}, which never follows {step.state}; from there a case goes to {allowed}"


def _strange_words(step: Step) -> Iterator[tuple[Place, str]]:
    if step.told is None:
        return
    for problem in step.told.strange_values(TOLD_VALUES):
        yield ("told",), problem
    for language, phrase in step.told.phrases.items():
        for text in phrase.forms().values():
            if step.state in NEEDS_REASON and "reason" not in values_of(text):
                yield ("told",), f"{language} lacks {{reason}}: whoever is {step.state} reads why"


def _strange_deadline(step: Step) -> Iterator[tuple[Place, str]]:
    if step.deadline is not None and step.state not in _RUNNING:
        yield ("deadline",), f"a case that is {step.state} has no date that runs or stands; take this out"


def _lost_steps(steps: Sequence[Step]) -> Iterator[tuple[Place, str]]:
    """Steps that no case can come to, and those from which no case would ever end."""
    came_to = _reached(steps, steps[0])
    for at, step in enumerate(steps):
        if step.code not in came_to:
            yield (at, "code"), f"no case can ever come to {step.code}; name it in the `to` of a step before it"
        elif step.state in _RUNNING and not any(each.state not in _RUNNING for each in _followers(steps, step)):
            yield (at, "to"), f"from {step.code} no case could ever be done; name a step that leads to an end"


def _followers(steps: Sequence[Step], start: Step) -> list[Step]:
    codes = _reached(steps, start)
    return [step for step in steps if step.code in codes]


def _reached(steps: Sequence[Step], start: Step) -> set[str]:
    found, ahead = {start.code}, [start]
    while ahead:
        at = ahead.pop()
        new = [step for step in steps_after(steps, at, at.state) if step.code not in found]
        found |= {step.code for step in new}
        ahead += new
    return found
