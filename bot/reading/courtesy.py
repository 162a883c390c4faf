"""Manners that stand in the place of an answer: thanks, small talk, anger. They are never data."""

from collections.abc import Iterator

from bot.acts import Act, Chat, Grumble, Thank
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from services.words.said import Said

_GROUPS: tuple[tuple[str, type[Act]], ...] = (
    ("grumbles", Grumble),
    ("thanks", Thank),
    ("received_it", Chat),
    ("chatter", Chat),
)
_EDGES = ("greeting", "thanks", "goodbye")
_AROUND = ("greeting", "goodbye", "fillers", "yes", "no", "degree")


def read_courtesy(findings: Findings, context: Context) -> Iterator[Reading]:
    """A message of nothing but manners; beside other words they mean nothing that is looked for here."""
    said = findings.said
    told = [(group, act) for group, act in _GROUPS if said.has(group)]
    if not told or said.rest_without(*(group for group, _ in _GROUPS), *_AROUND):
        return
    yield Reading(told[0][1](), Strength.PLAIN, 0, len(said.words), f"nothing but {told[0][0]}")


def without_manners(said: Said) -> Said:
    """The words without greetings and thanks at their edges: "une Clio merci beaucoup" is a Clio."""
    spans = [span for group in _EDGES for span in said.group_spans(group)]
    polite = {at for first, last in spans for at in range(first, last)}
    rest = [at for at in range(len(said.words)) if at not in polite]
    if not rest or len(rest) == len(said.words):
        return said
    first, last = rest[0], rest[-1]
    start = said.words[first].start if first else 0
    end = said.words[last].end if last + 1 < len(said.words) else len(said.text)
    return said.part(start, end)
