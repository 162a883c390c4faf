"""Case references such as MTL-26-004F7E: spoken aloud, so no look-alike letters and a check character.

Prefix, two-digit year, five characters of running number and one check, in Crockford's base 32
(https://www.crockford.com/base32.html: no I, L, O, U; I and L read as 1, O as 0).
"""

import re
from contextlib import suppress
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_MODULUS = 31
CAPACITY = 32**5
_EXAMPLE = 4583


class ReferenceSlip(ValueError):
    """The text has the shape of a reference but its check character is wrong."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A well-formed reference; `str()` gives the canonical spelling."""

    prefix: str
    year: int
    number: int

    def __str__(self) -> str:
        digits = _digits(self.number)
        return f"{self.prefix}-{self.year % 100:02d}-{_encode(digits)}{_check(digits)}"


def example_reference(prefix: str, year: int) -> str:
    """A reference as the town writes them, for texts that show what one looks like; it has no slip."""
    return str(Reference(prefix, year, _EXAMPLE))


def _digits(number: int) -> list[int]:
    if not 0 <= number < CAPACITY:
        raise ValueError(f"running number out of range: {number}")
    return [(number >> shift) & 31 for shift in (20, 15, 10, 5, 0)]


def _encode(digits: list[int]) -> str:
    return "".join(ALPHABET[digit] for digit in digits)


def _check(digits: list[int]) -> str:
    return ALPHABET[sum(weight * digit for weight, digit in enumerate(digits, 1)) % _MODULUS]


def parse_reference(text: str, prefix: str) -> Reference | None:
    """The reference in `text`, in any case and with or without separators; None when it has not the shape.

    Raises ReferenceSlip when the shape is right and the check character is not.
    """
    compact = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    match = re.fullmatch(rf"{re.escape(prefix.upper())}([0-9]{{2}})([0-9A-Z]{{6}})", compact)
    if match is None:
        return None
    year, tail = int(match[1]), match[2].translate(_LOOKALIKES)
    if any(character not in ALPHABET for character in tail):
        return None
    digits = [ALPHABET.index(character) for character in tail[:5]]
    if _check(digits) != tail[5]:
        raise ReferenceSlip(text)
    number = 0
    for digit in digits:
        number = number * 32 + digit
    return Reference(prefix.upper(), year, number)


def reference_in(text: str, prefix: str) -> str | None:
    """The first reference without a slip in a line of text, in its canonical spelling."""
    shape = rf"\b{re.escape(prefix)}[-\s]?[0-9]{{2}}[-\s]?[0-9A-Za-z]{{6}}\b"
    for found in re.finditer(shape, text, re.IGNORECASE):
        with suppress(ReferenceSlip):
            if reference := parse_reference(found[0], prefix):
                return str(reference)
    return None
