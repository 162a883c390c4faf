"""What is told of a matter that the town may know already: repaired, gone, still so, worse."""

from collections.abc import Iterator, Mapping

from bot.acts import News, NewsState
from bot.choosing.strength import Strength
from bot.reading.clauses import Stretch
from bot.reading.findings import SERVICES, Clause, Findings
from bot.reading.reading import Context, Reading

_STATES: Mapping[str, NewsState] = {
    "not_received": "still",
    "still_so": "still",
    "got_worse": "worse",
    "repaired": "repaired",
}
"""Word groups that tell how a matter stands, in order of precedence."""

_NEAR = 4
_SURE = 0.6
"""Words between "quand" and "ce sera réparé": what is awaited is not told."""


def tells_news(findings: Findings) -> bool:
    """Whether the resident's cases are needed to know what is meant."""
    return findings.said.has("repaired", "gone", "still_so", "got_worse", "not_received")


def read_news(findings: Findings, context: Context) -> Iterator[Reading]:
    """News of the service named, or that the interpreter hears; never a question or what is only awaited."""
    for clause in findings.clauses:
        if clause.said.ends_as_question or clause.said.opens_with("question"):
            continue
        state, span = _told(clause, findings, context)
        if state is None or _is_awaited(clause, span):
            continue
        code = _about(clause)
        is_known = bool(context.cases) and context.has_case_of(code)
        if state in {"still", "worse"} and not is_known:
            continue
        why = f"words: {findings.said.slice(*span)}"
        yield Reading(News(state, code), Strength.PLAIN, clause.first, clause.last, why)


def _told(clause: Clause, findings: Findings, context: Context) -> tuple[NewsState | None, Stretch]:
    """What is told, and where; "toujours pas réparé" is no repair."""
    for group, state in _STATES.items():
        spans = clause.spans(group)
        if spans and not (group == "repaired" and _is_negated(findings, spans[0][0])):
            return state, spans[0]
    spans = [span for span in clause.spans("gone") if not _is_negated(findings, span[0])]
    code = _about(clause)
    if spans and code is not None and code in context.town.topics.nuisances:
        return "repaired", spans[0]
    return None, (0, 0)


def _is_negated(findings: Findings, at: int) -> bool:
    """ "n'a pas été ramassée", "never been repaired"."""
    return at in findings.said.ends_of("negator") | findings.said.ends_of("never")


def _is_awaited(clause: Clause, span: Stretch) -> bool:
    """ "prévenez-moi quand ce sera réparé", "il faudrait que ce soit réparé"."""
    return any(span[0] - _NEAR <= first < span[0] for first, _ in clause.spans("not_yet"))


def _about(clause: Clause) -> str | None:
    """The service that the clause names, else the one the interpreter hears in it."""
    if clause.named:
        return clause.named[0][2]
    guess = clause.prediction
    return guess.intent if guess.intent.startswith(SERVICES) and guess.confidence >= _SURE else None
