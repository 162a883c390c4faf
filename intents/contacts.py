"""Telephone numbers, mail addresses and number plates."""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.spans import Spans
from kit.phones import normalise

_PHONE = re.compile(r"(?<![\w+])(?:\+|\(?0)[\d().\-/ \t\u00a0\u202f]{6,24}\d(?!\w)")
_SEPARATORS = re.compile(r"[\u00a0\u202f/\t]")
_MAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@])")
_PLATE = re.compile(r"(?<![\w-])([a-hj-np-tv-z]{2})([ -]?)(\d{3})([ -]?)([a-hj-np-tv-z]{2})(?![\w-])")
_OLD_PLATE = re.compile(r"(?<![\w-])(\d{1,4})([ -]?)([a-z]{2,3})([ -]?)(\d{2}|2a|2b|97\d)(?![\w-])")
_PLATE_CUE = re.compile(r"\b(?:plaque|immatricul\w+|matricule|vehicule|voiture|plate|registration|car|number plate)\b")


def find_mails(spans: Spans) -> Iterator[Entity]:
    if "@" not in spans.folded:
        return
    for match in _MAIL.finditer(spans.folded):
        start = match.start() + len(match[0]) - len(match[0].lstrip(".'-"))
        yield spans.entity("email", spans.text[start : match.end()].lower(), start, match.end())


def find_phones(spans: Spans, region: str) -> Iterator[Entity]:
    for match in _PHONE.finditer(spans.folded):
        number = _number(match[0], region)
        if number:
            value, length = number
            yield spans.entity("phone", value, match.start(), match.start() + length)


def _number(candidate: str, region: str) -> tuple[str, int] | None:
    """The number at the beginning of a run of digits, and how many characters it takes.

    The run may hold more than the number ("06 39 98 00 01 12 rue..."), so shorter beginnings are tried too.
    """
    text = _SEPARATORS.sub(" ", candidate)
    while len(text) >= 8:
        value = normalise(text, region)
        if value:
            return value, len(text)
        text = text[:-1].rpartition(" ")[0].rstrip(" -.(")
    return None


def find_plates(spans: Spans) -> Iterator[Entity]:
    """Plates of the present form anywhere; of the form before 2009 too.

    With blanks between its parts a plate looks like "le 123 av": it must then be in capitals or named as a plate.
    """
    for match in _PLATE.finditer(spans.folded):
        if _is_meant(spans, match, {match[2], match[4]}):
            value = f"{match[1]}-{match[3]}-{match[5]}".upper()
            yield spans.entity("plate", value, match.start(), match.end())
    for match in _OLD_PLATE.finditer(spans.folded):
        if match[3].isalpha() and _is_meant(spans, match, {match[2], match[4]} | {" "}):
            yield spans.entity("plate", f"{match[1]} {match[3]} {match[5]}".upper(), match.start(), match.end())


def _is_meant(spans: Spans, match: re.Match[str], separators: set[str]) -> bool:
    if " " not in separators and len(separators) == 1:
        return True
    named = _PLATE_CUE.search(spans.folded, max(0, match.start() - 40), match.start())
    letters = [character for character in spans.text[match.start() : match.end()] if character.isalpha()]
    return named is not None or (all(map(str.isupper, letters)) and "-" not in separators)
