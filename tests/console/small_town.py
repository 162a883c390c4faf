"""Montlieu in a few words: what the console is told of its town, and how its messages are cut."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agent_console.access.deps import Measured
from case_store.conversations.saying import Part
from channels.sms import gsm7
from services.declarations.workflow import Workflow
from services.town.loading import Town, load_town

LABELS = {
    "voirie": {"fr": "Voirie", "en": "Roads"},
    "etat_civil": {"fr": "État civil", "en": "Civil registry"},
    "relation_usagers": {"fr": "Relation usagers", "en": "Residents' relations"},
    "report.pothole": {"fr": "Nid-de-poule", "en": "Pothole"},
    "request.birth_certificate": {"fr": "Acte de naissance", "en": "Birth certificate"},
    "location": {"fr": "Lieu", "en": "Place"},
    "danger": {"fr": "Danger", "en": "Danger"},
    "identity": {"fr": "Pièce d'identité", "en": "Proof of identity"},
}
TEAMS = ("voirie", "etat_civil", "relation_usagers")


@cache
def montlieu() -> Town:
    """The demo town, whose services have forms."""
    return load_town(Path(__file__).parents[2] / "data", "https://montlieu.example")


class SmallTown:
    """Montlieu, in a few words."""

    name = "Montlieu"
    phone = "+33199980021"

    def __init__(self) -> None:
        self.movers: dict[str, tuple[str, ...]] = {}  # who may move a case to a step

    def follow_link(self, reference: str) -> str:
        return f"https://montlieu.example/suivi/{reference}"

    def channel_name(self, channel_id: str, language: str) -> str:
        return {"sms-sport": {"fr": "Sports", "en": "Sports"}}.get(channel_id, {}).get(language, "")

    def team_codes(self) -> Sequence[str]:
        return TEAMS

    def team_label(self, code: str, language: str) -> str:
        return LABELS.get(code, {}).get(language, code)

    document_label = team_label

    def steps(self, service_code: str, version: int) -> Workflow:
        """Services of few words have none; those of the demo town their own."""
        own = montlieu().services[service_code].workflow if service_code not in LABELS else ()
        return tuple(step.model_copy(update={"by": self.movers.get(step.code, ())}) for step in own)

    def danger_label(self, code: str, language: str) -> str:
        return montlieu().emergencies[code].names.on(language)

    def service_label(self, code: str, language: str, version: int | None = None) -> str:
        return self.team_label(code, language)

    def field_label(self, service_code: str, version: int, name: str, language: str) -> str:
        return self.team_label(name, language)

    def field_value(self, service_code: str, version: int, name: str, value: str, language: str) -> str:
        return {"yes": {"fr": "Oui", "en": "Yes"}}.get(value, {}).get(language, value)


def measure(channel_kind: str, text: str) -> Measured:
    if channel_kind != "sms":
        return Measured(len(text), 4000)
    counted = gsm7.segments(gsm7.fold(text, keep_accents=True))
    return Measured(counted.characters, 1600, counted.segments, counted.encoding)


def present(channel_kind: str, text: str, choices: Sequence[tuple[str, str]], language: str) -> tuple[Part, ...]:
    """A text message leaves in pieces of a hundred characters, so that tests see several parts."""
    if channel_kind != "sms":
        return (Part(text, tuple(choices)),)
    return tuple(Part(text[start : start + 100]) for start in range(0, len(text), 100))
