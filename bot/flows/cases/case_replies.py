"""What residents answer when the town has just written about their case: "which side is it on?", "it is repaired".

What was asked goes to the case, which is open again; what comes back about a closed case is a person's to read.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue_state import Filed
from bot.exchange import Exchange
from bot.flows.cases import status, updates
from bot.flows.cases.adding import OPEN, add, update_of
from bot.flows.people.human import hand_over
from bot.hearing import Heard
from bot.queries import CaseByReference, CaseFacts, CasesInQuestion

_ANSWERS = frozenset({"talk.affirm", "talk.deny"})


def queries(exchange: Exchange) -> Iterator[CaseByReference]:
    """The case that the town wrote about."""
    if exchange.view.told_of is not None:
        yield CaseByReference(exchange.view.told_of)


def hear_case_reply(exchange: Exchange, heard: Heard) -> bool:
    """Takes the answer; False for thanks, for a question to the town and for a new matter."""
    case = status.own_case(exchange, exchange.view.told_of)
    if case is None or exchange.state.flow is not None or _is_else(exchange, heard, case):
        return False
    exchange.state.filed = Filed(case.reference, case.service_code)
    if case.state == "awaiting_resident":
        return add(exchange, case, heard)
    if case.state in OPEN or heard.command is not None:
        return False
    team = exchange.town.team_of(case.service_code)
    hand_over(exchange, "case_reply", [heard], team.code if team else None)
    return True


def take_in_silence(exchange: Exchange, heard: Sequence[Heard]) -> None:
    """While a person holds the conversation: the answer to what the town asked goes to the case, without a word."""
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesInQuestion())
    if not cases:
        return
    for message in heard:
        if message.files or message.location or not (message.is_empty or _is_else(exchange, message, cases[0])):
            exchange.effects.append(update_of(cases[0], message))


def _is_else(exchange: Exchange, heard: Heard, case: CaseFacts) -> bool:
    if heard.command is not None and heard.command not in _ANSWERS:
        return True
    if status.names_reference(heard) or (heard.is_question and (heard.asks_the_town or heard.intent == status.ASKED)):
        return True
    return updates.is_new_matter(exchange, heard, Filed(case.reference, case.service_code))
