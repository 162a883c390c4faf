"""Numbers said in figures or in words, however many words each takes: "3", "vingt et un", "une demi-douzaine"."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from kit.number_words import LONGEST_QUANTITY, QUANTITY_WORDS, read_quantity

Quantity = tuple[int, int]
"""A number, and the number of the word after its last."""
_MOST_DIGITS = 6
_ABOUT = re.compile(r"\d{1,5}ish")  # "80ish"
_NO_NUMBER = "cents"  # "50 cents": of its own it counts coins


def quantities(
    words: Sequence[str], numbers: Mapping[str, int], is_run: Callable[[int, int], bool]
) -> dict[int, Quantity]:
    """The numbers among folded words by their first word; `numbers` are the town's own words for some.

    `is_run` tells of two word numbers whether no punctuation parts what stands between them.
    """
    return dict(_read(words, numbers, is_run))


def _read(
    words: Sequence[str], numbers: Mapping[str, int], is_run: Callable[[int, int], bool]
) -> Iterator[tuple[int, Quantity]]:
    position = 0
    while position < len(words):
        word, length = words[position], 1
        number = numbers.get(word)
        if word in QUANTITY_WORDS or word[0].isdecimal():
            read = read_quantity(words[position : position + LONGEST_QUANTITY])
            if read and read[1] > 1 and is_run(position, position + read[1]):
                number, length = read
            elif _ABOUT.fullmatch(word):
                number = int(word.removesuffix("ish"))
            elif word.isdecimal():
                number = int(word) if len(word) <= _MOST_DIGITS else None
            elif read and read[1] == 1 and number is None and word != _NO_NUMBER:
                number = read[0]
        if number is not None:
            yield position, (number, position + length)
        position += length
