"""STOP and START: opposition to messages wins over everything, and is confirmed in one sentence.

Obeyed: the bare keyword, an unmistakable sentence, what the provider took the message for. Anything less is asked
back, and only while no person holds the conversation.
"""

from collections.abc import Sequence

from bot.contract import OptIn, OptOut
from bot.dialogue_state import CHOOSE, OPT_OUT, Question
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.queries import StopHeldByProvider
from bot.reading.picking import exactly
from channels.contacts import VISITOR
from services.words.said import Said


def hear_opposition(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Whether one of the messages is STOP, or START after a STOP. The last one counts."""
    is_chat = exchange.view.contact_kind == VISITOR.kind
    for message in reversed(heard):
        if exchange.view.opted_out:
            if message.keyword == "start" or message.said.lexicon.stopping.is_start(message.said.text):
                _start(exchange)
                return True
        elif message.keyword == "stop":
            _stop_silently(exchange)
            return True
        elif message.said.opposition == "stop" and not _is_answer(exchange, message, is_chat=is_chat):
            _stop(exchange)
            return True
    return False


def is_told_plainly(said: Said, *, is_opted_out: bool, is_chat: bool) -> bool:
    """Whether the words alone start or stop messages; in a web chat "stop" alone may only give up the request."""
    if is_opted_out:
        return said.lexicon.stopping.is_start(said.text)
    return said.opposition == "stop" and not (is_chat and said.is_stop_keyword)


def _is_answer(exchange: Exchange, heard: Heard, *, is_chat: bool) -> bool:
    """Whether it is one of the answers offered, as "No contact" is, or gives up the request under way."""
    question = exchange.state.question
    is_offered = question is not None and exactly(question, heard.said) is not None
    return is_offered or _gives_up_request(exchange, heard, is_chat=is_chat)


def _gives_up_request(exchange: Exchange, heard: Heard, *, is_chat: bool) -> bool:
    """In the middle of a web chat "stop" only gives up the request."""
    return is_chat and exchange.state.flow is not None and heard.said.is_stop_keyword


def _start(exchange: Exchange) -> None:
    exchange.effects.append(OptIn())
    exchange.state.start_hinted = False
    exchange.tell("opted_in", "opt_out")
    exchange.keep_question()


def _stop(exchange: Exchange) -> None:
    exchange.effects.append(OptOut())
    exchange.state.start_hinted = False
    exchange.tell("opted_out", "opt_out")
    exchange.keep_question()


def _stop_silently(exchange: Exchange) -> None:
    """The provider has confirmed it itself, and would hold back whatever else is said."""
    exchange.effects.append(OptOut(told="provider"))
    exchange.state.start_hinted = True
    exchange.keep_question()


def hint_at_start(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Tells once after a STOP how messages start again; False when it was told before, or cannot arrive."""
    if exchange.state.start_hinted or all(message.is_empty for message in heard):
        return False
    is_held_back = exchange.fact(StopHeldByProvider())
    exchange.state.start_hinted = True
    if is_held_back:
        return False
    exchange.tell("opted_out.hint", "opt_out")
    exchange.keep_question()
    return True


def drop_help(heard: Sequence[Heard]) -> list[Heard]:
    """The messages without those that the provider has already answered with its help."""
    return [message for message in heard if message.keyword != "help"]


def ask(exchange: Exchange) -> None:
    """Asks back what only sounds like opposition."""
    offered = exchange.offer("stop_messages", "keep_messages")
    exchange.pose(Question(CHOOSE, OPT_OUT, offered), exchange.words("opt_out.ask"))


def answer(exchange: Exchange, option: str) -> None:
    """Whether messages should stop."""
    if option == "stop_messages":
        exchange.state.question = None
        _stop(exchange)
    else:
        exchange.tell("opt_out.kept")
