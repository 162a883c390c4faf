"""Where a case of the resident stands, asked by what the case is about."""

from collections.abc import Iterator

from bot.acts import AskStatus
from bot.choosing.strength import Strength
from bot.reading.begin import is_new
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading


def asks_status(findings: Findings) -> bool:
    """Whether the resident's cases are needed to know what is meant."""
    return findings.said.has("where_is")


def read_status(findings: Findings, context: Context) -> Iterator[Reading]:
    """ "où en est mon lampadaire"; a service of an own case that is only named may be about that case."""
    for clause in findings.clauses:
        code = clause.named[0][2] if clause.named else None
        for first, last in clause.spans("where_is"):
            end = max([last, *(end for _, end, _ in clause.named)])
            if code is not None and context.cases and context.has_case_of(code):
                yield Reading(AskStatus(code), Strength.PLAIN, first, end, "asks where its case stands")
        if code is not None and context.cases and context.has_case_of(code) and not is_new(clause):
            first, last, _ = clause.named[0]
            yield Reading(AskStatus(code), Strength.POSSIBLE, first, last, "a case of theirs")
