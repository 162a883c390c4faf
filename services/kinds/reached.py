"""Ways to reach somebody as answers: a telephone number, a mail address."""

from services.declarations.service_field import ServiceField
from services.kinds.reading import Fault, Outcome, Reading, positive
from services.words.said import Said


def phone_answer(field: ServiceField, said: Said) -> Outcome:
    return phone_told(field, said) or (Fault() if any(map(str.isdecimal, said.text)) else None)


def phone_told(field: ServiceField, said: Said) -> Outcome:
    """The number in E.164, as the interpreter recognised it."""
    return _last(said, "phone")


def mail_answer(field: ServiceField, said: Said) -> Outcome:
    return mail_told(field, said) or (Fault() if "@" in said.text else None)


def mail_told(field: ServiceField, said: Said) -> Outcome:
    return _last(said, "email")


def _last(said: Said, kind: str) -> Outcome:
    mentions = positive(said, said.found(kind))
    return Reading(str(mentions[-1].value)) if mentions else None
