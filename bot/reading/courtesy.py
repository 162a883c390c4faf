"""Manners that stand in the place of an answer: thanks, small talk, anger. They are never data."""

from collections.abc import Iterator

from bot.acts import Act, Chat, Grumble, Thank
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading

_GROUPS: tuple[tuple[str, type[Act]], ...] = (
    ("grumbles", Grumble),
    ("thanks", Thank),
    ("received_it", Chat),
    ("chatter", Chat),
)
_AROUND = ("greeting", "goodbye", "fillers", "yes", "no", "degree")


def read_courtesy(findings: Findings, context: Context) -> Iterator[Reading]:
    """A message of nothing but manners; beside other words they mean nothing that is looked for here."""
    said = findings.said
    told = [(group, act) for group, act in _GROUPS if said.has(group)]
    if not told or said.rest_without(*(group for group, _ in _GROUPS), *_AROUND):
        return
    yield Reading(told[0][1](), Strength.PLAIN, 0, len(said.words), f"nothing but {told[0][0]}")
