"""What is said to the assistant itself about what is being prepared."""

from collections.abc import Iterator

from bot.acts import Cancel
from bot.choosing.strength import Strength
from bot.reading.findings import Clause, Findings
from bot.reading.reading import Context, Reading

_LONGEST = 14
_INTENT = "talk.cancel"
_AROUND = ("giving_up", "fillers", "thanks", "yes", "no", "correction", "refuses")


def read_control(findings: Findings, context: Context) -> Iterator[Reading]:
    """Giving up: certain alone, likely with the interpreter; where something else is named, only possible."""
    if context.flow is None or len(findings.said.words) > _LONGEST:
        return
    for clause in findings.clauses:
        for first, last in clause.spans("cancel")[:1]:
            yield Reading(Cancel(), _strength(findings, clause), first, last, "words")


def _strength(findings: Findings, clause: Clause) -> Strength:
    if clause.said.is_only("cancel"):
        return Strength.CERTAIN
    if _INTENT not in {findings.prediction.intent, clause.prediction.intent}:
        return Strength.GUESS
    rest = clause.said.rest_without("cancel", *_AROUND).split()
    return Strength.POSSIBLE if set(rest) - clause.said.lexicon.function_words else Strength.LIKELY
