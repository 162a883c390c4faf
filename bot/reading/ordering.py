"""Which of the services begun goes first: "le trou d'abord", "start with the fridge"."""

from collections.abc import Iterator, Sequence

from bot.acts import GoFirst
from bot.choosing.strength import Strength
from bot.reading.findings import Clause, Findings
from bot.reading.reading import Context, Reading
from kit.text import fold
from services.town.loading import Town
from services.words.said import Said

_TWO = 2


def read_ordering(findings: Findings, context: Context) -> Iterator[Reading]:
    """Only where several are begun, and one of them is named; a question orders nothing."""
    if context.flow is None or not context.waiting or findings.whole.is_question:
        return
    codes = (context.flow.code, *context.waiting)
    for clause in findings.clauses:
        if clause.said.has("goes_first", "begins_with"):
            code = which_of(clause.said, codes, context.town) or _the_other(clause, codes)
            if code is not None:
                yield Reading(GoFirst(code), Strength.PLAIN, clause.first, clause.last, "which goes first")


def _the_other(clause: Clause, codes: Sequence[str]) -> str | None:
    """ "commençons par le frigo", of two services: what is not the one under way is the other."""
    told = set(clause.said.rest_without("begins_with").split()) - clause.said.lexicon.function_words
    is_other = len(codes) == _TWO and clause.spans("begins_with") and told and clause.prediction.intent != codes[0]
    return codes[1] if is_other else None


def which_of(said: Said, codes: Sequence[str], town: Town) -> str | None:
    """The one of some services that is named, or that alone has a word said in its name: "la carte"."""
    named = [code for code in town.topics.services_in(said) if code in codes]
    if named:
        return named[0]
    words = set(said.folded.split()) - said.lexicon.function_words
    shared = [code for code in codes if words & _words_of(code, town)]
    return shared[0] if len(shared) == 1 else None


def _words_of(code: str, town: Town) -> set[str]:
    return {word for name in town.services[code].names.everywhere() for word in fold(name).split()}
