"""A value put right: what an utterance that takes back the last answer says of it instead."""

from collections.abc import Callable

from kit.text import fold
from services.declarations.service_field import ServiceField
from services.kinds.children import child_corrected
from services.kinds.dates import date_answer, date_corrected
from services.kinds.fields import read_answer
from services.kinds.free_words import names_in, names_somebody, people_answer, person_corrected, person_told
from services.kinds.reading import Outcome, Reading
from services.words.said import Said

_LONGEST_FREE = 4
"""Words that are taken for a free text said again; of more, nobody knows what is put right."""

_LEADS = ("takes_back", "no", "fillers", "it_is", "lead_ins")


def behind_taking_back(said: Said) -> Said | None:
    """What follows "non pardon", "je voulais dire"; None where nothing is taken back, or nothing said instead."""
    longest: dict[int, int] = {}
    for first, last in (span for group in _LEADS for span in said.group_spans(group)):
        longest[first] = max(last, longest.get(first, last))
    end, takes_back = 0, False
    while end in longest:
        takes_back |= end in said.starts_of("takes_back")
        end = longest[end]
    if not takes_back or end == len(said.words):
        return None
    return said.part(said.words[end].start, len(said.text))


def read_corrected(field: ServiceField, said: Said, known: str, city: str) -> Outcome:
    """The new value of a field whose answer is being taken back, what is not said again kept from the `known` one."""
    read = _CORRECTED.get(field.kind)
    if read is not None:
        return read(field, said, known)
    outcome = read_answer(field, said, city)
    is_free = isinstance(outcome, Reading) and not outcome.sure
    return None if is_free and (len(said.words) > _LONGEST_FREE or said.has("negator")) else outcome


def likeness(value: str, said: Said) -> int:
    """How much what is said is like a known value: the words they share, and the first letter of a name in it."""
    new = [word for word in said.folded.split() if word not in said.lexicon.function_words]
    names = [fold(name).split() for name in names_in(value)]
    return max(
        (2 * len(set(new) & set(name)) + (name[0][0] in {word[0] for word in new}) for name in names if name), default=0
    )


def _date_corrected(field: ServiceField, said: Said, known: str) -> Outcome:
    whole = date_answer(field, said)
    return whole if isinstance(whole, Reading) else date_corrected(field, said, known)


def _people_corrected(field: ServiceField, said: Said, known: str) -> Outcome:
    """Both names said again, or one in the place of the known one that shares a word with it."""
    if not names_somebody(said, known):
        return None
    whole = people_answer(field, said)
    if isinstance(whole, Reading) and len(names_in(whole.value)) > 1:
        return whole
    name = person_told(field, said) or person_corrected(field, said, known)
    if not isinstance(name, Reading):
        return None
    words = set(fold(name.value).split())
    meant = [one for one in names_in(known) if words & set(fold(one).split())]
    return Reading(known.replace(meant[0], name.value)) if len(meant) == 1 else None


_CORRECTED: dict[str, Callable[[ServiceField, Said, str], Outcome]] = {
    "child": child_corrected,
    "date": _date_corrected,
    "people": _people_corrected,
    "person": person_corrected,
}
