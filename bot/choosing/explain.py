"""Why it answered so, in a few lines for people: `guichet chat --why` prints them."""

from collections.abc import Iterator

from bot.choosing.choose import Choice
from bot.reading.findings import Findings
from bot.reading.reading import Reading


def explain(findings: Findings, choice: Choice) -> str:
    """The clauses, what is denied, what was chosen, what may be meant, what fell and why."""
    return "\n".join(_lines(findings, choice))


def _lines(findings: Findings, choice: Choice) -> Iterator[str]:
    yield f"« {findings.said.text} »"
    for clause in findings.clauses:
        words = findings.said.slice(clause.first, clause.last)
        yield f"  clause: {words} [{clause.prediction.intent} {clause.prediction.confidence:.2f}]"
    for denial in findings.denials:
        yield f"  denied by {denial.kind}: {findings.said.slice(denial.first, denial.last)}"
    yield from (f"  + {_told(one)}" for one in choice.chosen)
    yield from (f"  ? {_told(one)}" for one in choice.possible)
    yield from (f"  - {_told(one)}: {why}" for one, why in choice.fell)


def _told(one: Reading) -> str:
    return f"{one.act} {one.strength.name} [{one.first}-{one.last - 1}] {one.why}"
