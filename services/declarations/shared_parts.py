"""What a service's file takes from the files all services share: a field by `use`, its workflow by a name.

The file's own keys are laid over the shared ones, key by key and language by language; its lists replace theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from kit.laid_files import Layers
from kit.yaml_files import FileProblem

USE, WORKFLOW = "use", "workflow"
FIELDS, WORKFLOWS = "fields.yaml", "workflows.yaml"
_WHOLE = ("samples", "refuses")
"""Keys of a field that are the service's own as a whole: another question has other answers."""
_DEFAULTS = ("start", "next_step")
"""What a shared workflow says in the place of a service that does not say it itself."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The content of both files, as they stand."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    workflows: Mapping[str, Any] = field(default_factory=dict)


class UnknownPart(ValueError):
    """A file takes what is not shared; `place` are the keys at which it does."""

    def __init__(self, place: tuple[str | int, ...], problem: str) -> None:
        super().__init__(problem)
        self.place = place


def read_shared(files: Layers) -> Shared:
    """The shared parts of a town's data; none of the files it does not have. Raises FileProblem."""
    fields, workflows = (_content(files, name) for name in (FIELDS, WORKFLOWS))
    return Shared(fields, workflows)


def _content(files: Layers, name: str) -> Mapping[str, Any]:
    if not files.path(name).is_file():
        return {}
    content = files.laid(name).content
    if not isinstance(content, Mapping):
        raise FileProblem(files.path(name), None, "expected names, each with what it stands for")
    return content


def spelled_out(content: Any, shared: Shared) -> Any:
    """A service's content with everything it takes written out. Raises UnknownPart."""
    if not isinstance(content, Mapping):
        return content
    whole = dict(content)
    if isinstance(whole.get(WORKFLOW), str):
        whole = _with_workflow(whole, shared.workflows)
    if isinstance(whole.get("fields"), list):
        whole["fields"] = [_field(entry, at, shared.fields) for at, entry in enumerate(whole["fields"])]
    return whole


def _with_workflow(content: dict[str, Any], workflows: Mapping[str, Any]) -> dict[str, Any]:
    shared = _found(content[WORKFLOW], workflows, (WORKFLOW,), WORKFLOWS)
    defaults = {key: shared[key] for key in _DEFAULTS if key in shared}
    return {**defaults, **content, WORKFLOW: shared.get("steps", [])}


def _field(entry: Any, at: int, fields: Mapping[str, Any]) -> Any:
    if not isinstance(entry, Mapping) or USE not in entry:
        return entry
    own = {key: value for key, value in entry.items() if key != USE}
    shared = _found(entry[USE], fields, ("fields", at, USE), FIELDS)
    return {**laid(shared, own), **{key: own[key] for key in _WHOLE if key in own}}


def _found(name: Any, parts: Mapping[str, Any], place: tuple[str | int, ...], file: str) -> Mapping[str, Any]:
    part = parts.get(name) if isinstance(name, str) else None
    if isinstance(part, Mapping):
        return part
    near = get_close_matches(str(name), parts, n=1)
    advice = f"did you mean `{near[0]}`?" if near else "add it there, or write it out here"
    raise UnknownPart(place, f"{name} is not in {file}; {advice}")


def laid(below: Any, above: Any) -> Any:
    """One value over another: mappings key by key, everything else replaced."""
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    return {**below, **{key: laid(below[key], value) if key in below else value for key, value in above.items()}}
