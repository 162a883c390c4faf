"""Where a case of the resident stands, asked by what the case is about."""

from collections.abc import Iterator

from bot.acts import AskStatus, AskWhen
from bot.choosing.strength import Strength
from bot.reading.begin import is_new, service_of
from bot.reading.findings import Clause, Findings
from bot.reading.reading import Context, Reading


def asks_status(findings: Findings) -> bool:
    """Whether the resident's cases are needed to know what is meant: what is only named may be one of them."""
    if findings.said.has("where_is", "not_received"):
        return True
    return any(_may_be_known(clause) for clause in findings.clauses)


def _may_be_known(clause: Clause) -> bool:
    """A problem told without a wish, and at no place that tells it from another one."""
    code = service_of(clause)
    return code is not None and code.startswith("report.") and not clause.spans("wish") and not is_new(clause)


def read_status(findings: Findings, context: Context) -> Iterator[Reading]:
    """ "où en est mon lampadaire", "je n'ai pas reçu mon acte"; what is only told may be about an own case."""
    for clause in findings.clauses:
        code = service_of(clause)
        yield from _awaited(clause, context, code)
        for first, last in clause.spans("where_is"):
            end = max([last, *(end for _, end, _ in clause.named)])
            is_theirs = bool(context.cases) and context.has_case_of(code)
            if code is not None and (is_theirs or _is_called_own(clause, first, last, context)):
                yield Reading(AskStatus(code), Strength.PLAIN, first, end, "asks where its case stands")
        is_known = code is not None and bool(context.cases) and context.has_case_of(code)
        if is_known and not is_new(clause) and context.filed is None:
            first, last = clause.named[0][:2] if clause.named else (clause.first, clause.last)
            yield Reading(AskStatus(code), Strength.POSSIBLE, first, last, "a case of theirs")


def _is_called_own(clause: Clause, first: int, last: int, context: Context) -> bool:
    """ "où en est mon acte": begun before, though no case is known here; with a place it may be a new report."""
    owned = {at for at, _ in clause.spans("owned")}
    return context.flow is None and not is_new(clause) and not owned.isdisjoint(range(first, last + 1))


def _awaited(clause: Clause, context: Context, code: str | None) -> Iterator[Reading]:
    """What was asked for and has not come begins no second request, whether its case is known here or not."""
    spans = clause.spans("not_received")
    is_request = code is not None and code.startswith("request.") and context.flow is None
    if spans and is_request and not context.has_case_of(code) and not clause.spans("wish"):
        yield Reading(AskStatus(code), Strength.PLAIN, clause.first, clause.last, "asked for and not received")


def read_when(findings: Findings, context: Context) -> Iterator[Reading]:
    """ "c'est pour quand ?", "vous passez quand ?" about the case that has just been filed."""
    filed, said = context.filed, findings.said
    if filed is None or context.flow is not None or findings.whole.topic is not None or said.found("case_reference"):
        return
    is_delay = said.has("delay") and filed.code.startswith("report.")
    if is_delay or said.has("when_done"):
        yield Reading(AskWhen(filed.reference), Strength.PLAIN, 0, len(said.words), "of the case filed last")
