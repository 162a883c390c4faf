"""What understanding promises: text in, prediction out, whatever the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

OUT_OF_SCOPE = "out_of_scope"


class EngineUnavailable(RuntimeError):
    """The configured understanding engine cannot answer now."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing said: its kind, the normalised value, and where it stands in the text.

    `start` and `end` are character offsets into the utterance as given.
    """

    entity: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """An emergency that a text may tell: a situation of the town's `emergency.yaml`, and the chance of just this."""

    situation: str
    chance: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one utterance most likely means.

    `intent` is a catalogue code or `out_of_scope`; `alternatives` are the five best codes,
    descending, never `out_of_scope`; `confidence` is that of the first alternative.
    `alarms` are the emergencies heard in it, the likeliest first, whatever the intent; `alarm_chance` is that of any
    alarm, None where the engine does not judge it. `second` is what a second engine takes the text for, with its
    confidence, where it is of another mind: kept with the turn, so that people can teach what was meant.
    """

    text: str
    intent: str
    confidence: float
    language: str
    alternatives: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    alarm_chance: float | None = None
    second: tuple[str, float] | None = None

    def found(self, entity: str) -> tuple[Entity, ...]:
        """The entities of one kind, in order of appearance."""
        return tuple(item for item in self.entities if item.entity == entity)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to understand; `language` is a hint (None lets the engine tell)."""

    text: str
    language: str | None = None
    reference_date: date | None = field(default=None)


class Interpreter(Protocol):
    """An understanding engine. Raises EngineUnavailable when it cannot answer."""

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]: ...
