"""Names of the questions that are not fields, why a question was asked, and which field is open."""

from bot.exchange import Exchange
from services.declarations.declaration import ServiceField

FLOW = "flow"
"""Purpose of the questions that follow from the flow itself, and can be asked again at any time."""

CONFIRM, CHOOSE, JOIN, CONTACT = "confirm", "choose", "join", "contact"
CALL_BACK = "call_back"
"""A number where somebody in distress can be reached; asked once, never insisted on."""

REFERENCE, SERVICE = "reference", "service"
DOCUMENT = "document:"


def asked_field(exchange: Exchange) -> ServiceField | None:
    """The field whose question is open."""
    state = exchange.state
    if state.flow is None or state.question is None or state.question.purpose != FLOW:
        return None
    service = exchange.town.services[state.flow.code]
    return next((field for field in service.fields if field.name == state.question.name), None)
