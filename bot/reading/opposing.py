"""What sounds like opposition to messages and is not plain enough to be obeyed: it is asked back."""

from collections.abc import Iterator

from bot.acts import OptOut
from bot.choosing.strength import Strength
from bot.dialogue_state import FLOW
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading

_INTENT, _SURE = "stop.opt_out", 0.7


def read_opposing(findings: Findings, context: Context) -> Iterator[Reading]:
    """Plain by words, but for a fixed expression; likely where only the interpreter hears it and nothing is open."""
    said, guess, last = findings.said, findings.whole.prediction, len(findings.said.words)
    is_answer = context.question is not None and context.question.purpose == FLOW
    if said.opposition == "ask" and findings.whole.command is None and not is_answer:
        yield Reading(OptOut(), Strength.PLAIN, 0, last, "words")
        return
    is_likely = guess.intent == _INTENT and guess.confidence >= _SURE and context.is_idle
    if is_likely and said.lexicon.stopping.may_be_guessed(said.text):
        yield Reading(OptOut(), Strength.LIKELY, 0, last, f"model {guess.confidence:.2f}", wide=True)
