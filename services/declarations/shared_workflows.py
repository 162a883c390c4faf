"""The workflows that services take by a name, checked once where they stand: `workflows.yaml`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kit.laid_files import LaidFile, Layers
from kit.wording import Wording
from services.declarations.service_field import Declared
from services.declarations.shared_parts import WORKFLOWS, Shared
from services.declarations.workflow import Workflow, workflow_faults
from services.files.town_files import mend, told_once

_STEPS = "steps"


class SharedWorkflow(Declared):
    """The steps, and what is said first and next where a service has no words of its own."""

    steps: Workflow
    start: Wording | None = None
    next_step: Wording | None = None


def read_workflows(files: Layers, shared: Shared) -> tuple[Shared, list[str]]:
    """The shared parts, with a workflow that cannot be used left without steps; and every fault, with file and line."""
    if not shared.workflows:
        return shared, []
    file, faults, sound = files.laid(WORKFLOWS), [], {}
    for name, content in shared.workflows.items():
        told = _faults(file, name, content)
        sound[name] = _without_steps(content) if told else content
        faults += told
    return replace(shared, workflows=sound), faults


def _faults(file: LaidFile, name: str, content: Any) -> list[str]:
    try:
        workflow = SharedWorkflow.model_validate(content)
    except ValidationError as error:
        found = ((tuple(each["loc"]), mend(each)) for each in told_once(error.errors()))
        places = ((tuple(step for step in at if step not in {"phrases", "[key]"}), problem) for at, problem in found)
        return [str(file.problem((name, *at), problem)) for at, problem in places]
    return [
        str(file.problem((name, _STEPS, *at), f"{name}: {problem}")) for at, problem in workflow_faults(workflow.steps)
    ]


def _without_steps(content: Any) -> dict[str, Any]:
    return {**(content if isinstance(content, Mapping) else {}), _STEPS: []}
