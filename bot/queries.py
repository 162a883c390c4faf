"""What `decide` may ask for, and the facts it is answered with.

Everything here is frozen plain data, so that the facts of a turn can be kept and the turn decided again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FindAddress:
    """Look an address up in the gazetteer. Answer: `gazetteer.gazetteer.AddressMatch`."""

    text: str


@dataclass(frozen=True, slots=True)
class NearestAddress:
    """The address nearest to a position. Answer: `gazetteer.gazetteer.AddressMatch`."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class NearbyReports:
    """Open reports of one service near a position. Answer: tuple[NearbyReport, ...], nearest first."""

    service_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class CaseByReference:
    """A case as its own resident may see it, found by canonical reference. Answer: CaseFacts | None.

    `own` says whether the case belongs to this conversation's contact point.
    """

    reference: str


@dataclass(frozen=True, slots=True)
class CasesOfContact:
    """The latest cases of this contact point, newest first, five at most. Answer: tuple[CaseFacts, ...]."""


@dataclass(frozen=True, slots=True)
class CasesInQuestion:
    """The resident's own cases of this conversation about which the town has asked something, and whose answer is to
    come or still coming; the one asked about last first. Answer: tuple[CaseFacts, ...]."""


@dataclass(frozen=True, slots=True)
class EarlierWords:
    """What the resident last said before this turn. Answer: tuple[str, ...], three texts at most, in their order."""


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How long a person is awaited. Answer: QueueFacts."""


@dataclass(frozen=True, slots=True)
class HolderOnDuty:
    """Whether the agent who holds the conversation is at work. Answer: bool."""


@dataclass(frozen=True, slots=True)
class StopHeldByProvider:
    """Whether the provider holds back whatever is sent because of a STOP told to it alone. Answer: bool."""


@dataclass(frozen=True, slots=True)
class NameOfResident:
    """The name on the record of who writes. Answer: str | None."""


Query = (
    FindAddress
    | NearestAddress
    | NearbyReports
    | CaseByReference
    | CasesOfContact
    | CasesInQuestion
    | EarlierWords
    | QueueLoad
    | HolderOnDuty
    | StopHeldByProvider
    | NameOfResident
)


@dataclass(frozen=True, slots=True)
class NearbyReport:
    """An open report near the one being made. `distance` in metres."""

    case_id: UUID
    reference: str
    location_text: str
    distance: int
    opened_on: date
    state: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as told to a resident: no staff text in it. `reason` is the public reason of a rejection."""

    case_id: UUID
    reference: str
    service_code: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    own: bool
    reason: str | None = None
    location_text: str | None = None
    missing_documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The usual wait in minutes; None when not known."""

    usual_minutes: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The moment of the turn and the answers given so far, by query."""

    now: datetime
    answers: Mapping[Query, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """`decide` cannot go on without these; `turn` answers and calls again, three times at most."""

    queries: tuple[Query, ...]
