"""A case in plain words: where it stands, what happens next and by when, what happened so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from case_store.models import Case, TimelineEvent
from kit.formats import date_long
from kit.phones import format_phone
from kit.typography import NBSP
from portal.deps import PortalDeps
from services.kinds.presenting import told

_LOOKS: Mapping[str, tuple[str | None, str]] = {
    "new": ("accent", "inbox"),
    "open": ("person", "user-check"),
    "awaiting_resident": ("waiting", "clock"),
    "resolved": ("done", "circle-check"),
    "closed": ("done", "circle-check"),
    "rejected": ("overdue", "circle-x"),
    "cancelled": (None, "circle-x"),
}
"""The tone and the icon of each state."""
_RUNNING = ("new", "open")
_SAID = ("awaiting_resident", "resolved")
"""The states whose reason has no place in their own sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `details` is what the town said of it."""

    title: str
    at: datetime
    details: str | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its resident reads it. `late` when the promised date has passed.

    `said` is what the town said when the case came to this state: the question it asks, what it has done.
    """

    reference: str
    service: str
    kind: str
    state: str
    state_label: str
    tone: str | None
    icon: str
    summary: str
    next_step: str
    said: str | None
    late: bool
    opened_at: datetime
    place: str | None
    answers: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    received: tuple[str, ...]
    team_label: str
    team_phone: str
    team_address: str
    steps: tuple[Step, ...]


def describe_case(deps: PortalDeps, case: Case, events: Sequence[TimelineEvent], language: str) -> CasePage:
    """Words for everything on the page of a case."""
    team, late = deps.team(case.team_code, language), _is_late(deps, case)
    thing = deps.words.text(language, f"thing.{case.kind}")
    phone = format_phone(team.phone, language).replace(" ", NBSP)
    tone, icon = _LOOKS[case.state]
    values = {
        "thing": thing,
        "team": team.label,
        "phone": phone,
        "due": date_long(_local_day(deps, case.due_at), language),
        "reason": case.reason or "",
    }
    return CasePage(
        reference=case.reference,
        service=service_name(deps, case, language),
        kind=case.kind,
        state=case.state,
        state_label=deps.words.text(language, f"case.{case.state}.label"),
        tone=tone,
        icon=icon,
        summary=deps.words.text(language, f"case.{case.state}.summary", **values),
        next_step=deps.words.text(language, f"case.{_next_of(case, late=late)}.next", **values),
        said=case.reason if case.state in _SAID else None,
        late=late,
        opened_at=case.opened_at,
        place=case.location_text,
        answers=tuple(_answers(deps, case, language)),
        missing=_documents(deps, case, "later", language),
        received=_documents(deps, case, "provided", language),
        team_label=team.label,
        team_phone=phone,
        team_address=team.address,
        steps=tuple(step for event in reversed(events) if (step := _step(deps, event, language, thing)) is not None),
    )


def state_badge(deps: PortalDeps, case: Case, language: str) -> tuple[str, str | None, str]:
    """The word for the state of a case, its tone and its icon."""
    return deps.words.text(language, f"case.{case.state}.label"), *_LOOKS[case.state]


def service_name(deps: PortalDeps, case: Case, language: str) -> str:
    """As its version names it; a service that nobody knows any more keeps the title the case was filed under."""
    service = deps.service_as_of(case.service_code, case.service_version)
    return service.names.on(language) if service else case.title


def _is_late(deps: PortalDeps, case: Case) -> bool:
    return case.state in _RUNNING and case.clock_stopped_at is None and deps.clock.now() > case.due_at


def _next_of(case: Case, *, late: bool) -> str:
    """What comes next depends on the date where one runs: a step may make it stand still."""
    if case.state in _RUNNING and case.clock_stopped_at is not None:
        return "standing"
    return "late" if late else case.state


def _answers(deps: PortalDeps, case: Case, language: str) -> list[tuple[str, str]]:
    """What the resident told, in the words of the questions; the place has its own line."""
    service = deps.service_as_of(case.service_code, case.service_version)
    labels = {field.name: field for field in service.fields} if service else {}
    shown = []
    for name, value in case.fields:
        field = labels.get(name)
        if not value or (field is not None and field.kind in ("location", "photo")):
            continue
        shown.append((field.label.on(language), told(field, value, language)) if field else (name, value))
    return [(label, _plain(deps, value, language)) for label, value in shown]


def _plain(deps: PortalDeps, value: str, language: str) -> str:
    key = f"answers.{value}"
    return deps.words.text(language, key) if deps.words.has(language, key) else value


def _documents(deps: PortalDeps, case: Case, state: str, language: str) -> tuple[str, ...]:
    return tuple(deps.document_name(code, language) for code, held in case.documents.items() if held == state)


def _step(deps: PortalDeps, event: TimelineEvent, language: str, thing: str) -> Step | None:
    key = f"steps.{event.kind}"
    if not deps.words.has(language, key):
        return None
    return Step(deps.words.text(language, key, thing=thing), event.at, event.facts.get("reason") or None)


def _local_day(deps: PortalDeps, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(deps.town.zone)).date()
