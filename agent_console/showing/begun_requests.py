"""What a resident had told the assistant of a request before a person took over: read from the dialogue's memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agent_console.access.deps import ConsoleDeps
from agent_console.access.forms import identifier
from agent_console.showing.labels import Labels


@dataclass(frozen=True, slots=True)
class BegunRequest:
    """A request that the assistant has not filed. `values` are its answers as a case keeps them, by field; `documents`
    the codes of those that were provided; `files` what was sent with it, `remarks` what no field is for.
    """

    code: str
    version: int
    values: Mapping[str, str]
    documents: frozenset[str]
    files: tuple[UUID, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestView:
    """A begun request beside its conversation: the service and its answers in words, and how much was sent with it."""

    service: str
    answers: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    files: int
    is_known: bool


def request_view(dialogue: Mapping[str, Any], labels: Labels, deps: ConsoleDeps) -> RequestView | None:
    """None where nothing was begun. `is_known`: the town still has the service, so that it can be filed."""
    begun = read_begun_request(dialogue)
    if begun is None:
        return None
    code, version, language = begun.code, begun.version, labels.language
    answers = [
        (
            deps.town.field_label(code, version, name, language),
            deps.town.field_value(code, version, name, value, language),
        )
        for name, value in begun.values.items()
    ]
    is_known = bool(deps.case_forms.fields(code, language))
    return RequestView(labels.service(code), tuple(answers), begun.remarks, len(begun.files), is_known)


def read_begun_request(dialogue: Mapping[str, Any]) -> BegunRequest | None:
    """The request at hand, else the one put aside last; None where nothing was begun or nothing was told of it."""
    flow = dialogue.get("flow") or next(iter(dialogue.get("waiting") or ()), None)
    if not flow:
        return None
    unsettled = {name: place.get("text") for name, place in (flow.get("places") or {}).items()}
    values = {name: str(value) for name, value in {**unsettled, **(flow.get("values") or {})}.items() if value}
    files = [identifier(str(each)) for each in (*(flow.get("files") or ()), *(dialogue.get("files") or ()))]
    return BegunRequest(
        code=str(flow["code"]),
        version=int(flow.get("version") or 0),
        values=values,
        documents=frozenset(code for code, state in (flow.get("documents") or {}).items() if state == "provided"),
        files=tuple(dict.fromkeys(file for file in files if file is not None)),
        remarks=tuple(map(str, flow.get("remarks") or ())),
    )


def read_said_name(dialogue: Mapping[str, Any]) -> str:
    """The name that the resident gave to the assistant for themselves; empty where they gave none."""
    begun = (dialogue.get("flow") or {}).get("values") or {}
    return str(dialogue.get("requester") or begun.get("requester") or "")


def without_request(dialogue: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The memory once this request has been filed: the assistant will not go on with it."""
    left = {**dialogue, "waiting": [flow for flow in dialogue.get("waiting") or () if flow.get("code") != code]}
    if (dialogue.get("flow") or {}).get("code") == code:
        left |= {"flow": None, "question": None, "files": []}
    return left
