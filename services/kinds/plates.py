"""Registration plates: today's AB-123-CD, those from before 2009, and anything like a plate when insisted on."""

import re

from services.declarations.declaration import ServiceField
from services.kinds.reading import Fault, Outcome, Reading, positive
from services.words.said import Said

_CURRENT = re.compile(r"([A-Z]{2})(\d{3})([A-Z]{2})")
_IN_A_ROW = re.compile(r"(?<!\w)([a-z]) ?([a-z]) ?(\d) ?(\d) ?(\d) ?([a-z]) ?([a-z])(?!\w)")
"""A plate among other words of the answer, its figures also one by one: "gx 218 tr, une 208 blanche"."""
_APART = re.compile(r"[ .,/_\-–]")
"""What may stand between the characters of a plate given as the answer: "A B 123 C D"."""
_OLD = re.compile(r"(\d{1,4})[ -]?([A-Z]{1,3})[ -]?(\d{2,3}|2[AB])")
_FOREIGN = re.compile(r"[A-Z0-9][A-Z0-9 \-]{2,10}[A-Z0-9]")


def plate_answer(field: ServiceField, said: Said) -> Outcome:
    told = plate_told(field, said)
    if told is not None:
        return told
    typed = said.without_lead_in().upper()
    has_digit = any(character.isdecimal() for character in typed)
    if match := _CURRENT.fullmatch(_APART.sub("", typed)):
        return Reading("-".join(match.groups()))
    if match := _IN_A_ROW.search(_in_figures(said)):
        first, second, *figures, third, fourth = match.groups()
        return Reading(f"{first}{second}-{''.join(figures)}-{third}{fourth}".upper())
    if match := _OLD.fullmatch(typed):
        return Reading(" ".join(match.groups()))
    is_foreign = _FOREIGN.fullmatch(typed) and has_digit and any(map(str.isalpha, typed))
    return Fault(insisted=typed if is_foreign else None) if has_digit else None


def _in_figures(said: Said) -> str:
    """The folded words with those of numbers in figures."""
    written, position = [], 0
    while position < len(said.words):
        number, end = said.quantities.get(position, (None, position + 1))
        is_in_words = number is not None and not said.words[position].folded[0].isdecimal()
        written.append(str(number) if is_in_words else said.words[position].folded)
        position = end if is_in_words else position + 1
    return " ".join(written)


def plate_told(field: ServiceField, said: Said) -> Outcome:
    mentions = positive(said, said.found("plate"))
    if mentions:
        return Reading(str(mentions[-1].value))
    old = next((word.folded for word in reversed(said.words) if is_old_plate(word.folded)), None)
    match = _OLD.fullmatch(old.upper()) if old else None
    return Reading(" ".join(match.groups())) if match else None


def is_old_plate(word: str) -> bool:
    """ "1234ab75" in one word; with blanks it is told by the interpreter, or by its question."""
    match = _OLD.fullmatch(word.upper())
    return match is not None and len(match[2]) > 1
