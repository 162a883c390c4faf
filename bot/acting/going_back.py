"""One question back: the answer before the open question is forgotten, and asked for again."""

from bot.dialogue_state import CONTACT, DOCUMENT, JOIN, Flow
from bot.exchange import Exchange
from bot.flows import guided
from bot.flows.settling import forget_place


def go_back(exchange: Exchange) -> None:
    """Reopens the last answer."""
    flow = exchange.state.flow
    if flow is None:
        exchange.tell("cancel.nothing")
        return
    name = _before(exchange, flow)
    if name is None:
        exchange.tell("back.first")
        return
    exchange.tell("back.done")
    _reopen(exchange, flow, name)


def _before(exchange: Exchange, flow: Flow) -> str | None:
    """What was answered last before the open question, in the order things are asked."""
    order = _order(exchange, flow)
    here = _open(exchange, flow)
    answered = [name for name in order[: order.index(here)] if _is_answered(exchange, flow, name)]
    return here if here in flow.places and here not in flow.values else (answered[-1] if answered else None)


def _order(exchange: Exchange, flow: Flow) -> list[str]:
    service = exchange.town.services[flow.code]
    applicable = service.applicable(flow.values)
    fields = [field.name for field in applicable if field.kind != "requester"]
    who = [field.name for field in applicable if field.kind == "requester"]
    return [*fields, *(f"{DOCUMENT}{code}" for code in service.documents), *who, CONTACT, ""]


def _open(exchange: Exchange, flow: Flow) -> str:
    """The open question's place in the order; the end for the summary."""
    question = exchange.state.question
    name = question.payload.get("candidates", question.name) if question is not None else ""
    if name == JOIN:
        places = [field.name for field in exchange.town.services[flow.code].of_kind("location")]
        name = _after(_order(exchange, flow), places[0])
    return name if name in _order(exchange, flow) else ""


def _after(order: list[str], name: str) -> str:
    return order[order.index(name) + 1]


def _is_answered(exchange: Exchange, flow: Flow, name: str) -> bool:
    if name == CONTACT:
        return exchange.state.contact is not None or exchange.state.contact_refused
    if name.startswith(DOCUMENT):
        return name.removeprefix(DOCUMENT) in flow.documents
    return name in flow.values or name in flow.skipped


def _reopen(exchange: Exchange, flow: Flow, name: str) -> None:
    if name == CONTACT:
        exchange.state.contact, exchange.state.contact_refused, flow.contact_refusals = None, False, 0
    elif name.startswith(DOCUMENT):
        flow.documents.pop(name.removeprefix(DOCUMENT))
        flow.document_files.pop(name.removeprefix(DOCUMENT), None)
    elif name in flow.places:
        forget_place(flow, name)
        flow.completed = [other for other in flow.completed if other != name]
    else:
        guided.reopen(exchange, flow, name)
