"""Services wished for by their name, or told so that the interpreter knows them."""

from collections.abc import Iterator

from bot.acts import Begin
from bot.choosing.strength import Strength, of_model
from bot.reading.findings import SERVICES, Clause, Findings
from bot.reading.reading import Context, Reading


def read_begin(findings: Findings, context: Context) -> Iterator[Reading]:
    """A name with a wish before it is plain; a name alone, or the interpreter's word, is less."""
    for clause in findings.clauses:
        guess = clause.prediction
        for first, last, code in clause.named:
            yield Reading(Begin(code), _strength(clause, context, first, code), first, last, "named")
        if not clause.named and guess.intent.startswith(SERVICES):
            strength = of_model(guess.confidence, is_part=findings.is_part)
            why = f"model {guess.confidence:.2f}"
            yield Reading(Begin(guess.intent), strength, clause.first, clause.last, why, wide=True)


def _strength(clause: Clause, context: Context, first: int, code: str) -> Strength:
    is_wished = any(at <= first for at, _ in clause.spans("wish"))
    if context.has_case_of(code) and context.cases and not is_wished and not is_new(clause):
        return Strength.POSSIBLE
    if is_wished or (context.flow is None and clause.prediction.intent == code):
        return Strength.PLAIN
    return Strength.LIKELY


def is_new(clause: Clause) -> bool:
    """One more of its kind than the resident's own case: another one, or one at a place."""
    return clause.said.has("another", "one_more") or bool(clause.said.found("address", "intersection"))
