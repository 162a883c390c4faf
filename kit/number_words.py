"""Whole numbers and quantities in words, French and English, read from the head of a row of folded words.

"quatre vingt dix sept" is 97, "mil neuf cent quatre-vingt-neuf" 1989, "nineteen eighty-seven" a year.
"""

import re
from collections.abc import Callable, Sequence

_FRENCH_UNITS = {
    word: number
    for number, word in enumerate(
        "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
    )
} | {"une": 1}
_FRENCH_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
_UP_TO_NINETEEN = frozenset({60, 80})
"""The tens after which French counts on to nineteen: "soixante-quinze"."""
_ENGLISH_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_ENGLISH_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_HUNDREDS = frozenset({"cent", "cents"})
_THOUSANDS = frozenset({"mille", "mil"})
JOINING = frozenset({"et", "and"})
"""Words that may stand inside a number, and begin or end none."""
NUMBER_WORDS = (
    frozenset(_FRENCH_UNITS)
    | frozenset(_FRENCH_TENS)
    | frozenset(_ENGLISH_UNITS)
    | frozenset(_ENGLISH_TENS)
    | _HUNDREDS
    | _THOUSANDS
    | {"vingts", "hundred", "thousand"}
)
ONES = frozenset({"un", "une", "one"})
"""Articles too: alone they count nothing."""

_NOUNS = {
    "huitaine": 8,
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "paire": 2,
    "dozen": 12,
    "pair": 2,
    "couple": 2,
}
_TIMES = {"une": 1, "a": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "five": 5, "cinq": 5}
_HALVES = frozenset({"half", "demi"})
_BETWEEN = frozenset({"bonne", "petite", "grosse", "good", "an"})
"""What may stand before a noun that counts: "une bonne dizaine"."""
_IN_FIGURES = re.compile(r"(\d{2,3})aine")
QUANTITY_WORDS = frozenset(
    {*NUMBER_WORDS, *JOINING, *_TIMES, *_HALVES, *_BETWEEN, *_NOUNS, *(f"{noun}s" for noun in _NOUNS)}
)
"""All that may belong to a quantity; some of it alone says none."""

LONGEST_QUANTITY = 12
"""Words of one quantity at most: "neuf cent quatre-vingt-dix-neuf mille ..."."""
Read = tuple[int, int]
"""A number and how many words say it."""


def read_quantity(words: Sequence[str]) -> Read | None:
    """A number, or a noun that counts with what multiplies it: "une demi-douzaine", "a couple", "une 20aine".

    "un couple" is two people, and counts nothing.
    """
    first, at, number = _at(words, 0), 0, 1
    if first.isdigit() or first in _TIMES:
        number, at = int(first) if first.isdigit() else _TIMES[first], 1
    halved = False
    while _at(words, at) in _HALVES or (at and _at(words, at) in {*_BETWEEN, "a"}):
        halved = halved or words[at] in _HALVES
        at += 1
    noun = _noun(_at(words, at))
    if noun is None or (at == 0 and not words[0][0].isdigit()) or (words[at] == "couple" and first != "a"):
        return None if first.isdigit() else read_number(words)
    return number * noun // (2 if halved else 1), at + 1


def _noun(word: str) -> int | None:
    figures = _IN_FIGURES.fullmatch(word)
    return int(figures[1]) if figures else _NOUNS.get(word.removesuffix("s"))


def read_number(words: Sequence[str]) -> Read | None:
    """The number that the first words say, and how many they are; None where they begin with none."""
    english, french = _english(words), _french(words)
    if english and (french is None or english[1] > french[1]):
        return english
    return french


def _french(words: Sequence[str]) -> Read | None:
    head = _french_below_thousand(words)
    high, length = head or (1, 0)
    if _at(words, length) not in _THOUSANDS or high == 0:
        return head
    length += 1
    rest = _french_below_thousand(words[length:])
    return (high * 1000 + rest[0], length + rest[1]) if rest else (high * 1000, length)


def _french_below_thousand(words: Sequence[str]) -> Read | None:
    head = _french_below_hundred(words)
    high, length = head or (1, 0)
    if _at(words, length) not in _HUNDREDS or (head and not 2 <= high <= 19):
        return head
    length += 1
    rest = _french_below_hundred(words[length:])
    return (high * 100 + rest[0], length + rest[1]) if rest else (high * 100, length)


def _french_below_hundred(words: Sequence[str]) -> Read | None:
    first, second = _at(words, 0), _at(words, 1)
    if first == "quatre" and second in ("vingt", "vingts"):
        return _french_tens(80, words, 2)
    if first in _FRENCH_TENS:
        return _french_tens(_FRENCH_TENS[first], words, 1)
    if first == "dix" and second in ("sept", "huit", "neuf"):
        return 10 + _FRENCH_UNITS[second], 2
    return (_FRENCH_UNITS[first], 1) if first in _FRENCH_UNITS else None


def _french_tens(tens: int, words: Sequence[str], length: int) -> Read:
    """The tens with the unit that follows them: "vingt et un", "soixante-dix-huit"."""
    linked = _at(words, length) == "et"
    at = length + 1 if linked else length
    unit = _FRENCH_UNITS.get(_at(words, at), 0)
    highest = 16 if tens in _UP_TO_NINETEEN else 9
    if not 1 <= unit <= highest or (linked and unit not in (1, 11)):
        return tens, length
    if unit == 10 and _at(words, at + 1) in ("sept", "huit", "neuf"):
        return tens + 10 + _FRENCH_UNITS[_at(words, at + 1)], at + 2
    return tens + unit, at + 1


def _english(words: Sequence[str]) -> Read | None:
    if _at(words, 0) == "a" and _at(words, 1) in ("hundred", "thousand"):
        words = ["one", *words[1:]]
    head = _english_below_thousand(words)
    if head is None:
        return None
    high, length = head
    if _at(words, length) == "thousand":
        rest = _after_and(words, length + 1, _english_below_thousand)
        return (high * 1000 + rest[0], rest[1]) if rest else (high * 1000, length + 1)
    return _english_year(words, head) or head


def _english_below_thousand(words: Sequence[str]) -> Read | None:
    head = _english_below_hundred(words)
    if head is None or _at(words, head[1]) != "hundred":
        return head
    rest = _after_and(words, head[1] + 1, _english_below_hundred)
    return (head[0] * 100 + rest[0], rest[1]) if rest else (head[0] * 100, head[1] + 1)


def _after_and(words: Sequence[str], at: int, read: Callable[[Sequence[str]], Read | None]) -> Read | None:
    """What a reader finds after "hundred" or "thousand", with or without "and", and where it ends."""
    at += _at(words, at) == "and"
    rest = read(words[at:])
    return (rest[0], at + rest[1]) if rest else None


def _english_below_hundred(words: Sequence[str]) -> Read | None:
    first = _at(words, 0)
    if first in _ENGLISH_TENS:
        unit = _ENGLISH_UNITS.get(_at(words, 1), 0)
        return (_ENGLISH_TENS[first] + unit, 2) if 1 <= unit <= 9 else (_ENGLISH_TENS[first], 1)
    return (_ENGLISH_UNITS[first], 1) if first in _ENGLISH_UNITS else None


def _english_year(words: Sequence[str], century: Read) -> Read | None:
    """ "nineteen eighty-seven", "twenty twelve": a century and two digits."""
    rest = _english_below_hundred(words[century[1] :]) if century in ((19, 1), (20, 1)) else None
    return (century[0] * 100 + rest[0], century[1] + rest[1]) if rest and rest[0] >= 10 else None


def _at(words: Sequence[str], position: int) -> str:
    return words[position] if position < len(words) else ""
