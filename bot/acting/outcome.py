"""What is left to be answered of a message once the acts that were chosen in it have been carried out."""

from collections.abc import Iterator, Sequence

from bot.choosing.precedence import CLAUSAL
from bot.hearing import Heard, hear_part
from bot.reading.findings import SERVICES, Clause, Findings
from bot.reading.reading import Reading
from intents.contract import Prediction
from services.town.loading import Town

_SMALL = ("fillers", "greeting", "thanks", "goodbye", "yes", "no", "degree", "received_it", "chatter", "turns", "join")


def rest_of(heard: Heard, taken: Sequence[Reading], town: Town) -> list[Heard]:
    """The runs of clauses that no act has taken and that say something, each as a message of its own."""
    findings = heard.findings
    if findings is None:
        return []
    free = [clause for clause in findings.clauses if not _is_taken(clause, taken) and _says_something(clause)]
    return [_heard(heard, findings, run, town) for run in _runs(free)]


def _is_taken(clause: Clause, taken: Sequence[Reading]) -> bool:
    """Whether an act has the whole clause as its words, or every word of it."""
    for one in taken:
        covers = one.first <= clause.first and clause.last <= one.last
        if covers or (one.act.kind in CLAUSAL and clause.first < one.last and one.first < clause.last):
            return True
    return False


def _says_something(clause: Clause) -> bool:
    rest = clause.said.rest_without(*_SMALL).split()
    return bool(set(rest) - clause.said.lexicon.function_words)


def _runs(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """Clauses that follow each other, together."""
    run: list[Clause] = []
    for clause in clauses:
        if run and run[-1].last != clause.first:
            yield run
            run = []
        run.append(clause)
    if run:
        yield run


def _heard(heard: Heard, findings: Findings, run: Sequence[Clause], town: Town) -> Heard:
    first, last = run[0].first, run[-1].last
    said = findings.said
    end = said.words[last].start if last < len(said.words) else len(said.text)
    return hear_part(heard, said.part(said.words[first].start, end), _prediction(run), town)


def _prediction(run: Sequence[Clause]) -> Prediction:
    """That of the clause which the interpreter knows best, a service before anything else."""
    return max((clause.prediction for clause in run), key=lambda one: (one.intent.startswith(SERVICES), one.confidence))
