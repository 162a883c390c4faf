"""The kinds of field: how each one is read from what a resident says, and told back.

`read_answer` reads an utterance that answers the field's question, `read_told` one that says it by the way:
the second asks for plainer signs, because nobody asked. Places and files are not read from words here:
the dialogue looks places up in the gazetteer, files come as attachments.
"""

from collections.abc import Callable
from datetime import date

from kit.formats import date_without_weekday
from services import communes, plates, requesters
from services import kinds_closed as closed
from services import kinds_dates as dates
from services import kinds_items as lists
from services import kinds_open as free
from services.declaration import FieldKind, ServiceField
from services.lexicon import Lexicon
from services.reading import Fault, Outcome, Reading
from services.said import Said

__all__ = ["Fault", "Outcome", "Reading", "present", "read_answer", "read_told"]

PLACES: tuple[FieldKind, ...] = ("location", "address")
"""Kinds that the gazetteer understands."""

Read = Callable[[ServiceField, Said], Outcome]

_ANSWERS: dict[str, Read] = {
    "choice": closed.choice_answer,
    "code": closed.code_answer,
    "count": closed.count_answer,
    "date": dates.date_answer,
    "duration": closed.duration_answer,
    "items": lists.items_answer,
    "people": free.people_answer,
    "person": free.person_answer,
    "plate": plates.plate_answer,
    "requester": requesters.requester_answer,
    "slot": dates.slot_answer,
    "text": free.text_answer,
    "vehicle": free.vehicle_answer,
    "yes_no": closed.yes_no_answer,
}
_TOLD: dict[str, Read] = {
    "choice": closed.choice_told,
    "code": closed.code_told,
    "count": closed.count_told,
    "date": dates.date_told,
    "duration": closed.duration_told,
    "items": lists.items_told,
    "people": free.people_told,
    "person": free.person_told,
    "plate": plates.plate_told,
    "requester": requesters.requester_told,
    "slot": dates.slot_told,
    "vehicle": free.vehicle_told,
    "yes_no": closed.yes_no_told,
}


def read_answer(field: ServiceField, said: Said, city: str) -> Outcome:
    """The answer to this field's question in an utterance; None where it is none."""
    if said.is_wordless:
        return None
    if field.kind == "commune":
        return communes.commune_answer(field, said, city)
    read = _ANSWERS.get(field.kind)
    return read(field, said) if read else None


def read_told(field: ServiceField, said: Said, city: str) -> Reading | None:
    """The field's value where an utterance tells it unasked."""
    if said.is_wordless:
        return None
    if field.kind == "commune":
        outcome = communes.commune_told(field, said, city)
    else:
        read = _TOLD.get(field.kind)
        outcome = read(field, said) if read else None
    return outcome if isinstance(outcome, Reading) else None


def present(field: ServiceField, value: str, language: str, lexicon: Lexicon, yes_no: dict[str, str]) -> str:
    """A kept value in a language, for a summary. `yes_no` holds the words for yes and no."""
    choice = field.choice(value)
    if choice is not None:
        return choice.label.on(language)
    if field.kind == "yes_no":
        return yes_no.get(value, value)
    if field.kind == "date":
        return date_without_weekday(date.fromisoformat(value), language)
    if field.kind == "duration":
        return _duration(value, language, lexicon)
    return value


def _duration(value: str, language: str, lexicon: Lexicon) -> str:
    number, _, unit = value.partition(" ")
    known = lexicon.units.get(unit)
    return lexicon.duration(int(number), known, language) if known and number.isdecimal() else value
