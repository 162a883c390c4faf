"""Who asks: kept from their own words, the resident's record or an answer; asked only where none of these says it."""

from bot.dialogue_state import Flow
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.queries import NameOfResident
from kit.text import fold
from services.declarations.declaration import Service, ServiceField
from services.declarations.field_library import REQUESTER
from services.kinds.fields import Reading, read_told
from services.kinds.requesters import RELATIONSHIP, SELF, own_name
from services.words.said import Said

SUBJECT = "subject"


def note_name(exchange: Exchange, heard: Heard) -> None:
    """Keeps the name a resident gives for themselves, whatever else the message is about."""
    exchange.state.requester = own_name(heard.said) or exchange.state.requester


def fill_in(exchange: Exchange, flow: Flow, service: Service) -> None:
    """Fills in who asks, and that they ask for themselves, from what is known already."""
    subject = flow.values.get(SUBJECT)
    if _field(service) is None or subject is None:
        return
    if RELATIONSHIP not in flow.values and _asks_relationship(service, flow):
        known = flow.values.get(REQUESTER) or _known_name(exchange)
        if known is not None and fold(known) == fold(subject):
            flow.values[RELATIONSHIP] = SELF
    if flow.values.get(RELATIONSHIP) == SELF:
        flow.values[REQUESTER] = subject  # corrected with it


def missing(exchange: Exchange, flow: Flow, service: Service) -> ServiceField | None:
    """The field to ask for who asks; None where it is known by now, or the service does not need it."""
    field = _field(service)
    if field is None or REQUESTER in flow.values:
        return None
    name = _known_name(exchange)
    if name is None:
        return field
    flow.values[REQUESTER] = name
    return None


def _known_name(exchange: Exchange) -> str | None:
    """The name the resident gave in this conversation, else the one on their record."""
    name: str | None = exchange.state.requester or exchange.fact(NameOfResident())
    return name


def _field(service: Service) -> ServiceField | None:
    return next(iter(service.of_kind("requester")), None)


def _asks_relationship(service: Service, flow: Flow) -> bool:
    return any(field.name == RELATIONSHIP for field in service.applicable(flow.values))


def names_who_asks(service: Service, flow: Flow, declared: ServiceField, told: Reading, said: Said, city: str) -> bool:
    """ "je m'appelle Julie Morel", where the request is for somebody else: who asks, not whom it is about."""
    if declared.kind != "person" or _field(service) is None or own_name(said) != told.value:
        return False
    return declared.name in flow.values or _is_for_another(service, flow, said, city)


def _is_for_another(service: Service, flow: Flow, said: Said, city: str) -> bool:
    """Whether what ties the resident to the person concerned was told, and is not that they are the same."""
    tie = next((field for field in service.fields if field.name == RELATIONSHIP), None)
    if tie is None:
        return False
    told = read_told(tie, said, city)
    return (told.value if told else flow.values.get(RELATIONSHIP, SELF)) != SELF


def is_subject_again(service: Service, flow: Flow, declared: ServiceField) -> bool:
    """Who asks for themselves is one person: what is put right of the subject is put right of both."""
    others = (flow.values.get(person.name) for person in service.of_kind("person"))
    return declared.kind == "requester" and flow.values.get(declared.name) in others
