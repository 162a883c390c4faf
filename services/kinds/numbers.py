"""Amounts: numbers with a unit, sums of money, the people of a household."""

import re

from services.declarations.service_field import ServiceField
from services.kinds.choices import choice_words
from services.kinds.closed import leaves_open
from services.kinds.reading import Fault, Outcome, Reading, positive, positive_numbers
from services.words.said import Said

_DECIMAL = r"\d{1,6}(?:[.,]\d{1,2})?"
_NUMBER = re.compile(rf"(?<![\w.,]){_DECIMAL}(?![\d/])")
_PRODUCT = re.compile(
    rf"(?<![\w.,])({_DECIMAL}) ?(?:m|mètres?|metres?|meters?)? ?(?:x|×|\*|sur|by) ?({_DECIMAL})", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[ \u00a0\u202f.,]\d{3}(?!\d))+|\d{1,9})(?:[.,](\d{1,2}))?(?: ?(k)\b)?", re.IGNORECASE
)
_THOUSAND = 1000
_LONGEST = 8
"""Words of an answer in which the only number is the one asked for."""


def number_answer(field: ServiceField, said: Said) -> Outcome:
    told = number_told(field, said)
    if told is not None:
        return told
    found = _NUMBER.findall(said.text)
    if len(found) == 1 and len(said.words) <= _LONGEST:
        return _within(field, _value(found[0]))
    numbers = positive_numbers(said)
    return _within(field, float(numbers[0][0])) if not found and len(numbers) == 1 else None


def number_told(field: ServiceField, said: Said) -> Outcome:
    """A number before one of the field's units: "12 mètres"; two of them multiplied where a surface is asked."""
    units = "|".join(re.escape(unit) for unit in sorted(field.units.everywhere(), key=len, reverse=True))
    product = _PRODUCT.search(said.text)
    if product and "m2" in field.units.everywhere():
        return _within(field, _value(product[1]) * _value(product[2]))
    match = re.search(rf"(?<![\w.,])({_DECIMAL}) ?(?:{units})(?!\w)", said.text, re.IGNORECASE) if units else None
    if match:
        return _within(field, _value(match[1]))
    worded = {number for number, at in positive_numbers(said) if _has_unit(field, said, at)}
    return _within(field, float(worded.pop())) if len(worded) == 1 else None


def _has_unit(field: ServiceField, said: Said, at: int) -> bool:
    return at + 1 < len(said.words) and said.words[at + 1].folded in field.units.everywhere()


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _within(field: ServiceField, number: float) -> Outcome:
    if number < field.minimum:
        return Fault(reason="too_small")
    if field.maximum is not None and number > field.maximum:
        return Fault(reason="too_large")
    return Reading(f"{number:g}" if number < 10**6 else str(int(number)))


def money_answer(field: ServiceField, said: Said) -> Outcome:
    """A sum in cents; a bare number is in euros. Of two sums given for one the resident is asked which."""
    if leaves_open(said):
        return Fault(reason="several_numbers")
    told = money_told(field, said)
    if told is not None:
        return told
    if "none" in field.volunteered and said.has_any(field.volunteered["none"].everywhere()):
        return Reading("0")
    amounts = list(_AMOUNT.finditer(said.text))
    if len(amounts) != 1 or len(said.words) > _LONGEST:
        numbers = positive_numbers(said)
        return _sum(field, numbers[0][0] * 100) if not amounts and len(numbers) == 1 else None
    whole, cents, thousands = amounts[0].groups()
    euros = int(re.sub(r"\D", "", whole)) * (_THOUSAND if thousands else 1)
    return _sum(field, euros * 100 + int((cents or "0").ljust(2, "0")))


def money_told(field: ServiceField, said: Said) -> Outcome:
    if leaves_open(said):
        return None
    mentions = positive(said, said.found("money"))
    return _sum(field, int(str(mentions[-1].value))) if mentions else None


def _sum(field: ServiceField, cents: int) -> Outcome:
    """Limits of the field are in whole euros."""
    if cents < field.minimum * 100 and field.minimum > 0:
        return Fault(reason="too_small")
    if field.maximum is not None and cents > field.maximum * 100:
        return Fault(reason="too_large")
    return Reading(str(cents))


def household_answer(field: ServiceField, said: Said) -> Outcome:
    told = household_told(field, said)
    if told is not None:
        return told
    numbers = positive_numbers(said)
    if len(numbers) != 1 or len(said.words) > _LONGEST:
        return Fault() if numbers else None
    return _people(field, numbers[0][0])


def household_told(field: ServiceField, said: Said) -> Outcome:
    """ "2 adultes et 3 enfants", "un couple avec un enfant", "je vis seule", "nous sommes quatre"."""
    counts = {choice.value: _counted(said, choice_words(choice)) for choice in field.choices}
    if "couple" in field.volunteered and said.has_any(field.volunteered["couple"].everywhere()):
        first = field.choices[0].value
        counts[first] = counts[first] or 2
    parts = [f"{count} {value}" for value, count in counts.items() if count]
    if parts:
        total = sum(count for count in counts.values() if count)
        return Reading(", ".join(parts)) if total <= (field.maximum or total) else Fault(reason="too_large")
    if "alone" in field.volunteered and said.has_any(field.volunteered["alone"].everywhere()):
        return Reading("1")
    cued = ends_of_cues(field, said)
    near = [number for number, at in positive_numbers(said) if at in cued or _is_person(field, said, at)]
    return _people(field, near[0]) if len(near) == 1 else None


def ends_of_cues(field: ServiceField, said: Said) -> frozenset[int]:
    phrases = field.volunteered["before"].everywhere() if "before" in field.volunteered else ()
    return frozenset(end for _, end in said.spans(phrases))


def _is_person(field: ServiceField, said: Said, at: int) -> bool:
    return at + 1 < len(said.words) and said.words[at + 1].folded in field.units.everywhere()


def _counted(said: Said, words: tuple[str, ...]) -> int | None:
    """The number before one of these words."""
    starts = {first for first, _ in said.spans(words)}
    found = [
        number for number, at in said.numbers() if at + 1 in starts or (at + 2 in starts and said.is_run(at, at + 3))
    ]
    return found[0] if found else None


def _people(field: ServiceField, number: int) -> Outcome:
    if number < field.minimum:
        return Fault(reason="too_small")
    return Reading(str(number)) if number <= (field.maximum or number) else Fault(reason="too_large")
