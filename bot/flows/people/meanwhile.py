"""While a conversation waits for a person: the way back to the assistant, and what it answers in the meantime.

The place in the queue is kept unless the resident goes back. Whoever is in distress or danger keeps it in any case.
"""

from collections.abc import Sequence

from bot.contract import LeaveQueue
from bot.dialogue_state import Flow, Question
from bot.exchange import Exchange
from bot.flows.people import human
from bot.hearing import Heard
from bot.saying.replies import Piece

_PLAIN = 0.8
"""Probability from which the interpreter alone is believed: whoever waits for a person is rarely talking to us."""
_LONGEST = 12
_KEEPS_PLACE = frozenset({"distress", "emergency"})
_BACK = frozenset({"talk.restart", "talk.cancel"})
_MANNERS = frozenset({"talk.thanks", "talk.goodbye", "talk.greet", "talk.affirm", "talk.deny", "talk.wait"})


def take_meanwhile(exchange: Exchange, heard: Sequence[Heard]) -> list[Heard] | None:
    """The messages that the assistant answers although a person is awaited; None where it stays silent.

    An empty list: the resident went back to the assistant and said nothing else.
    """
    back = next((message for message in heard if goes_back(exchange, message)), None)
    if back is not None:
        _go_back(exchange)
        return [message for message in heard if message is not back or message.command in _BACK]
    if exchange.state.meanwhile:
        return list(heard)
    return [message for message in heard if _is_plain_demand(exchange, message)] or None


def goes_back(exchange: Exchange, heard: Heard) -> bool:
    """The offered choice, "revenir à l'assistant" in words, or a command that only the assistant can obey."""
    said = heard.said
    if exchange.state.meanwhile or heard.files:
        return False
    if heard.command in _BACK or said.lone_number() == 1 or said.is_only("resume"):
        return True
    return said.has("to_assistant") and not said.has("negator") and len(said.words) <= _LONGEST


def _go_back(exchange: Exchange) -> None:
    if exchange.view.queue_reason in _KEEPS_PLACE:
        exchange.state.meanwhile = exchange.state.meanwhile_told = True
        exchange.tell("waiting.kept")
        return
    exchange.left_queue = True
    exchange.effects.append(LeaveQueue())
    forget_stay(exchange)
    exchange.tell("waiting.left")


def forget_stay(exchange: Exchange) -> None:
    """What was told during one stay in the queue is told again in the next."""
    state = exchange.state
    state.meanwhile = state.meanwhile_told = state.wait_reminded = False


def greet_back(exchange: Exchange) -> None:
    """Asks what is wanted where the resident went back and nothing is under way."""
    state = exchange.state
    is_back = exchange.left_queue or exchange.view.held_by == "agent"
    if is_back and state.flow is None and not state.waiting and exchange.posed is None:
        exchange.tell("greet.how")


def _is_plain_demand(exchange: Exchange, heard: Heard) -> bool:
    """A service, a question to the town, a case by its reference: understood beyond doubt, and no word of a person."""
    said = heard.said
    if said.is_wordless or said.has("human", "call_back") or said.opposition or heard.intent in _MANNERS:
        return False
    if said.found("case_reference") or heard.command in {"talk.language", "ask.capabilities"}:
        return True
    if heard.elsewhere is not None or heard.prediction.confidence < _PLAIN:
        return False
    return heard.intent in exchange.town.services or (heard.asks is not None and heard.asks_the_town)


def set_aside(exchange: Exchange, heard: Sequence[Heard]) -> tuple[Flow | None, Question | None]:
    """Takes what was under way out of the demand's way, unless the demand is about that very thing."""
    state = exchange.state
    is_other = state.flow is not None and all(message.intent != state.flow.code for message in heard)
    if state.meanwhile or not (is_other or state.flow is None):
        return None, None
    kept = state.flow, state.question
    state.flow = state.question = None
    return kept


def put_back(exchange: Exchange, kept: tuple[Flow | None, Question | None]) -> None:
    """What was under way is under way again; behind what has begun in the meantime, it waits to be asked about."""
    state, (flow, question) = exchange.state, kept
    if flow is None and question is None:
        return
    if state.flow is None and exchange.posed is None:
        state.flow, state.question = flow, question
        exchange.keep_question()
    elif flow is not None:
        flow.asleep = True
        state.waiting.insert(0, flow)


def conclude(exchange: Exchange, missed: Sequence[Heard], *, is_understood: bool) -> bool:
    """Notes for the agents that the assistant has answered, and tells the resident that the person still comes.

    False when nothing was answered.
    """
    if not is_understood:
        is_told = exchange.state.flow is not None or exchange.view.held_by == "agent"
        if exchange.state.meanwhile and is_told:
            human.help_in_flow(exchange, missed[-1])
            return True
        exchange.state.meanwhile = False
        return False
    exchange.note("answered_meanwhile")
    if not exchange.state.meanwhile_told:
        exchange.pieces.insert(0, Piece(exchange.words("waiting.meanwhile")))
        exchange.state.meanwhile_told = True
    return True


def note_whether_open(exchange: Exchange) -> None:
    """The assistant goes on listening while something it has begun is open."""
    is_awaited = exchange.view.held_by == "queue" or exchange.is_handed_over
    if is_awaited and not exchange.left_queue:
        begun = exchange.state.flow is not None and not exchange.keeps
        exchange.state.meanwhile = begun or exchange.posed is not None


def remind(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Once while nobody is there: when the person comes, and the way back. Not to thanks and goodbyes."""
    if exchange.state.wait_reminded or not says_something(heard) or human.is_staffed(exchange):
        return False
    exchange.state.wait_reminded = True
    human.tell_wait(exchange)
    return True


def says_something(heard: Sequence[Heard]) -> bool:
    """Whether more is said than thanks and goodbyes."""
    return any(message.intent not in _MANNERS and not message.is_empty for message in heard)
