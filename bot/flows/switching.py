"""Services: begin one, say honestly which are not ready, and keep a second one from being lost."""

from bot import kinds
from bot.dialogue_state import CHOOSE, SUGGEST, SWITCH, Flow, Offered, Question
from bot.exchange import Exchange
from bot.flows import files, guided
from bot.flows.naming import service_named
from bot.flows.people.human import offer, offer_to_town_hall, team_values
from bot.flows.town.not_offered import tell_not_offered
from bot.hearing import Heard
from services.kinds.fields import read_told
from services.town_hall.city import Team

_ANY_PROBLEM = "report.other"
"""What the catalogue has for a problem that none of its other reports is for."""
_CERTAIN, _SURE = 0.6, 0.8
_TELLING = 3
_SHORT = 10
"""Words of a message that only says that there is a problem."""


def begin(exchange: Exchange, heard: Heard) -> bool:
    """Starts the service a message asks for when nothing is under way."""
    if not heard.is_service or exchange.state.flow is not None or _only_places(heard):
        return False
    if _is_any_problem(exchange, heard, heard.intent):
        _ask_about_it(exchange, heard)
    elif heard.intent in exchange.town.services:
        guided.start(exchange, heard.intent, heard)
        exchange.just_started = True
        _note_others(exchange, heard)
    else:
        unsupported(exchange, heard, heard.intent)
    return True


def _only_places(heard: Heard) -> bool:
    """ "c'est devant l'école": says where something is, and hardly what."""
    is_weak = heard.prediction.confidence < _CERTAIN and heard.topic is None
    return is_weak and heard.said.opens_with("it_is", "near") and not heard.said.has("wish")


def _note_others(exchange: Exchange, heard: Heard) -> None:
    """ "un acte de naissance et une carte de stationnement": the second one comes right after."""
    begun = exchange.state.flow
    is_list = begun is not None and not heard.apart and heard.said.has("several") and not _is_item(exchange, heard)
    for code in exchange.town.topics.services_in(heard.said) if is_list else ():
        if begun is not None and code != begun.code and code in exchange.town.services:
            flow = guided.new_flow(exchange, code)
            flow.announced = False
            exchange.state.waiting.append(flow)
            exchange.tell("switch.after", service=exchange.town.service_name(code, exchange.language))


def named(exchange: Exchange, heard: Heard) -> bool:
    """A service known by its name alone, which the interpreter has not learnt; none from the words of an alert."""
    if heard.is_service or heard.command is not None or exchange.state.flow is not None:
        return False
    code = _by_content(exchange, heard) or service_named(exchange, heard)
    if code is None:
        return False
    if _is_any_problem(exchange, heard, code):
        _ask_about_it(exchange, heard)
    elif code in exchange.town.services:
        guided.start(exchange, code, heard)
        exchange.just_started = True
    else:
        unsupported(exchange, heard, code)
    return True


def _by_content(exchange: Exchange, heard: Heard) -> str | None:
    """The service whose questions a long message already answers, when the interpreter could not tell it."""
    city = exchange.town.city.name
    told = {
        code: sum(read_told(field, heard.said, city) is not None for field in service.fields)
        for code, service in exchange.town.services.items()
    }
    best = max(told, key=lambda code: told[code], default=None)
    return best if best is not None and told[best] >= _TELLING and list(told.values()).count(told[best]) == 1 else None


def unsupported(exchange: Exchange, heard: Heard, code: str) -> None:
    """A service that the town does not offer, or the assistant cannot file yet: who takes care of it."""
    if tell_not_offered(exchange, code, apart=heard.apart):
        return
    _refer(exchange, heard, exchange.town.service_name(code, exchange.language), exchange.town.team_of(code))


def _is_any_problem(exchange: Exchange, heard: Heard, code: str) -> bool:
    """ "il y a un problème dans ma rue": nothing is told of it yet."""
    said = heard.said
    is_short = len(said.words) <= _SHORT
    return code == _ANY_PROBLEM and exchange.state.flow is None and is_short and said.has("something")


def _ask_about_it(exchange: Exchange, heard: Heard) -> None:
    """Which problem it is; of one whose place is told, what it is."""
    if not files.keep_place(exchange, heard):
        _ask_which_problem(exchange)


def _ask_which_problem(exchange: Exchange) -> None:
    """ "il y a un problème dans ma rue": what can be filed here, as examples."""
    town = exchange.town
    reports = town.common_services("report")
    other = [town.services[_ANY_PROBLEM]] if _ANY_PROBLEM in town.services else []
    listed = [service for service in reports if service.code != _ANY_PROBLEM] + other
    offered = tuple(Offered(service.names.on(exchange.language), service.code) for service in listed)
    exchange.pose(Question(CHOOSE, SUGGEST, (*offered, *exchange.offer("human"))), exchange.words("problem.which"))


def tell_elsewhere(exchange: Exchange, heard: Heard) -> None:
    """Names who is in charge of what only sounds like a service of the town."""
    elsewhere = heard.elsewhere
    if elsewhere is None:
        return
    if elsewhere.told is not None:
        exchange.tell_elsewhere(elsewhere)
        return
    team = exchange.town.teams[elsewhere.team] if elsewhere.team is not None else None
    _refer(exchange, heard, elsewhere.label.on(exchange.language), team)


def _refer(exchange: Exchange, heard: Heard, topic: str, team: Team | None) -> None:
    """To the team that takes care of it, else to the town hall."""
    if team is None:
        offer_to_town_hall(exchange, topic)
    elif exchange.state.flow is not None or heard.apart:
        exchange.tell("unsupported.in_flow", topic=topic, **team_values(exchange, team))
    else:
        offer(exchange, "unsupported.service", topic=topic, team_code=team.code, **team_values(exchange, team))


def hear_wish(exchange: Exchange, heard: Heard) -> bool:
    """Another service plainly wished for: before its address is taken for the one under way."""
    return _is_other(exchange, heard) and _is_wished(exchange, heard) and _hear_other(exchange, heard)


def hear_another_service(exchange: Exchange, heard: Heard) -> bool:
    """Another service asked for in the middle of one, where the message fits nothing that is open."""
    return _is_other(exchange, heard) and _is_meant(exchange, heard) and _hear_other(exchange, heard)


def _is_other(exchange: Exchange, heard: Heard) -> bool:
    flow = exchange.state.flow
    return flow is not None and heard.is_service and (heard.intent != flow.code or _is_one_more(exchange, heard))


def _is_one_more(exchange: Exchange, heard: Heard) -> bool:
    """ "et un autre avenue Foch", told in one message with the first of its kind."""
    flow = exchange.state.flow
    is_same = flow is not None and heard.intent == flow.code
    return is_same and heard.apart and (exchange.just_started or heard.said.opens_with("one_more", "join", "also"))


def _is_wished(exchange: Exchange, heard: Heard) -> bool:
    """ "je voudrais aussi signaler ..."; one more thing to take away is no other service."""
    if heard.apart:
        return True
    asked = exchange.asked_field
    if asked is not None and asked.kind == "long_text":  # a description wishes for many things
        return False
    if heard.said.has("wish", "digression"):
        return heard.prediction.confidence >= _CERTAIN
    if _puts_right(exchange, heard):
        return True
    return heard.said.has("addition") and heard.prediction.confidence >= _SURE and not _is_item(exchange, heard)


def _puts_right(exchange: Exchange, heard: Heard) -> bool:
    """ "non, c'est un lampadaire cassé": what it is, not where."""
    flow, said = exchange.state.flow, heard.said
    is_same_kind = flow is not None and _same_kind(flow.code, heard.intent)
    is_what = said.has("correction") and not said.has("near") and not _is_item(exchange, heard)
    return is_same_kind and is_what and heard.prediction.confidence >= _SURE


def _is_item(exchange: Exchange, heard: Heard) -> bool:
    flow, city = exchange.state.flow, exchange.town.city.name
    items = exchange.town.services[flow.code].of_kind("items") if flow else ()
    return any(read_told(field, heard.said, city) is not None for field in items)


def _hear_other(exchange: Exchange, heard: Heard) -> bool:
    flow = exchange.state.flow
    if flow is None:
        return False
    if heard.intent not in exchange.town.services:
        unsupported(exchange, heard, heard.intent)
    elif heard.said.has("correction") and not heard.said.has("addition") and _same_kind(flow.code, heard.intent):
        _replace(exchange, flow, heard)
    elif exchange.just_started or _is_one_more(exchange, heard):
        _put_aside(exchange, heard)
        _tell_after(exchange, exchange.state.waiting[-1], flow)
    else:
        _ask(exchange, flow, heard)
    return True


def _tell_after(exchange: Exchange, later: Flow, flow: Flow) -> None:
    """What was put aside: by its place where it is the same service."""
    place = next(iter(later.places.values()), None)
    if later.code == flow.code and place is not None:
        exchange.tell("switch.one_more", place=place.text)
    else:
        exchange.tell("switch.after", service=exchange.town.service_name(later.code, exchange.language))


def _is_meant(exchange: Exchange, heard: Heard) -> bool:
    """Said so, or likely enough where the open question does not take any words."""
    if heard.said.has("wish", "addition", "digression", "correction"):
        return True
    asked = exchange.asked_field
    is_open = asked is not None and asked.kind in kinds.OPEN
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
        guided.take_what_is_told(exchange, heard)


def _inherit(exchange: Exchange, old: Flow, new: Flow) -> None:
    known = {field.name: field.kind for field in exchange.town.services[old.code].fields}
    for field in exchange.town.services[new.code].fields:
        if known.get(field.name) == field.kind and field.name in old.values:
            new.values[field.name] = old.values[field.name]
            if field.name in old.places:
                new.places[field.name] = old.places[field.name]
    new.files = list(old.files)


def _put_aside(exchange: Exchange, heard: Heard) -> None:
    """Keeps the second service with everything already said of it; named again, it is the one that waits already."""
    state = exchange.state
    first, asked = state.flow, state.question
    again = None if heard.apart else next((flow for flow in state.waiting if flow.code == heard.intent), None)
    state.waiting = [flow for flow in state.waiting if flow is not again]
    state.flow, state.question = again or guided.new_flow(exchange, heard.intent), None
    guided.take_what_is_told(exchange, heard)
    if state.flow is not None:
        state.flow.announced = False
        state.waiting.append(state.flow)
    state.flow, state.question = first, asked


def _ask(exchange: Exchange, flow: Flow, heard: Heard) -> None:
    _put_aside(exchange, heard)
    if exchange.state.waiting:
        ask_which(exchange, flow, exchange.state.waiting[-1].code)


def ask_which(exchange: Exchange, flow: Flow, other: str) -> None:
    """Which of the two is gone on with now."""
    language = exchange.language
    text = exchange.words(
        "switch.ask",
        new=exchange.town.service_name(other, language),
        current=exchange.town.service_name(flow.code, language),
    )
    exchange.pose(Question(CHOOSE, SWITCH, exchange.offer("finish_first", "change_over")), text)


def ask_again(exchange: Exchange) -> None:
    """The same choice once more after an answer that was not understood: it is not lost."""
    state = exchange.state
    is_open = state.question is not None and (state.question.name, state.question.purpose) == (CHOOSE, SWITCH)
    if is_open and state.flow is not None and state.waiting and exchange.posed is None and not exchange.is_handed_over:
        ask_which(exchange, state.flow, state.waiting[-1].code)


def choose_between(exchange: Exchange, option: str) -> None:
    """First finish, or change over now; the other one is kept either way."""
    state = exchange.state
    if option == "change_over" and state.flow is not None and state.waiting:
        state.flow, state.waiting = state.waiting[-1], [state.flow, *state.waiting[:-1]]
        guided.announce(exchange, state.flow)
    else:
        exchange.tell("switch.kept")


def go_first(exchange: Exchange, code: str) -> None:
    """Of the services begun this one is gone on with; the one before it waits first in line."""
    state = exchange.state
    wanted = next((flow for flow in state.waiting if flow.code == code), None)
    if wanted is None or state.flow is None or state.flow.code == code:
        exchange.tell("switch.first", service=exchange.town.service_name(code, exchange.language))
        return
    state.waiting = [state.flow, *(flow for flow in state.waiting if flow is not wanted)]
    state.flow, state.question = wanted, None
    guided.announce(exchange, wanted)


def next_waiting(exchange: Exchange) -> None:
    """After one service, the one that was put aside."""
    state = exchange.state
    if state.flow is None and state.waiting and not state.waiting[0].asleep:
        state.flow = state.waiting.pop(0)
        if state.flow.announced:
            exchange.tell("resume.going_on", service=exchange.town.service_name(state.flow.code, exchange.language))
        else:
            guided.announce(exchange, state.flow)
            _tell_place(exchange, state.flow)


def _tell_place(exchange: Exchange, flow: Flow) -> None:
    """Which one it is, where the place is known and will not be asked for."""
    place = next((flow.places[name] for name in flow.places if name in flow.values), None)
    if place is not None:
        exchange.tell("switch.place", place=place.text)
