"""What residents tell the assistant itself: cancel, start again, repeat, a person please, another language."""

from collections.abc import Callable

from bot.exchange import Exchange
from bot.flows import contact, language
from bot.flows.back import go_back
from bot.flows.human import hand_over, offer
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
_NEEDS_WORDS = frozenset({"talk.cancel", "talk.restart", "talk.repeat"})
"""Nothing is open to be taken back or repeated: only the very words are obeyed."""


def hear(exchange: Exchange, heard: Heard) -> bool:
    """Obeys a command; False when the message is none."""
    if any(step(exchange, heard) for step in (_tell_what_it_is, _tell_privacy, _call_back, _help_vague)):
        return True
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


def _tell_what_it_is(exchange: Exchange, heard: Heard) -> bool:
    """ "vous êtes un robot ?": an honest machine says so, and goes on."""
    if heard.is_service or not heard.said.has("machine"):
        return False
    exchange.tell("machine")
    return True


def _tell_privacy(exchange: Exchange, heard: Heard) -> bool:
    """ "c'est anonyme ?", "vous faites quoi de mes données ?" """
    asks = heard.is_question or heard.said.ends_as_question
    if not asks or not heard.said.has("privacy"):
        return False
    exchange.tell("privacy", email=exchange.town.city.data_protection.email)
    return True


def _call_back(exchange: Exchange, heard: Heard) -> bool:
    """ "je préfère qu'on m'appelle": a person's work, with the number that was told."""
    if heard.is_service or not heard.said.has("call_back"):
        return False
    contact.volunteered(exchange, heard)
    human(exchange, heard)
    return True


def _help_vague(exchange: Exchange, heard: Heard) -> bool:
    """ "je veux signaler un problème": what about is still to be said."""
    said = heard.said
    if exchange.state.flow is not None or not said.has("something") or said.has("my_case"):
        return False
    if said.rest_without("something", "wish", "greeting", "lead_ins", "fillers", "determiner", "place_in"):
        return False
    can_do(exchange, heard)
    return True


def hear_likely(exchange: Exchange, heard: Heard) -> bool:
    """Runs a command that only the interpreter recognised, and only when the message answers no open question."""
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
        return not (heard.intent == "talk.language" and language.is_answer(exchange, heard))
    if heard.files or heard.refusals:
        return False
    if exchange.state.flow is None and exchange.state.question is None:
        return _is_likely(exchange, heard)
    if heard.intent == "talk.language":
        return heard.said.has("language_fr", "language_en")
    if heard.intent == "talk.repeat" and (heard.said.mentions or heard.said.numbers()):
        return False  # "pardon, c'est le 21": put right, and nothing to repeat
    group = _WORDS.get(heard.intent)
    return group is not None and len(heard.said.words) <= _LONGEST and heard.said.has(group)


def _is_likely(exchange: Exchange, heard: Heard) -> bool:
    """While nothing is open the interpreter alone will do, but to take something back or to go to a person."""
    said, group = heard.said, _WORDS.get(heard.intent)
    if said.found("address", "intersection") or (exchange.state.filed and said.has("add_to_case", "correction")):
        return False
    is_sure = heard.prediction.confidence >= (_LIKELY if group is None else _CERTAIN)
    return is_sure if heard.intent not in _NEEDS_WORDS else group is not None and said.has(group)


def _is_stop_in_chat(exchange: Exchange, heard: Heard) -> bool:
    """ "stop" in the middle of a web chat gives up the request; elsewhere it stops messages."""
    return exchange.state.flow is not None and heard.said.is_stop_keyword


def cancel(exchange: Exchange, heard: Heard | None = None) -> None:
    """Gives up what is being prepared; it may be taken up again."""
    state = exchange.state
    if state.flow is None and state.waiting:
        state.flow = state.waiting.pop(0)
    if state.flow is None:
        _nothing_to_cancel(exchange)
        return
    exchange.note("flow_cancelled", code=state.flow.code)
    exchange.tell("cancel.done")
    state.flow, state.cancelled = None, state.flow
    for flow in state.waiting:
        flow.asleep = True


def _nothing_to_cancel(exchange: Exchange) -> None:
    """What is filed already is a person's to cancel."""
    filed = exchange.state.filed
    if filed is None:
        exchange.tell("cancel.nothing")
    else:
        offer(exchange, "cancel.filed", reference=filed.reference)


def restart(exchange: Exchange, heard: Heard) -> None:
    state = exchange.state
    for flow in [*filter(None, [state.flow]), *state.waiting]:
        exchange.note("flow_cancelled", code=flow.code)
    state.flow, state.waiting, state.files, state.spot, state.cancelled = None, [], [], None, None
    exchange.tell("restart.done")


def human(exchange: Exchange, heard: Heard) -> None:
    hand_over(exchange, "requested", [heard])


def repeat(exchange: Exchange, heard: Heard) -> None:
    """The open question comes again by itself; without one, the last thing said."""
    if exchange.state.flow is None:
        for text in exchange.state.last_said:
            exchange.tell_text(text)
        exchange.keep_question()


def change_language(exchange: Exchange, heard: Heard) -> None:
    if language.asked_for(exchange, heard) == exchange.language:
        exchange.tell("language.now")


_COMMANDS: dict[str, Callable[[Exchange, Heard], None]] = {
    "talk.back": go_back,
    "talk.cancel": cancel,
    "talk.restart": restart,
    "talk.human": human,
    "talk.repeat": repeat,
    "talk.language": change_language,
    "ask.capabilities": can_do,
    "talk.greet": greet,
    "talk.thanks": thanks,
    "talk.goodbye": goodbye,
    "talk.wait": wait,
}
