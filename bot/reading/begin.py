"""Services wished for by their name, or told so that the interpreter knows them."""

from collections.abc import Iterator

from bot.acts import Begin
from bot.choosing.strength import Strength, of_model
from bot.reading.findings import SERVICES, Clause, Findings
from bot.reading.reading import Context, Reading

SURE = 0.6
"""Confidence from which the interpreter alone tells what a clause is about."""


def read_begin(findings: Findings, context: Context) -> Iterator[Reading]:
    """A name with a wish before it is plain; a name alone, or the interpreter's word, is less."""
    for clause in findings.clauses:
        guess = clause.prediction
        for first, last, code in clause.named:
            yield Reading(Begin(code), _strength(clause, context, first, code), first, last, "named")
        if not clause.named and guess.intent.startswith(SERVICES):
            strength = of_model(guess.confidence, is_part=findings.is_part)
            if _is_of_own_case(clause, context, guess.intent, is_wished=bool(clause.spans("wish"))):
                strength = min(strength, Strength.POSSIBLE)
            why = f"model {guess.confidence:.2f}"
            yield Reading(Begin(guess.intent), strength, clause.first, clause.last, why, wide=True)


def _strength(clause: Clause, context: Context, first: int, code: str) -> Strength:
    is_wished = any(at <= first for at, _ in clause.spans("wish"))
    if _is_of_own_case(clause, context, code, is_wished=is_wished):
        return Strength.POSSIBLE
    if is_wished or (context.flow is None and clause.prediction.intent == code):
        return Strength.PLAIN
    return Strength.LIKELY


def _is_of_own_case(clause: Clause, context: Context, code: str, *, is_wished: bool) -> bool:
    """Whether it may be told of a case the resident has: words will always be missing, and a second report is none."""
    return bool(context.cases) and context.has_case_of(code) and not is_wished and not is_new(clause)


def service_of(clause: Clause) -> str | None:
    """The service that a clause names, else the one the interpreter is sure to hear in it."""
    if clause.named:
        return clause.named[0][2]
    guess = clause.prediction
    return guess.intent if guess.intent.startswith(SERVICES) and guess.confidence >= SURE else None


def is_new(clause: Clause) -> bool:
    """One more of its kind than the resident's own case: another one, or one at a place."""
    return clause.said.has("another", "one_more") or bool(clause.said.found("address", "intersection"))
