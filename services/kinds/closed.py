"""Kinds of field whose answers have a form: yes or no, count, duration, code."""

import re
from collections.abc import Callable

from kit.text import fold
from kit.wording import LANGUAGES
from services.declarations.declaration import NO, YES, ServiceField
from services.kinds.choices import picked_choice
from services.kinds.reading import Fault, Outcome, Reading, positive_numbers, words_after
from services.words.said import Said

_UNIT_REACH = 4
"""Words after a number among which its unit may stand: "two full birth certificates"."""
_LEAST_DIGITS = 3
_CODE = re.compile(r"(?<![^\W_])[A-Za-z]{0,4}-?\d[\dA-Za-z]*(?:[-/]\d[\dA-Za-z]*)*(?![^\W_])")
_RANGE = re.compile(r"(?<![\w/.-])\d{1,2} ?[-–/] ?\d{1,2}(?![\w/.-])")
_TIMES = re.compile(r"(?<!\w)(?:[x×] ?(\d{1,2})|(\d{1,2}) ?[x×])(?!\w)", re.IGNORECASE)


def yes_no_answer(field: ServiceField, said: Said) -> Outcome:
    if said.has("unsure"):
        return None
    if said.opens_with("no") and not (said.has("yes") and yes_no_told(field, said) == Reading(YES)):
        return Reading(NO)
    if said.opens_with("yes"):
        return Reading(YES)
    told = yes_no_told(field, said)
    if told is None and len(said.words) <= 5 and said.has("yes", "degree"):
        return Reading(YES)
    return told


def yes_no_told(field: ServiceField, said: Said) -> Outcome:
    """ "dangereux", "not dangerous": the declared words of no are looked for first, being the longer ones."""
    if said.has("unsure"):
        return None
    for value in (NO, YES):
        if value in field.volunteered and said.has_any(field.volunteered[value].everywhere()):
            return Reading(value)
    return None


def count_answer(field: ServiceField, said: Said) -> Outcome:
    if leaves_open(said):
        return Fault(reason="several_numbers")
    told = count_told(field, said)
    if told is not None:
        return told
    numbers = _counting(said)
    lone = said.lone_number()
    if lone is None and (len(numbers) != 1 or len(said.words) > 6):
        return None
    return _within(field, numbers[0][0] if numbers else lone or 0)


def count_told(field: ServiceField, said: Said) -> Outcome:
    """ "3 exemplaires", "pas 2 mais 3". An article before a unit counts only where the unit names the field."""
    if leaves_open(said):
        return None
    times = _TIMES.search(said.text)
    if times:
        return _within(field, int(times[1] or times[2]))
    kept = _counting(said)
    has_unit = _unit_finder(field, said)
    units = {at for at in said.number_at if has_unit(at)}
    counted = [number for number, at in kept if at in units] or ([number for number, _ in kept] if units else [])
    return _within(field, counted[-1]) if counted else None


def leaves_open(said: Said) -> bool:
    """Whether two numbers are given for one: "deux ou trois", "2 à 3", "2-3", "entre 1000 et 1200"."""
    links = said.starts_of("either")
    linked = any(end in links and end + 1 in said.quantities for _, end in said.quantities.values())
    linked = linked or any(at in said.quantities for at in said.ends_of("from_number"))
    return linked or _RANGE.search(said.text) is not None


def _counting(said: Said) -> list[tuple[int, int]]:
    """The numbers said that may count something: "appartement 4" does not."""
    complements = said.group_spans("complement")
    beside = {at for first, last in complements for at in (first - 1, last)}
    return [(number, at) for number, at in positive_numbers(said) if at not in beside]


def _unit_finder(field: ServiceField, said: Said) -> Callable[[int], bool]:
    """Tells of the position of a number whether one of the field's units follows."""
    units = {fold(unit) for unit in field.units.everywhere()}
    naming = units & {fold(name) for name in field.named.everywhere()}

    def has_unit(position: int) -> bool:
        ends = range(position + 2, min(len(said.words), position + 1 + _UNIT_REACH) + 1)
        following = [said.words[end - 1].folded for end in ends if said.is_run(position, end)]
        is_article = said.number_at[position] == 1 and not said.words[position].folded.isdecimal()
        return any(word in (naming if is_article else units) for word in following)

    return has_unit


def _within(field: ServiceField, number: int) -> Outcome:
    is_good = number >= field.minimum and (field.maximum is None or number <= field.maximum)
    return Reading(str(number)) if is_good else Fault()


def duration_answer(field: ServiceField, said: Said) -> Outcome:
    told = _duration(said, anywhere=True)
    if told is not None:
        return told
    picked = picked_choice(said, len(field.choices))
    if picked is not None:
        return Reading(field.choices[picked].value)
    return Fault() if said.numbers() else None


def duration_told(field: ServiceField, said: Said) -> Outcome:
    return _duration(said, anywhere=False)


def _duration(said: Said, *, anywhere: bool) -> Outcome:
    """A number of days, weeks, months or years; unless `anywhere`, not one that tells since when."""
    for number, at in positive_numbers(said):
        unit = said.lexicon.units.get(said.words[at + 1].folded) if at + 1 < len(said.words) else None
        if unit and (anywhere or at not in said.ends_of("since")):
            return Reading(said.lexicon.duration(number, unit, LANGUAGES[0])) if number else Fault()
    for _, end in said.group_spans("for_one"):  # "for a year" has no number
        if end < len(said.words) and said.words[end].folded in said.lexicon.units:
            return Reading(said.lexicon.duration(1, said.lexicon.units[said.words[end].folded], LANGUAGES[0]))
    return _one_unit(said) if anywhere and len(said.words) <= 3 else None


def _one_unit(said: Said) -> Outcome:
    """ "a year", "l'année": the unit alone is one of it."""
    units = [said.lexicon.units[word.folded] for word in said.words if word.folded in said.lexicon.units]
    return Reading(said.lexicon.duration(1, units[-1], LANGUAGES[0])) if units and not said.numbers() else None


def code_answer(field: ServiceField, said: Said) -> Outcome:
    told = code_told(field, said)
    codes = _CODE.findall(said.text)
    return told or (Reading(codes[-1].strip().upper(), sure=len(said.words) <= 5) if codes else None)


def code_told(field: ServiceField, said: Said) -> Outcome:
    """The code after its announcing words: "mât numéro 4512"."""
    for position in words_after(said, field, "before"):
        code = _CODE.match(said.text, said.words[position].start)
        if code:
            return Reading(code[0].strip().upper())
    return None


def numbered_code(said: Said) -> Outcome:
    """ "numéro 4512", where no house can be meant: the places are taken out, and no short number counts."""
    for _, end in said.group_spans("number_word"):
        code = _CODE.match(said.text, said.words[end].start) if end < len(said.words) else None
        if code and sum(map(str.isdecimal, code[0])) >= _LEAST_DIGITS:
            return Reading(code[0].strip().upper())
    return None
