"""Manners that stand in the place of an answer: thanks, small talk, anger, a yes or no. They are no data."""

from collections.abc import Iterator

from bot import kinds
from bot.acts import Act, Affirm, Chat, Deny, Grumble, Insult, Thank
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
_ABUSE, _SURE = "alert.abuse", 0.6
_ANSWERS: dict[str, Act] = {"talk.affirm": Affirm(), "talk.deny": Deny(), "talk.skip": Deny()}
_EDGES = ("greeting", "thanks", "goodbye", "pleases")
_AROUND = ("greeting", "goodbye", "fillers", "yes", "no", "degree")


def read_courtesy(findings: Findings, context: Context) -> Iterator[Reading]:
    """A message of nothing but manners; beside other words they mean nothing that is looked for here."""
    yield from _insults(findings)
    yield from _yes_or_no(findings)
    said = findings.said
    told = [(group, act) for group, act in _GROUPS if said.has(group) and _is_meant(act, said, context)]
    if not told or said.rest_without(*(group for group, _ in _GROUPS), *_AROUND):
        return
    yield Reading(told[0][1](), Strength.PLAIN, 0, len(said.words), f"nothing but {told[0][0]}")


def _is_meant(act: type[Act], said: Said, context: Context) -> bool:
    """Anger wherever it stands alone, other manners where they would be data, thanks also where no yes or no is."""
    if act is Grumble:
        return not said.has("abuse")
    is_data = context.asked is not None and context.asked.kind in kinds.OPEN
    return is_data or (act is Thank and not said.has("yes", "no"))


def _insults(findings: Findings) -> Iterator[Reading]:
    """None on the way to saying something useful."""
    whole, said = findings.whole, findings.said
    if said.has("abuse") and not whole.is_service:
        yield Reading(Insult(), Strength.PLAIN, 0, len(said.words), "words")
    elif whole.intent == _ABUSE and whole.prediction.confidence >= _SURE:
        yield Reading(Insult(), Strength.LIKELY, 0, len(said.words), f"model {whole.prediction.confidence:.2f}")


def _yes_or_no(findings: Findings) -> Iterator[Reading]:
    whole, said = findings.whole, findings.said
    act = _ANSWERS.get(whole.intent)
    if act is not None and (whole.command is not None or said.opens_with("yes", "no", "skip")):
        yield Reading(act, Strength.PLAIN, 0, len(said.words), whole.intent)


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
