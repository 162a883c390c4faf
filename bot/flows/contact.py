"""How to reach a resident whose channel does not tell: mail, else telephone, else - for reports - nothing."""

import re
from collections.abc import Sequence

from bot.contract import KeepContact
from bot.dialogue_state import CALL_BACK, CONTACT, FLOW, Flow, Question
from bot.exchange import Exchange
from bot.hearing import Heard
from channels.contacts import VISITOR
from kit.phones import format_phone, normalise
from services.declarations.declaration import Service

_MEANT_AS_NUMBER = 6
_MAIL = re.compile(r"(?<![^\s@<>,;:])[^\s@<>,;:]+@[^\s@<>,;:]+\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){6,14}")


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
    offered = () if service.kind == "request" or exchange.short else exchange.offer("no_contact")
    exchange.pose(Question(CONTACT, FLOW, offered), exchange.words(key))
    return True


def hear(exchange: Exchange, heard: Heard) -> bool:
    """The answer to the question: an address, a number, or plainly no."""
    flow = exchange.state.flow
    if flow is None:
        return False
    found = _found_in(heard)
    if found is not None:
        exchange.state.contact = found
        return True
    if heard.command in {"talk.deny", "talk.skip"}:
        _refuse(exchange, flow)
        return True
    return False


def _refuse(exchange: Exchange, flow: Flow) -> None:
    """A refusal also holds for the reports that follow in this conversation."""
    flow.contact_refusals += 1
    exchange.state.contact_refused = True


def hear_loosely(exchange: Exchange, heard: Heard) -> bool:
    """A refusal in other words, or something that was meant to be an address or a number."""
    flow, said = exchange.state.flow, heard.said
    if flow is None or heard.is_question or said.ends_as_question:
        return False
    if "@" in said.text or sum(map(str.isdecimal, said.text)) >= _MEANT_AS_NUMBER:
        exchange.tell("contact.invalid")
        return True
    if said.opens_with("no", "skip") or said.has("skip") or heard.intent in {"talk.deny", "talk.skip"}:
        _refuse(exchange, flow)
        return True
    return False


def take_call_back(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """A number or an address for somebody in distress, who may as well give none: it is not asked for again."""
    question = exchange.state.question
    if question is None or question.name != CALL_BACK:
        return False
    exchange.state.question = None
    found = next((one for message in heard if (one := _found_in(message))), None)
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
    before, exchange.state.contact = exchange.state.contact, _found_in(heard) or exchange.state.contact
    if exchange.state.contact == before:
        return False
    if before is not None:
        exchange.tell("field.corrected", label=exchange.words("contact.label"), value=shown(exchange))
    return True


def shown(exchange: Exchange) -> str:
    """The contact as people read it."""
    kind, address = exchange.state.contact or ("", "")
    return format_phone(address, exchange.language) if kind == "phone" else address


def _found_in(heard: Heard) -> tuple[str, str] | None:
    said = heard.said
    for mention in said.found("email", "phone"):
        return mention.kind, str(mention.value)
    mail = _MAIL.search(said.text)
    if mail:
        return "email", mail[0].rstrip(".").lower()
    number = _NUMBER.search(said.text)
    phone = normalise(number[0]) if number else None
    return ("phone", phone) if phone else None
