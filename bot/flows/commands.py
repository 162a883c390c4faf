"""What residents tell the assistant itself: cancel, start again, repeat, a person please, another language."""

from collections.abc import Callable

from bot.exchange import Exchange
from bot.flows import guided, language
from bot.flows.human import hand_over
from bot.flows.smalltalk import can_do, goodbye, greet, thanks, wait
from bot.hearing import Heard

_CERTAIN, _LIKELY = 0.75, 0.5
_LONGEST, _LONGEST_WAIT = 14, 8
_WORDS = {
    "talk.cancel": "cancel",
    "talk.restart": "restart",
    "talk.human": "human",
    "talk.repeat": "repeat",
    "talk.language": "towards",
}
"""The word group that backs an intent which the interpreter alone is not certain of."""


def hear(exchange: Exchange, heard: Heard) -> bool:
    """Obeys a command; False when the message is none."""
    obey = cancel if _is_stop_in_chat(exchange, heard) else _COMMANDS.get(heard.intent)
    if _asks_for_time(heard):
        wait(exchange, heard)
        return True
    if obey is None or not _is_plain(exchange, heard):
        return False
    obey(exchange, heard)
    return True


def _asks_for_time(heard: Heard) -> bool:
    """ "attendez je cherche la date": nothing is told yet."""
    said = heard.said
    tells = said.mentions or said.numbers() or heard.files or said.has("negator")
    return said.opens_with("wait") and not tells and len(said.words) <= _LONGEST_WAIT


def hear_likely(exchange: Exchange, heard: Heard) -> bool:
    """Obeys what the interpreter alone takes for a command, when the message fits nothing that is open."""
    obey = _COMMANDS.get(heard.intent)
    is_bare = not (heard.said.mentions or heard.said.numbers() or heard.files or heard.refusals)
    if obey is None or heard.intent not in _WORDS or not is_bare:
        return False
    if len(heard.said.words) > _LONGEST or heard.prediction.confidence < _CERTAIN:
        return False
    obey(exchange, heard)
    return True


def _is_plain(exchange: Exchange, heard: Heard) -> bool:
    """A fixed expression; an intent backed by its words; or any likely one while nothing is open."""
    if heard.command is not None or _is_stop_in_chat(exchange, heard):
        return True
    if heard.files or heard.refusals:
        return False
    if exchange.state.flow is None and exchange.state.question is None:
        return heard.prediction.confidence >= _LIKELY and not heard.said.found("address", "intersection")
    if heard.intent == "talk.language":
        return heard.said.has("language_fr", "language_en")
    group = _WORDS.get(heard.intent)
    return group is not None and len(heard.said.words) <= _LONGEST and heard.said.has(group)


def _is_stop_in_chat(exchange: Exchange, heard: Heard) -> bool:
    """ "stop" in the middle of a web chat gives up the request; elsewhere it stops messages."""
    return exchange.state.flow is not None and heard.said.is_only("stop_always")


def cancel(exchange: Exchange, heard: Heard) -> None:
    state = exchange.state
    if state.flow is None and state.waiting:
        state.flow = state.waiting.pop(0)
    if state.flow is None:
        exchange.tell("cancel.nothing")
        return
    exchange.note("flow_cancelled", code=state.flow.code)
    exchange.tell("cancel.done")
    state.flow = None
    for flow in state.waiting:
        flow.asleep = True


def restart(exchange: Exchange, heard: Heard) -> None:
    state = exchange.state
    for flow in [*filter(None, [state.flow]), *state.waiting]:
        exchange.note("flow_cancelled", code=flow.code)
    state.flow, state.waiting, state.files, state.spot = None, [], [], None
    exchange.tell("restart.done")


def human(exchange: Exchange, heard: Heard) -> None:
    hand_over(exchange, "requested", [heard])


def repeat(exchange: Exchange, heard: Heard) -> None:
    """The open question comes again by itself; without one, the last thing said."""
    if exchange.state.flow is None:
        for text in exchange.state.last_said:
            exchange.tell_text(text)
        exchange.keep_question()


def back(exchange: Exchange, heard: Heard) -> None:
    """The last answer given is asked for again."""
    flow = exchange.state.flow
    known = [name for name in flow.values if name not in flow.skipped] if flow else []
    if flow is None or not known:
        exchange.tell("cancel.nothing" if flow is None else "help.in_flow")
        return
    guided.reopen(exchange, flow, known[-1])


def change_language(exchange: Exchange, heard: Heard) -> None:
    if language.asked_for(exchange, heard) == exchange.language:
        exchange.tell("language.now")


_COMMANDS: dict[str, Callable[[Exchange, Heard], None]] = {
    "talk.cancel": cancel,
    "talk.restart": restart,
    "talk.human": human,
    "talk.repeat": repeat,
    "talk.back": back,
    "talk.language": change_language,
    "ask.capabilities": can_do,
    "talk.greet": greet,
    "talk.thanks": thanks,
    "talk.goodbye": goodbye,
    "talk.wait": wait,
}
