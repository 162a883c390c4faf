"""What a text message costs, and how to write it in fewer segments.

Alphabet, extension table and escape: 3GPP TS 23.038 section 6.2.1; segment sizes: TS 23.040 (concatenation header).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
"""Characters that take an escape and so two septets."""
_ALPHABET = BASIC | EXTENSION

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2007\u2009\u2002\u2003\u200a\t", " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•", "-"),
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "№": "no",
        "°": "o",
        "º": "o",
        "ª": "a",
        "²": "2",
        "³": "3",
        "¹": "1",
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
        "·": "-",
        "×": "x",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_GUILLEMETS = re.compile("«[ \u00a0\u202f]*|[ \u00a0\u202f]*»")
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SIZES: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels. `characters` and `remaining` (before one more segment) are in units of the encoding."""

    encoding: Encoding
    characters: int
    segments: int
    remaining: int


def is_gsm7(text: str) -> bool:
    """Whether the text needs nothing but the GSM 7-bit alphabet."""
    return _ALPHABET.issuperset(text)


def fold(text: str, *, keep_accents: bool = False) -> str:
    """The text with plain spaces, quotes, apostrophes and dashes, idempotent.

    Accents outside the alphabet (ê, î, ç...) are dropped, unless the town keeps them where the text
    takes no more segments for it, or another character needs UCS-2 anyway.
    """
    plain = _GUILLEMETS.sub('"', unicodedata.normalize("NFC", text)).translate(_PLAIN)
    plain = _UNSENDABLE.sub("", plain)
    if is_gsm7(plain):
        return plain
    bare = "".join(map(_without_accent, plain))
    is_free = keep_accents and segments(plain).segments <= segments(bare).segments
    return plain if is_free or not is_gsm7(bare) else bare


def _without_accent(character: str) -> str:
    if character in _ALPHABET:
        return character
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in BASIC else character


def segments(text: str) -> Segments:
    """How many segments the text takes. An empty text takes none."""
    encoding: Encoding = "GSM-7" if is_gsm7(text) else "UCS-2"
    widths = _widths(text, encoding)
    single, several = _SIZES[encoding]
    total = sum(widths)
    if total <= single:
        return Segments(encoding, total, 1 if text else 0, single - total)
    count, used = _fill(widths, several)
    return Segments(encoding, total, count, several - used)


def _widths(text: str, encoding: Encoding) -> list[int]:
    if encoding == "GSM-7":
        return [2 if character in EXTENSION else 1 for character in text]
    return [2 if character > "\uffff" else 1 for character in text]


def _fill(widths: list[int], size: int) -> tuple[int, int]:
    """Segments taken and units used in the last: an escape or a surrogate pair is never cut in two."""
    count, used = 1, 0
    for width in widths:
        if used + width > size:
            count, used = count + 1, 0
        used += width
    return count, used
