"""A mail address or telephone number, or plainly none, where one is asked for."""

import re
from collections.abc import Iterator

from bot.acts import Act, Pick, TellContact
from bot.choosing.strength import Strength
from bot.dialogue_state import CONTACT
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from bot.reading.sense import Sense
from kit.phones import normalise
from services.words.said import Said

NO_CONTACT = "no_contact"
_MEANT_AS_NUMBER = 6
_MAIL = re.compile(r"(?<![^\s@<>,;:])[^\s@<>,;:]+@[^\s@<>,;:]+\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){6,14}")
_REFUSALS = frozenset({"talk.deny", "talk.skip"})


def read_contact(findings: Findings, context: Context) -> Iterator[Reading]:
    """Plain where it can be read or is refused; likely where it was only meant to be one."""
    if context.question is None or context.question.name != CONTACT or context.flow is None:
        return
    found, whole, last = contact_in(findings.said), findings.whole, len(findings.said.words)
    if found is not None:
        yield Reading(TellContact(*found), Strength.PLAIN, 0, last, "an address or a number")
    elif whole.command in _REFUSALS:
        yield Reading(Pick(NO_CONTACT), Strength.PLAIN, 0, last, "refused")
    elif act := _loose(whole):
        yield Reading(act, Strength.LIKELY, 0, last, "in other words")


def _loose(whole: Sense) -> Act | None:
    said = whole.said
    if whole.is_question or said.ends_as_question:
        return None
    if "@" in said.text or sum(map(str.isdecimal, said.text)) >= _MEANT_AS_NUMBER:
        return TellContact()
    is_refused = said.opens_with("no", "skip") or said.has("skip") or whole.intent in _REFUSALS
    return Pick(NO_CONTACT) if is_refused else None


def contact_in(said: Said) -> tuple[str, str] | None:
    """The kind and the address, as the interpreter or as the signs tell it."""
    for mention in said.found("email", "phone"):
        return mention.kind, str(mention.value)
    mail = _MAIL.search(said.text)
    if mail:
        return "email", mail[0].rstrip(".").lower()
    number = _NUMBER.search(said.text)
    phone = normalise(number[0]) if number else None
    return ("phone", phone) if phone else None
