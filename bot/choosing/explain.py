"""Why it answered so: what was found, chosen and dropped, as plain data that is kept with the turn."""

from dataclasses import fields

from bot.choosing.choose import Choice
from bot.reading.findings import Findings
from bot.reading.reading import Reading
from bot.replay.explanation import Explanation, HeardClause, ReadAct


def explain(findings: Findings, choice: Choice) -> Explanation:
    """The clauses, what is denied, what was chosen, what may be meant, what fell and why."""
    said = findings.said
    return Explanation(
        said=said.text,
        clauses=tuple(
            HeardClause(said.slice(each.first, each.last), each.prediction.intent, round(each.prediction.confidence, 2))
            for each in findings.clauses
        ),
        denials=tuple((denial.kind, said.slice(denial.first, denial.last)) for denial in findings.denials),
        chosen=tuple(_told(findings, one) for one in choice.chosen),
        possible=tuple(_told(findings, one) for one in choice.possible),
        fell=tuple((_told(findings, one), why) for one, why in choice.fell),
    )


def _told(findings: Findings, one: Reading) -> ReadAct:
    act = one.act
    held = {each.name: str(value) for each in fields(act) if (value := getattr(act, each.name)) is not None}
    words = findings.said.slice(one.first, one.last)
    return ReadAct(str(act), act.kind, one.strength.name, words, one.why, one.first, one.last, held)
