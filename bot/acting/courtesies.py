"""Manners answered in a word; in the place of an answer, the question comes again in other words."""

from bot import kinds
from bot.acts import Affirm, Chat, Deny, Grumble, Thank
from bot.exchange import Exchange
from bot.flows.people.human import hand_over, tell_refusal
from bot.hearing import Heard


def introduce(exchange: Exchange) -> None:
    """Once in a conversation, before anything else: an automatic assistant, and a person on request."""
    if not exchange.state.introduced:
        exchange.state.introduced = True
        exchange.tell("intro", town=exchange.town.city.name)


def greet(exchange: Exchange) -> None:
    """Asks what is wanted, where nothing is under way."""
    if exchange.state.flow is not None:
        exchange.tell("greet.in_flow")
    elif len(exchange.pieces) == 0:
        exchange.tell("greet.again")
    if exchange.state.flow is None:
        exchange.tell("greet.how")


def part(exchange: Exchange) -> None:
    """The flow stays; its question is not put again to somebody who leaves."""
    exchange.tell("goodbye.in_flow" if exchange.state.flow is not None else "goodbye")
    exchange.leaving = True
    exchange.keep_question()


def answer_manners(exchange: Exchange, act: Thank | Chat | Grumble) -> None:
    """Thanks are returned and anger is calmed."""
    if isinstance(act, Thank):
        exchange.tell("thanks")
    elif isinstance(act, Grumble):
        exchange.tell("abuse.calm")
    asked = exchange.asked_field
    if asked is not None and (asked.kind in kinds.OPEN or isinstance(act, Grumble)):
        tell_refusal(exchange, asked)


def answer_insult(exchange: Exchange, heard: Heard) -> None:
    """A calm answer the first time, a person the second."""
    exchange.state.insults += 1
    if exchange.state.insults > 1:
        exchange.tell("abuse.again")
        hand_over(exchange, "anger", [heard])
    else:
        exchange.tell("abuse.calm")


def answer_idle(exchange: Exchange, act: Affirm | Deny) -> None:
    """A yes or no that answers nothing; within a flow it comes after the answer and adds nothing."""
    if exchange.state.flow is None:
        exchange.tell("greet.how" if isinstance(act, Affirm) else "deny.idle")


def nothing_said(exchange: Exchange) -> None:
    """Only emoji, blanks or unreadable signs."""
    exchange.tell("missed.wordless")
