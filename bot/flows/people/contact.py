"""How to reach a resident whose channel does not tell: mail, else telephone, else - for reports - nothing."""

from collections.abc import Sequence

from bot.contract import KeepContact
from bot.dialogue_state import CALL_BACK, CONTACT, FLOW, Flow, Question
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.reading.contacts import contact_in
from channels.contacts import VISITOR
from kit.phones import format_phone
from services.declarations.declaration import Service


def is_known(exchange: Exchange) -> bool:
    """Whether the town can reach the resident elsewhere than here."""
    return exchange.view.contact_kind != VISITOR.kind or exchange.state.contact is not None


def ask(exchange: Exchange, flow: Flow, service: Service) -> bool:
    """Asks once; a request insists once, because its answer must go somewhere."""
    tries = 2 if service.kind == "request" else 1
    is_refused = exchange.state.contact_refused and service.kind == "report"
    if is_known(exchange) or is_refused or flow.contact_refusals >= tries:
        return False
    key = "contact.insist" if flow.contact_refusals else f"contact.ask.{service.kind}"
    is_open = service.kind == "request" or not exchange.has_buttons
    offered = () if is_open else exchange.offer("no_contact")
    exchange.pose(Question(CONTACT, FLOW, offered), exchange.words(key))
    return True


def take_contact(exchange: Exchange, kind: str, address: str) -> None:
    """The address or number that was asked for; one that cannot be is asked for again."""
    if kind:
        exchange.state.contact = kind, address
    else:
        exchange.tell("contact.invalid")


def refuse(exchange: Exchange) -> None:
    """A refusal also holds for the reports that follow in this conversation."""
    if exchange.state.flow is not None:
        exchange.state.flow.contact_refusals += 1
    exchange.state.contact_refused = True


def take_call_back(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """A number or an address for somebody in distress, who may as well give none: it is not asked for again."""
    question = exchange.state.question
    if question is None or question.name != CALL_BACK:
        return False
    exchange.state.question = None
    found = next((one for message in heard if (one := contact_in(message.said))), None)
    if found is None:
        return False
    exchange.state.contact = found
    exchange.effects.append(KeepContact(*found))
    exchange.tell("emergency.call_back_kept", "acknowledgement", value=shown(exchange))
    return True


def volunteered(exchange: Exchange, heard: Heard) -> bool:
    """A mail address or telephone number told by the way, where the channel gives none; another one replaces it."""
    if exchange.view.contact_kind != VISITOR.kind or not heard.said.found("email", "phone"):
        return False
    before, exchange.state.contact = exchange.state.contact, contact_in(heard.said) or exchange.state.contact
    if exchange.state.contact == before:
        return False
    if before is not None:
        exchange.tell("field.corrected", label=exchange.words("contact.label"), value=shown(exchange))
    return True


def shown(exchange: Exchange) -> str:
    """The contact as people read it."""
    kind, address = exchange.state.contact or ("", "")
    return format_phone(address, exchange.language) if kind == "phone" else address
