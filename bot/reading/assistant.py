"""What is asked of the assistant itself: whether it is a machine, what becomes of what is told, what it can do, and why
it asks what it asks."""

from collections.abc import Iterator

from bot.acts import AskAssistant, AskMeaning, AskWhy, WantPerson
from bot.choosing.strength import Strength
from bot.reading.answers import knows_not
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading

_LONGEST = 9
_VAGUE = ("something", "wish", "greeting", "lead_ins", "fillers", "determiner", "place_in")


def read_assistant(findings: Findings, context: Context) -> Iterator[Reading]:
    """Asked in so many words, and where no service is told with them."""
    whole, said, last = findings.whole, findings.said, len(findings.said.words)
    if not whole.is_service:
        for first, end in said.group_spans("machine")[:1]:
            yield Reading(AskAssistant("machine"), Strength.CERTAIN, first, end, "words")
        if said.has("call_back"):
            yield Reading(WantPerson(), Strength.PLAIN, 0, last, "a call is asked for")
    if (whole.is_question or said.ends_as_question) and said.has("privacy"):
        yield Reading(AskAssistant("privacy"), Strength.CERTAIN, 0, last, "words")
    if _is_vague(findings, context):
        yield Reading(AskAssistant("help"), Strength.PLAIN, 0, last, "nothing else")


def _is_vague(findings: Findings, context: Context) -> bool:
    """ "je veux signaler un problème": what about is still to be said."""
    said = findings.said
    is_vague = context.flow is None and said.has("something") and not said.has("my_case")
    return is_vague and not said.rest_without(*_VAGUE)


def read_explaining(findings: Findings, context: Context) -> Iterator[Reading]:
    """Why something is asked and what it means, where the town has words for it; a longer message tells something."""
    said, last = findings.said, len(findings.said.words)
    if context.question is None:
        return
    is_short = last <= _LONGEST
    if is_short and said.has("why") and _has_reason(context):
        yield Reading(AskWhy(), Strength.PLAIN, 0, last, "words")
        return
    asks = is_short and said.has("explain") and not said.has("price_noun")
    if (asks or knows_not(context.asked, findings.whole)) and context.has_help:
        yield Reading(AskMeaning(), Strength.PLAIN, 0, last, "words" if asks else "does not know")


def _has_reason(context: Context) -> bool:
    if context.flow is None or context.question is None:
        return False
    return context.asked is not None or context.has_words(f"why.{context.question.name.partition(':')[0]}")
