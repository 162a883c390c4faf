"""Telephone numbers and mail addresses, typed or dictated.

Telephone numbers are read in a text with its numbers in figures (intents.entities.digits); a spelt mail address
("jean point dupont arobase example point org") in the words as they are.
"""

import re
from collections.abc import Iterator

from phonenumbers import country_code_for_region

from intents.contract import Entity
from intents.entities.spans import Spans
from kit.phones import normalise

_BETWEEN = r"\-/_.,() \t\u00a0\u202f\u2009\u2011\u2013"
_PHONE = re.compile(rf"(?<![\w+])(?:\+|\(\+|\(?[0o](?=[\d{_BETWEEN}]))[\d{_BETWEEN}]{{6,34}}\d(?!\w)")
_SEPARATORS = re.compile(r"[/_,\t\u00a0\u202f\u2009\u2011\u2013]")
_REPEATED = re.compile(r"(?<!\w)(double|triple) {1,2}(\d)(?!\d)")
_LETTER_ZERO = re.compile(r"(?<!\w)(?:oh|o)(?= \d(?!\d))")
_LETTER_AMONG_DIGITS = re.compile(r"(?<=\d)o(?=[\do ])|(?<=[\d ])o(?=\d)")
_PLUS = re.compile(r"(?<!\w)plus (?=\d)")
_FEWEST_DIGITS = 8
_MAIL = re.compile(r"[\w.+%'-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@])")


def find_mails(spans: Spans) -> Iterator[Entity]:
    """Mail addresses as they are typed on a keyboard."""
    if "@" not in spans.folded:
        return
    for match in _MAIL.finditer(spans.folded):
        start = match.start() + len(match[0]) - len(match[0].lstrip(".'-"))
        yield spans.entity("email", spans.text[start : match.end()].lower(), start, match.end())


def find_phones(spans: Spans, region: str) -> Iterator[Entity]:
    """Telephone numbers of a region, or with their country's code."""
    text = _dialled(spans.folded, country_code_for_region(region))
    for match in _PHONE.finditer(text):
        number = _number(match[0], region)
        if number:
            value, length = number
            yield spans.entity("phone", value, match.start(), match.start() + length)


def _dialled(text: str, code: int) -> str:
    """The text with "double nine", "oh six" and "plus thirty-three" as they are dialled, every place kept."""
    text = _LETTER_ZERO.sub(lambda found: "0".rjust(len(found[0])), text)
    text = _LETTER_AMONG_DIGITS.sub("0", text)
    if "double " in text or "triple " in text:
        text = _REPEATED.sub(_digits_repeated, text)
    return re.sub(rf"(?<!\w)plus (?={' ?'.join(str(code))}(?!\d))", "   + ", text) if "plus " in text else text


def _digits_repeated(match: re.Match[str]) -> str:
    return (match[2] * (2 if match[1] == "double" else 3)).rjust(len(match[0]))


def _number(candidate: str, region: str) -> tuple[str, int] | None:
    """The number at the beginning of a run of digits, and how many characters it takes.

    The run may hold more than the number ("06 39 98 00 01 12 rue..."), so shorter beginnings are tried too.
    """
    text = _SEPARATORS.sub(" ", "0" + candidate[1:] if candidate[0] == "o" else candidate)
    while sum(map(str.isdigit, text)) >= _FEWEST_DIGITS:
        value = normalise(text, region)
        if value:
            return value, len(text)
        text = text[:-1].rpartition(" ")[0].rstrip(" -.(")
    return None
