"""Why the assistant answered so, in words that agents understand: acts by their labels, services by their names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_console.showing.labels import Labels
from case_store.conversations.reasons import Reason

_NO_SUBJECT = "out_of_scope"
_SURE = re.compile(r"model ([01]\.\d+)")
_INTENT = re.compile(r"(talk|ask|report|request)\.\w+")
_ABOUT = ("service", "to", "state", "about", "language")
_WHY: Mapping[str, str] = {
    "named": "named",
    "words": "words",
    "nothing": "alone",
    "stop, in a chat": "alone",
    "denied": "denied",
    "level with": "level",
    "said by the rest": "covered",
    "taken out or put in": "items",
    "asks where": "status",
    "a case of theirs": "own_case",
    "a call is asked": "call",
    "does not know": "unknown_word",
    "asked for by its name": "words",
    "written in it": "written",
}
"""How the reasons of `bot/reading` and `bot/choosing` begin, and the word for each."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """An act or a subject: `words` of the message that say it, and `why` they do; each may be empty."""

    what: str
    words: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """`name` is danger, subject, chosen, possible or fell."""

    name: str
    lines: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One message, or one demand of it, and what was made of it."""

    said: str
    groups: tuple[ReasonGroup, ...]


def reason_views(reasons: Sequence[Reason], labels: Labels) -> tuple[ReasonView, ...]:
    """One for each message that was read."""
    return tuple(ReasonView(str(reason.get("said", "")), tuple(_groups(reason, labels))) for reason in reasons)


def _groups(reason: Reason, labels: Labels) -> Iterator[ReasonGroup]:
    if "danger" in reason:
        yield ReasonGroup("danger", (_danger(reason, labels),))
        return
    clauses = reason.get("clauses") or ()
    yield ReasonGroup("subject", tuple(_subject(each, labels, is_part=len(clauses) > 1) for each in clauses))
    fell = [(act, why) for act, why in reason.get("fell") or ()]
    for name, told in (
        ("chosen", [_line(act, labels) for act in reason.get("chosen") or ()]),
        ("possible", [_line(act, labels) for act in reason.get("possible") or ()]),
        ("fell", [_line(act, labels, str(why)) for act, why in fell]),
    ):
        if told:
            yield ReasonGroup(name, tuple(dict.fromkeys(told)))


def _danger(reason: Mapping[str, Any], labels: Labels) -> ReasonLine:
    """The danger by its name, and why it was answered at once."""
    first = labels.told("reasons.why.danger")
    chance = reason.get("chance")
    why = f"{labels.told('reasons.sure', percent=_percent(chance))}, {first}" if chance else first
    return ReasonLine(labels.town.danger_label(str(reason["danger"]), labels.language), why=why)


def _subject(clause: Mapping[str, Any], labels: Labels, *, is_part: bool) -> ReasonLine:
    words = str(clause["words"]) if is_part else ""
    if clause["intent"] == _NO_SUBJECT:
        return ReasonLine(labels.told("reasons.none"), words)
    sure = labels.told("reasons.sure", percent=_percent(clause["confidence"]))
    return ReasonLine(labels.service(clause["intent"]), words, sure)


def _line(act: Mapping[str, Any], labels: Labels, fell: str = "") -> ReasonLine:
    return ReasonLine(_act(act, labels), str(act["words"]), _why(fell or str(act["why"]), labels))


def _act(act: Mapping[str, Any], labels: Labels) -> str:
    """The act's label with what it is about; that of one without it, where nothing is named, ends before the colon."""
    values: Mapping[str, str] = act.get("values") or {}
    told = [_value(name, values[name], labels) for name in _ABOUT if values.get(name)]
    if values.get("items"):
        told.append(values["items"].replace("|", ", "))
    label = labels.act(act["kind"], ", ".join(told))
    return label if told else label.rstrip(" \u00a0\u202f:")


def _value(name: str, value: str, labels: Labels) -> str:
    if name == "language":
        return labels.language_name(value)
    return labels.service(value) if name in {"service", "to"} else labels.word("act_about", value)


def _why(told: str, labels: Labels) -> str:
    """The reason in words; nothing for one that has none."""
    sure = _SURE.search(told)
    found = [labels.told("reasons.why.model", percent=_percent(float(sure[1])))] if sure else []
    key = next((key for start, key in _WHY.items() if told.startswith(start)), None)
    if told.startswith("under "):
        kind = told.removeprefix("under ").partition("(")[0]
        found.append(labels.told("reasons.why.under", act=_act({"kind": kind}, labels)))
    elif key is not None:
        found.append(labels.told(f"reasons.why.{key}"))
    elif _INTENT.fullmatch(told):
        found.append(labels.told("reasons.why.words"))
    found += [labels.told(f"reasons.why.{doubt}") for doubt in ("reported", "supposed") if told.endswith(doubt)]
    return ", ".join(found)


def _percent(share: float) -> int:
    return round(share * 100)
