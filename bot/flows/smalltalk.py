"""Greeting, thanks, goodbye, what the assistant can do, and patience."""

from bot.exchange import Exchange
from bot.hearing import Heard
from kit.formats import join_all
from kit.text import uncapitalised


def introduce(exchange: Exchange) -> None:
    """Once in a conversation, before anything else: an automatic assistant, and a person on request."""
    if not exchange.state.introduced:
        exchange.state.introduced = True
        exchange.tell("intro", town=exchange.town.city.name)


def greet(exchange: Exchange, heard: Heard) -> None:
    if exchange.state.flow is not None:
        exchange.tell("greet.in_flow")
    elif len(exchange.pieces) == 0:
        exchange.tell("greet.again")
    if exchange.state.flow is None:
        exchange.tell("greet.how")


def thanks(exchange: Exchange, heard: Heard) -> None:
    exchange.tell("thanks")


def goodbye(exchange: Exchange, heard: Heard) -> None:
    """The flow stays; its question is not put again to somebody who leaves."""
    exchange.tell("goodbye.in_flow" if exchange.state.flow is not None else "goodbye")
    exchange.leaving = True
    exchange.keep_question()


def wait(exchange: Exchange, heard: Heard) -> None:
    """The open question waits too."""
    exchange.tell("wait")
    exchange.leaving = True
    exchange.keep_question()


def can_do(exchange: Exchange, heard: Heard) -> None:
    if exchange.state.flow is not None:
        exchange.tell("help.in_flow")
        return
    exchange.tell("help", reports=_names(exchange, "report"), requests=_names(exchange, "request"))


def _names(exchange: Exchange, kind: str) -> str:
    names = [item.names.on(exchange.language) for item in exchange.town.common_services(kind)]
    return join_all([uncapitalised(name) for name in names], exchange.language)


def yes_or_no(exchange: Exchange, heard: Heard) -> bool:
    """A yes or no that answers nothing; in a flow it comes after the answer, in the same turn, and adds nothing."""
    if heard.intent not in {"talk.affirm", "talk.deny", "talk.skip"}:
        return False
    if heard.command is None and not heard.said.opens_with("yes", "no", "skip"):
        return False
    if exchange.state.flow is not None:
        return exchange.state.question is None
    exchange.tell("greet.how" if heard.intent == "talk.affirm" else "deny.idle")
    return True


def nothing_said(exchange: Exchange) -> None:
    """Only emoji, blanks or unreadable signs."""
    exchange.tell("missed.wordless")
