"""What is told in the middle of a service and no field is for, and what only sounds like a service of the town."""

from collections.abc import Iterator

from bot.acts import OutOfScope, Remark
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from bot.reading.sense import Sense
from services.words.topics import Elsewhere

_SURE = 0.6
_LEAST_WORDS = 4


def read_remark(findings: Findings, context: Context) -> Iterator[Reading]:
    """ "le trou fait 20 cm de profondeur": expected to be nothing else, once nothing that is open has taken it."""
    flow, whole, said = context.flow, findings.whole, findings.said
    if flow is None or whole.is_question or len(said.words) < _LEAST_WORDS or not flow.has_room:
        return
    is_of_it = whole.intent == flow.code and whole.prediction.confidence >= _SURE
    is_of_it |= whole.intent == "case.add_information"
    if is_of_it or said.has("add_to_case", "addition"):
        yield Reading(Remark(), Strength.LIKELY, 0, len(said.words), "of what is being prepared", wide=True)


def read_elsewhere(findings: Findings, context: Context) -> Iterator[Reading]:
    """Named, and no question that the town's data may answer; within a service only where it is wished for."""
    whole, said = findings.whole, findings.said
    is_busy = context.flow is not None and not said.has("wish", "digression")
    if whole.elsewhere is None or is_busy or whole.command is not None:
        return
    if not whole.asks_the_town or (context.flow is None and _is_for_others(whole, whole.elsewhere)):
        yield Reading(OutOfScope(), Strength.PLAIN, 0, len(said.words), whole.elsewhere.label.on("fr"))


def _is_for_others(whole: Sense, elsewhere: Elsewhere) -> bool:
    """ "mon amende, je la paie où ?", "la poste est ouverte ?": who is in charge knows."""
    return elsewhere.told is not None or (elsewhere.team is not None and whole.asks == "ask.fees")
