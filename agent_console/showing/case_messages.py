"""What a resident is told when their case changes, in their language, on their channel."""

from collections.abc import Mapping
from typing import Literal

from agent_console.access.deps import ConsoleDeps, Present
from agent_console.showing.case_steps import Target
from case_store.conversations.saying import Outgoing, Part
from case_store.models import Case
from kit import formats
from kit.phones import format_phone

CASE_UPDATE = "case_update"
Way = Literal["here", "page", "phone"]
"""How a resident may answer: to the message itself, on their follow-up page, or by telephone."""

_CLOSED = frozenset({"resolved", "rejected", "closed", "cancelled"})


def way_to_answer(deps: ConsoleDeps, channel_id: str, *, is_owner: bool) -> Way:
    """To the message where the town reads what comes back; the follow-up page opens to the case's own contact only."""
    if deps.is_heard(channel_id):
        return "here"
    return "page" if is_owner else "phone"


def case_sentence(deps: ConsoleDeps, *, case: Case, target: Target, reason: str, language: str, way: Way) -> str:
    """The message for a case that goes there; the reason is in it, word for word. How to answer ends it.

    A step's own words take the place of those of its state.
    """
    values = {
        "reference": case.reference,
        "service": deps.town.service_label(case.service_code, language, case.service_version),
        "team": deps.town.team_label(case.team_code, language),
        "due": formats.date_without_weekday(case.due_at, language),
        "reason": reason,
    }
    sentence = _in_own_words(target, language, values) or _in_words_of_the_state(deps, case, target, language, values)
    answering = _answering(deps, case, target.state, language, way)
    # What comes below a reason of several lines, and an address, each get a line of their own.
    joint = " " if way == "here" and "\n" not in sentence else "\n"
    return joint.join(filter(None, (sentence, answering)))


def _in_own_words(target: Target, language: str, values: Mapping[str, str]) -> str:
    if target.step is None or target.step.told is None:
        return ""
    words = target.step.told.on(language)
    sentence = words.format(**values)
    return sentence if "{reason}" in words or not values["reason"] else f"{sentence}\n{values['reason']}"


def _in_words_of_the_state(
    deps: ConsoleDeps, case: Case, target: Target, language: str, values: Mapping[str, str]
) -> str:
    reopened = target.state == "open" and case.state in _CLOSED
    key = f"told.{case.kind}.{'reopened' if reopened else target.state}"
    if values["reason"] and deps.words.has(language, f"{key}_because"):
        key += "_because"
    return deps.words.text(language, key, **values)


def _answering(deps: ConsoleDeps, case: Case, state: str, language: str, way: Way) -> str:
    key = f"answering.{way}.{case.kind}.{state}"
    if not deps.words.has(language, key):
        return ""
    phone = format_phone(deps.town.phone, language)
    return deps.words.text(language, key, link=deps.town.follow_link(case.reference), phone=phone)


def case_subject(deps: ConsoleDeps, *, case: Case, state: str, language: str) -> str:
    """The subject of a letter about it: the town, the reference, where the case stands."""
    stands = deps.words.text(language, f"subject_state.{case.kind}.{state}")
    return deps.words.text(language, "told_subject", town=deps.town.name, reference=case.reference, state=stands)


def outgoing(
    present: Present, *, channel_id: str, text: str, language: str, kind: str, subject: str | None = None
) -> Outgoing:
    """The text with its parts as the channel carries them; a text that renders to nothing still leaves as it is."""
    parts = present(channel_id, text, (), language)
    return Outgoing(text=text, parts=tuple(parts) or (Part(text),), kind=kind, subject=subject)
