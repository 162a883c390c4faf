"""A message in a language that the assistant does not speak: as a whole, or asked for by its name."""

from collections.abc import Iterator

from bot import kinds
from bot.acts import WriteIn
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from services.words.other_languages import Written

_ASKS = "talk.language"


def read_other_language(findings: Findings, context: Context) -> Iterator[Reading]:
    """The whole message, whatever else its words look like; "vous parlez espagnol ?" where nothing is prepared."""
    end, written = len(findings.said.words), findings.written
    if written is not None:
        if written.language not in context.town.city.languages and not _is_by_the_way(written, context):
            yield Reading(WriteIn(written.language), Strength.CERTAIN, 0, end, f"written in it: {written.extent}")
        return
    if context.flow is None and findings.prediction.intent == _ASKS:
        called = context.town.other_languages.called_in(findings.said.text)
        if called is not None and called not in context.town.city.languages:
            yield Reading(WriteIn(called), Strength.CERTAIN, 0, end, "asked for by its name")


def _is_by_the_way(written: Written, context: Context) -> bool:
    """Borrowed words of thanks, or an answer in free words of somebody who knows how to go on."""
    if written.extent != "talk":
        return context.flow is not None or not context.is_new
    return context.is_told_language and context.asked is not None and context.asked.kind in kinds.OPEN
