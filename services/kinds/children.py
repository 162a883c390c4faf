"""A person told with a date of birth: "Léa Durand, née le 3 mars 2019". Without the date it is asked for."""

import re
from datetime import date

from services.declarations.service_field import ServiceField
from services.kinds.dates import date_answer, date_corrected, date_told, full_dates
from services.kinds.free_words import names_somebody, person_answer, person_told, said_alone
from services.kinds.reading import Fault, Outcome, Reading, capitalised_run, is_capitalised
from services.words.said import Said, trim, without, without_mentions

_JOINED = ", "
_LONGEST_NAME = 4
_NUMBERS = re.compile(r"\d[\d/. -]*\d|\d")


def child_answer(field: ServiceField, said: Said, known: str = "") -> Outcome:
    """The name and the date of birth as "name, 2019-03-03"; `known` is the name told before."""
    said = _without_institutions(said)
    born = date_answer(field, said)
    if known:
        return _with_birth(field, said, known, born)
    name = _name(field, said)
    if not isinstance(name, Reading):
        return name
    if isinstance(born, Fault):
        return Fault(reason=born.reason) if any(map(str.isdecimal, said.text)) else None
    return Reading(name.value, partial=True) if born is None else Reading(f"{name.value}{_JOINED}{born.value}")


def _with_birth(field: ServiceField, said: Said, known: str, born: Outcome) -> Outcome:
    """The day of birth of the child named before, or another name in its place: "non, Lina Petit"."""
    if isinstance(born, Reading):
        return Reading(f"{known}{_JOINED}{born.value}")
    name = person_answer(field, said) if born is None and names_somebody(said, known) else None
    return Reading(name.value, partial=True) if isinstance(name, Reading) and name.value != known else born


def _without_institutions(said: Said) -> Said:
    """A school's name is no child's: "Lucas Petit, école Jules Ferry"."""
    spans = [(first, capitalised_run(said, last, _LONGEST_NAME)) for first, last in said.group_spans("institutions")]
    return without(said, *((said.words[first].start, said.words[last - 1].end) for first, last in spans))


def child_told(field: ServiceField, said: Said) -> Outcome:
    """A name with a date of birth in the same utterance; a name alone where it stands after "mon fils" and such."""
    said = _without_institutions(said)
    name = person_told(field, said)
    if not isinstance(name, Reading):
        return None
    born = _born_after(field, said, said.text.find(name.value))
    if born is not None:
        return Reading(f"{name.value}{_JOINED}{born.isoformat()}")
    cues = field.volunteered["before"].everywhere() if "before" in field.volunteered else ()
    return Reading(name.value, partial=True) if said.has_any(cues) else None


def child_corrected(field: ServiceField, said: Said, known: str) -> Outcome:
    """The known child with the name, the date of birth or both said again: "née le 5 mai 2019", "Marie Leroux"."""
    birth = told_birth(known)
    born = date_answer(field, said)
    if birth is not None and not isinstance(born, Reading):
        born = date_corrected(field, said, birth.isoformat())
    name = _name(field, said) if names_somebody(said, told_name(known)) else None
    first_name = said_alone(said, told_name(known)) if name is None else None
    day = born.value if isinstance(born, Reading) else birth.isoformat() if birth is not None else ""
    new = name.value if isinstance(name, Reading) else first_name or told_name(known)
    value = f"{new}{_JOINED}{day}" if day else new
    return Reading(value, partial=not day) if value != known else None


def told_name(value: str) -> str:
    """The name in a kept value."""
    return value.rpartition(_JOINED)[0] or value


def told_birth(value: str) -> date | None:
    try:
        return date.fromisoformat(value.rpartition(_JOINED)[2])
    except ValueError:
        return None


def _name(field: ServiceField, said: Said) -> Outcome:
    """The person's name among what is no date."""
    told = person_told(field, said)
    if isinstance(told, Reading):
        return told
    rest = without_mentions(said, "date")
    cut = _born(said)
    rest = rest.part(0, cut) if cut is not None else rest
    rest = without(rest, *((match.start(), match.end()) for match in _NUMBERS.finditer(rest.text)))
    rest = rest.part(0, len(rest.text.rstrip(" ,;.()")))
    name = Said(trim(rest.text.strip(" ,;.()")), (), said.lexicon, said.today)
    return person_answer(field, name.part(0, _end_of_words(name)))


def _end_of_words(said: Said) -> int:
    """Where the name ends: what led to the day is no part of it, "Noé Lambert le", "Tom Roux du"."""
    end = len(said.words)
    while end and said.words[end - 1].folded in said.lexicon.function_words and not is_capitalised(said, end - 1):
        end -= 1
    return said.words[end - 1].end if end else 0


def _born_after(field: ServiceField, said: Said, name: int) -> date | None:
    """The first date behind the name, as far as it can be one of birth: a later one is of something else."""
    days = [day for at, day in full_dates(field, said) if at > name and not (field.past and day > said.today)]
    if days:
        return days[0]
    told = date_told(field, said)
    return date.fromisoformat(told.value) if isinstance(told, Reading) else None


def _born(said: Said) -> int | None:
    """Where "né le", "born on" begins."""
    spans = said.group_spans("born")
    return said.words[spans[0][0]].start if spans and spans[0][0] < len(said.words) else None
