"""Why a message was answered so: plain data that is kept with the turn, printed by `guichet chat --why` and shown to
agents beside what was said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReadAct:
    """An act that was read in words `first` to `last` (not included), and for which reason.

    `act` is the act as scenario files write it; `values` are what it holds, by name; `words` are those that say it.
    """

    act: str
    kind: str
    strength: str
    words: str
    why: str
    first: int
    last: int
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.act} {self.strength} [{self.first}-{self.last - 1}] {self.why}"


@dataclass(frozen=True, slots=True)
class HeardClause:
    """A clause with the intent that the interpreter gives it, and how sure it is."""

    words: str
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was read in one message, or one demand of it.

    `denials` are (kind, words); `possible` is what may be meant and is not done unasked; `fell` has a reason each.
    """

    said: str
    clauses: tuple[HeardClause, ...] = ()
    denials: tuple[tuple[str, str], ...] = ()
    chosen: tuple[ReadAct, ...] = ()
    possible: tuple[ReadAct, ...] = ()
    fell: tuple[tuple[ReadAct, str], ...] = ()

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts that were chosen, each once."""
        return tuple(dict.fromkeys(one.act for one in self.chosen))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"« {self.said} »"
        for clause in self.clauses:
            yield f"  clause: {clause.words} [{clause.intent} {clause.confidence:.2f}]"
        yield from (f"  denied by {kind}: {words}" for kind, words in self.denials)
        yield from (f"  + {one}" for one in self.chosen)
        yield from (f"  ? {one}" for one in self.possible)
        yield from (f"  - {one}: {why}" for one, why in self.fell)
