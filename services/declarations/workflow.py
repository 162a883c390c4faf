"""The steps a team works through, each seen by residents as one of the public states.

Workflows that several services share stand in `workflows.yaml`; a service names one or lists steps of its own.
"""

from collections.abc import Sequence
from typing import Literal

from services.declarations.service_field import Declared
from services.texts.wording import Wording

PublicState = Literal["new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled"]
"""What residents are told; `cancelled` is reached by withdrawing and needs no step."""
_FIRST = "new"
_DONE = frozenset({"resolved", "closed"})


class Step(Declared):
    """One step of the work: its code within the service, its name for agents, the state residents see."""

    code: str
    names: Wording
    state: PublicState


Workflow = tuple[Step, ...]


def workflow_fault(steps: Sequence[Step]) -> str | None:
    """What keeps these steps from being a workflow; None when nothing does."""
    codes = [step.code for step in steps]
    double = next((code for code in codes if codes.count(code) > 1), None)
    if double is not None:
        return f"the step {double} stands twice"
    if not steps or steps[0].state != _FIRST:
        return "the first step must have the state new"
    if not any(step.state in _DONE for step in steps):
        return "no step has the state resolved or closed, so that no case would ever be done"
    return None
