"""What a resident is told when their case changes, in their language, on their channel."""

from agent_console.deps import Present, Town
from case_store.messages import Outgoing, Part
from case_store.models import Case
from kit import formats
from kit.words import Words

CASE_UPDATE = "case_update"


def case_sentence(words: Words, town: Town, *, case: Case, state: str, reason: str, language: str, zone: str) -> str:
    """The message for a case that goes to `state`; the reason is in it, word for word."""
    reopened = state == "open" and case.state in {"resolved", "rejected", "closed", "cancelled"}
    key = f"told.{case.kind}.{'reopened' if reopened else state}"
    if reason and words.has(language, f"{key}_because"):
        key += "_because"
    return words.text(
        language,
        key,
        reference=case.reference,
        service=town.service_label(case.service_code, language),
        team=town.team_label(case.team_code, language),
        due=formats.date_without_weekday(case.due_at, language),
        reason=reason,
    )


def outgoing(present: Present, *, channel_kind: str, text: str, language: str, kind: str) -> Outgoing:
    """The text with its parts as the channel carries them; a text that renders to nothing still leaves as it is."""
    parts = present(channel_kind, text, (), language)
    return Outgoing(text=text, parts=tuple(parts) or (Part(text),), kind=kind)
