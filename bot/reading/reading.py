"""One thing that words may mean, and what a reader may know of what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import Act
from bot.choosing.strength import Strength
from bot.dialogue_state import DOCUMENT, Filed, Flow, Question
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
    """What is open, read only: a service with its values, the field or other question asked, the resident's cases.

    `filed`: the case that was filed last, while nothing has begun since; `waiting` are the services put aside;
    `has_files`: files came with the message, taken or not; `can_resume`: something waits or was given up; `is_new`: it
    is the first message; `is_told_language`: the resident has been told, in another language, how to go on.
    """

    town: Town
    flow: Flow | None = None
    asked: ServiceField | None = None
    question: Question | None = None
    cases: Sequence[CaseFacts] = ()
    filed: Filed | None = None
    waiting: Sequence[str] = ()
    has_files: bool = False
    can_resume: bool = False
    is_new: bool = False
    is_told_language: bool = False

    @property
    def is_idle(self) -> bool:
        """Nothing is being prepared, and nothing has been asked."""
        return self.flow is None and self.question is None

    @property
    def has_help(self) -> bool:
        """Whether the town has words for what the open question means."""
        if self.asked is not None:
            return self.asked.help is not None
        name = self.question.name if self.question is not None else ""
        return name.startswith(DOCUMENT) and self.has_words(f"document.help.{name.removeprefix(DOCUMENT)}")

    def has_words(self, key: str) -> bool:
        """Whether the town says something under this key, as it then does in each of its languages."""
        return self.town.replies.has(self.town.city.languages[0], key)

    @property
    def service(self) -> Service | None:
        """The service being prepared."""
        return self.town.services[self.flow.code] if self.flow is not None else None

    def has_case_of(self, code: str | None) -> bool:
        """Whether the resident has a case of a service; of any, where none is named."""
        return any(code in {None, case.service_code} for case in self.cases)
