"""Services: begin one, say honestly which are not ready, and keep a second one from being lost."""

from bot.dialogue_state import Flow, Question
from bot.exchange import Exchange
from bot.flows import guided
from bot.flows.human import offer
from bot.flows.questions_asked import CHOOSE
from bot.hearing import Heard

SWITCH = "switch"
_CERTAIN = 0.6
_SHARED = ("places", "files")


def begin(exchange: Exchange, heard: Heard) -> bool:
    """Starts the service a message asks for when nothing is under way."""
    if not heard.is_service or exchange.state.flow is not None:
        return False
    if heard.intent in exchange.town.services:
        guided.start(exchange, heard.intent, heard)
        exchange.just_started = True
    else:
        unsupported(exchange, heard.intent)
    return True


def unsupported(exchange: Exchange, code: str) -> None:
    """A service of the town that the assistant cannot file yet."""
    name, team = exchange.town.service_name(code, exchange.language), exchange.town.team_of(code)
    if exchange.state.flow is not None:
        exchange.tell("unsupported.in_flow", topic=name)
    else:
        offer(exchange, "unsupported.service", topic=name, team_code=team.code if team else "")


def hear(exchange: Exchange, heard: Heard) -> bool:
    """Another service asked for in the middle of one."""
    flow = exchange.state.flow
    if flow is None or not heard.is_service or heard.intent == flow.code or not _is_meant(exchange, heard):
        return False
    if heard.intent not in exchange.town.services:
        unsupported(exchange, heard.intent)
    elif heard.said.has("correction") and not heard.said.has("addition") and _same_kind(flow.code, heard.intent):
        _replace(exchange, flow, heard)
    elif exchange.just_started:
        _put_aside(exchange, heard)
        exchange.tell("switch.after", service=exchange.town.service_name(heard.intent, exchange.language))
    else:
        _ask(exchange, flow, heard)
    return True


def _is_meant(exchange: Exchange, heard: Heard) -> bool:
    """Said so, or likely enough where the open question does not take any words."""
    if heard.said.has("wish", "addition", "digression", "correction"):
        return True
    asked = guided.asked_field(exchange)
    is_open = asked is not None and asked.kind in guided.OPEN_KINDS
    return not is_open and heard.prediction.confidence >= _CERTAIN


def _same_kind(one: str, other: str) -> bool:
    return one.partition(".")[0] == other.partition(".")[0]


def _replace(exchange: Exchange, flow: Flow, heard: Heard) -> None:
    """ "non, c'est un lampadaire": the right service, with the place and the photos already given."""
    exchange.note("flow_cancelled", code=flow.code)
    guided.start(exchange, heard.intent)
    new = exchange.state.flow
    if new is not None:
        _inherit(exchange, flow, new)
        guided.take(exchange, heard)


def _inherit(exchange: Exchange, old: Flow, new: Flow) -> None:
    known = {field.name: field.kind for field in exchange.town.services[old.code].fields}
    for field in exchange.town.services[new.code].fields:
        if known.get(field.name) == field.kind and field.name in old.values:
            new.values[field.name] = old.values[field.name]
            if field.name in old.places:
                new.places[field.name] = old.places[field.name]
    new.files = list(old.files)


def _put_aside(exchange: Exchange, heard: Heard) -> None:
    """Keeps the second service with everything already said of it."""
    first, asked = exchange.state.flow, exchange.state.question
    exchange.state.flow, exchange.state.question = guided.new_flow(exchange, heard.intent), None
    guided.take(exchange, heard)
    if exchange.state.flow is not None:
        exchange.state.waiting.append(exchange.state.flow)
    exchange.state.flow, exchange.state.question = first, asked


def _ask(exchange: Exchange, flow: Flow, heard: Heard) -> None:
    _put_aside(exchange, heard)
    language = exchange.language
    text = exchange.words(
        "switch.ask",
        new=exchange.town.service_name(heard.intent, language),
        current=exchange.town.service_name(flow.code, language),
    )
    exchange.pose(Question(CHOOSE, SWITCH, exchange.offer("finish_first", "change_over")), text)


def hear_choice(exchange: Exchange, choice: str | None, heard: Heard) -> bool:
    """First finish, or change over now; the other one is kept either way."""
    state = exchange.state
    if state.flow is None or not state.waiting:
        return False
    if choice == "change_over" or (choice is None and heard.said.is_only("change_over")):
        state.flow, state.waiting = state.waiting[-1], [state.flow, *state.waiting[:-1]]
        exchange.note("flow_started", code=state.flow.code)
        guided.announce(exchange, exchange.town.services[state.flow.code])
        return True
    if choice == "finish_first" or heard.said.is_only("finish_first"):
        exchange.tell("switch.kept")
        return True
    return False


def next_waiting(exchange: Exchange) -> None:
    """After one service, the one that was put aside."""
    state = exchange.state
    if state.flow is None and state.waiting and not state.waiting[0].asleep:
        state.flow = state.waiting.pop(0)
        if not state.flow.values:
            exchange.note("flow_started", code=state.flow.code)
        exchange.tell("switch.next", service=exchange.town.service_name(state.flow.code, exchange.language))
