"""Services that are named where something is denied, and therefore not begun."""

from collections.abc import Iterator

from bot.acts import Decline
from bot.choosing.strength import Strength
from bot.reading.findings import SERVICES, Findings
from bot.reading.reading import Context, Reading

_SURE = 0.6


def read_decline(findings: Findings, context: Context) -> Iterator[Reading]:
    """A service named within a denial; without a name, the one that the interpreter hears in a refusal.

    While another service is prepared only a refused wish counts: "pas le canapé" is about its list.
    """
    for denial in findings.denials:
        if denial.kind == "command":
            continue
        named = [one for one in findings.named if denial.first <= one[0] < denial.last]
        strength = Strength.PLAIN if denial.kind == "wish" or context.flow is None else Strength.POSSIBLE
        for at, (first, last, code) in enumerate(named):
            start = first if at else denial.first
            yield Reading(Decline(code), strength, start, last, f"denied by {denial.kind}")
        clause = findings.clause_at(denial.first)
        guess = clause.prediction
        is_told = guess.intent.startswith(SERVICES) and guess.confidence >= _SURE
        if denial.kind == "wish" and not named and not clause.named and is_told and context.flow is None:
            why = f"refused, model {guess.confidence:.2f}"
            yield Reading(Decline(guess.intent), Strength.LIKELY, denial.first, clause.last, why)
