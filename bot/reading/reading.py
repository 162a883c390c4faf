"""One thing that words may mean, and what a reader may know of what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import Act
from bot.choosing.strength import Strength
from bot.dialogue_state import Flow, Question
from bot.queries import CaseFacts
from services.declarations.declaration import Service, ServiceField
from services.town.loading import Town


@dataclass(frozen=True, slots=True)
class Reading:
    """Words `first` to `last` (not included) say `act`. `wide`: none of them says it by itself. `why` is for people."""

    act: Act
    strength: Strength
    first: int
    last: int
    why: str
    wide: bool = False

    @property
    def length(self) -> int:
        return self.last - self.first

    def overlaps(self, other: "Reading") -> bool:
        return self.first < other.last and other.first < self.last


@dataclass(frozen=True)
class Context:
    """What is open, read only: a service with its values, the field or other question asked, the resident's cases."""

    town: Town
    flow: Flow | None = None
    asked: ServiceField | None = None
    question: Question | None = None
    cases: Sequence[CaseFacts] = ()

    @property
    def service(self) -> Service | None:
        """The service being prepared."""
        return self.town.services[self.flow.code] if self.flow is not None else None

    def has_case_of(self, code: str | None) -> bool:
        """Whether the resident has a case of a service; of any, where none is named."""
        return any(code in {None, case.service_code} for case in self.cases)
