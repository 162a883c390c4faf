"""What every reader may know of a message, worked out once: clauses, services named, denials, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from bot.reading.clauses import Stretch, clauses_of, part_of
from bot.reading.denials import Denial, denials_in
from bot.reading.sense import Sense
from intents.contract import OUT_OF_SCOPE, Prediction
from services.town.loading import Town
from services.words.other_languages import Written
from services.words.said import Said

SERVICES = ("report.", "request.")
_MOST = 12
"""Names in one clause, and denials in one message, that are looked at: nobody wishes for more at once."""

_LEAST_WORDS = 3
"""Words of a part about which the interpreter knows anything."""


@dataclass(frozen=True)
class Clause:
    """Words `first` to `last` of the message, with what the interpreter takes them for alone."""

    first: int
    last: int
    said: Said
    prediction: Prediction
    named: tuple[tuple[int, int, str], ...]

    def spans(self, group: str) -> list[Stretch]:
        """Where phrases of a word group stand, in word numbers of the message."""
        return [(self.first + first, self.first + last) for first, last in self.said.group_spans(group)]


@dataclass(frozen=True)
class Findings:
    """A message as readers see it. `named`: where which service is called by its name.

    `prediction` is the interpreter's own word; `whole` what the message comes to once the town's words are heard too;
    `written` the other language that it is in.
    """

    said: Said
    prediction: Prediction
    clauses: tuple[Clause, ...]
    denials: tuple[Denial, ...]
    whole: Sense
    written: Written | None = None

    @property
    def is_part(self) -> bool:
        """Whether the clauses are parts of a longer message."""
        return len(self.clauses) > 1

    @cached_property
    def named(self) -> tuple[tuple[int, int, str], ...]:
        return tuple(one for clause in self.clauses for one in clause.named)

    def clause_at(self, position: int) -> Clause:
        """The clause in which a word stands."""
        return next(clause for clause in self.clauses if clause.first <= position < clause.last)

    def is_denied(self, position: int) -> bool:
        """Whether a denial reaches this word."""
        return any(denial.first <= position < denial.last for denial in self.denials)

    def doubt(self, position: int) -> str | None:
        """ "reported" or "supposed", where such words stand before this one in its clause."""
        clause = self.clause_at(position)
        for why in ("reported", "supposed"):
            if any(first <= position for first, _ in clause.spans(why)):
                return why
        return None


def find(
    said: Said, prediction: Prediction, parts: Sequence[Prediction], town: Town, whole: Sense | None = None
) -> Findings:
    """Everything found once. `parts` are the predictions of the clauses; without them the message stays whole.

    `whole` is what the message comes to with the town's own words heard.
    """
    edges = clauses_of(said)
    if len(edges) < 2 or len(parts) != len(edges):
        edges, parts = ((0, len(said.words)),) if said.words else (), (prediction,)
    clauses = tuple(_clause(said, edge, part, town) for edge, part in zip(edges, parts, strict=False))
    named = tuple(one for clause in clauses for one in clause.named)
    denials = tuple(islice(denials_in(said, edges, named), _MOST))
    written = town.other_languages.read(said.text)
    return Findings(said, prediction, clauses, denials, whole or Sense(said, prediction), written)


def _clause(said: Said, edge: Stretch, prediction: Prediction, town: Town) -> Clause:
    own = part_of(said, edge)
    spans = town.topics.spans_in(own)[:_MOST]
    named = tuple((edge[0] + first, edge[0] + last, code) for first, last, code in spans)
    return Clause(*edge, own, _of_part(prediction, own), named)


def _of_part(prediction: Prediction, part: Said) -> Prediction:
    if len(part.words) >= _LEAST_WORDS:
        return prediction
    return replace(prediction, intent=OUT_OF_SCOPE, confidence=0.0, alternatives=())
