"""The kinds of field: how each one is read from what a resident says, and told back.

`read_answer` reads an utterance that answers the field's question, `read_told` one that says it by the way:
the second asks for plainer signs, because nobody asked. Places and files are not read from words here:
the dialogue looks places up in the gazetteer, files come as attachments.
"""

from collections.abc import Callable

from services.declarations.declaration import FieldKind, ServiceField
from services.kinds import children, choices, closed, communes, dates, plates, reached, requesters, several, spans
from services.kinds import free_words as free
from services.kinds import items as lists
from services.kinds import numbers as amounts
from services.kinds.presenting import present
from services.kinds.reading import Fault, Outcome, Reading
from services.words.said import Said

__all__ = ["Fault", "Outcome", "Reading", "present", "read_answer", "read_told"]

PLACES: tuple[FieldKind, ...] = ("location", "address")
"""Kinds that the gazetteer understands."""

Read = Callable[[ServiceField, Said], Outcome]

_ANSWERS: dict[str, Read] = {
    "child": children.child_answer,
    "code": closed.code_answer,
    "count": closed.count_answer,
    "date": dates.date_answer,
    "duration": closed.duration_answer,
    "hours": spans.hours_answer,
    "household": amounts.household_answer,
    "items": lists.items_answer,
    "long_text": free.long_text_answer,
    "mail": reached.mail_answer,
    "money": amounts.money_answer,
    "number": amounts.number_answer,
    "people": free.people_answer,
    "period": spans.period_answer,
    "person": free.person_answer,
    "phone": reached.phone_answer,
    "plate": plates.plate_answer,
    "requester": requesters.requester_answer,
    "several": several.several_answer,
    "slot": dates.slot_answer,
    "text": free.text_answer,
    "vehicle": free.vehicle_answer,
    "year": spans.year_answer,
    "yes_no": closed.yes_no_answer,
}
_TOLD: dict[str, Read] = {
    "child": children.child_told,
    "choice": choices.choice_told,
    "code": closed.code_told,
    "count": closed.count_told,
    "date": dates.date_told,
    "duration": closed.duration_told,
    "hours": spans.hours_told,
    "household": amounts.household_told,
    "items": lists.items_told,
    "mail": reached.mail_told,
    "money": amounts.money_told,
    "number": amounts.number_told,
    "people": free.people_told,
    "period": spans.period_told,
    "person": free.person_told,
    "phone": reached.phone_told,
    "plate": plates.plate_told,
    "requester": requesters.requester_told,
    "several": several.several_told,
    "slot": dates.slot_told,
    "vehicle": free.vehicle_told,
    "year": spans.year_told,
    "yes_no": closed.yes_no_told,
}


def read_answer(field: ServiceField, said: Said, city: str, known: str = "") -> Outcome:
    """The answer to this field's question in an utterance; None where it is none.

    `known` is what an earlier answer told of it, where only the rest was asked for.
    """
    if said.is_wordless:
        return None
    if field.kind == "child":
        return children.child_answer(field, said, known)
    if field.kind == "commune":
        return communes.commune_answer(field, said, city)
    if field.kind == "choice":
        return choices.choice_answer(field, said, known)
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
