"""What is told of a matter the town knows: added to the resident's own case; a closed one is a person's to open again.

A stranger's news, and news of somebody else's case, get the same words whether such a case exists or not.
"""

from collections.abc import Sequence

from bot.acting.asking_back import ask_back
from bot.acts import Cancel, News
from bot.dialogue_state import CHOOSE, NEWS, Filed, Offered, Question
from bot.exchange import Exchange
from bot.flows.cases import status
from bot.flows.cases.adding import KEPT, OPEN, add
from bot.flows.people.human import offer
from bot.hearing import Heard
from bot.queries import CaseByReference, CaseFacts, CasesOfContact
from kit.text import shorten

_MOST_CASES = 4


def tell_news(exchange: Exchange, act: News, heard: Heard) -> None:
    """Adds the news to the case it is about; asks which, where it may be several.

    What is repaired while it is being reported need not be reported any more: asked, never given up unasked.
    """
    if exchange.state.flow is not None:
        ask_back(exchange, Cancel(), heard)
        return
    cases = _cases_meant(exchange, act)
    if not cases:
        exchange.tell("news.thanks" if act.state == "repaired" else "news.unknown")
        return
    if len(cases) > 1:
        _ask_which(exchange, cases, heard, act)
        return
    _add(exchange, act.state, cases[0], heard)


def _cases_meant(exchange: Exchange, act: News) -> list[CaseFacts]:
    """The resident's cases of the service named, the open ones if there are any; the one filed last where none is."""
    known: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    filed = exchange.state.filed
    if act.service is None and filed is not None:
        known = tuple(case for case in known if case.reference == filed.reference) or known
    of_kind = [case for case in known if act.service in {None, case.service_code}]
    return ([case for case in of_kind if case.state in OPEN] or of_kind)[:_MOST_CASES]


def _add(exchange: Exchange, state: str, case: CaseFacts, heard: Heard) -> None:
    if case.state not in OPEN:
        if state == "repaired":
            exchange.tell("news.thanks")
        else:
            offer(exchange, "updated.closed", reference=case.reference)
        return
    exchange.state.filed = Filed(case.reference, case.service_code)
    exchange.need(CaseByReference(case.reference))
    add(exchange, case, heard)
    exchange.tell(f"news.{state}")
    if state != "repaired":
        status.tell_status(exchange, case)


def _ask_which(exchange: Exchange, cases: Sequence[CaseFacts], heard: Heard, act: News) -> None:
    offered = tuple(Offered(_named(exchange, case), case.reference) for case in cases)
    payload = {"words": shorten(heard.said.text, KEPT), "state": act.state}
    exchange.pose(Question(CHOOSE, NEWS, offered, payload), exchange.words("news.which"))


def _named(exchange: Exchange, case: CaseFacts) -> str:
    """A case as its resident knows it: what it is about, and where."""
    parts = [exchange.town.service_name(case.service_code, exchange.language), case.location_text, case.reference]
    return ", ".join(part for part in parts if part)


def tell_of_picked(exchange: Exchange, question: Question, reference: str, heard: Heard) -> None:
    """The case that the news is about."""
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    case = next((case for case in cases if case.reference == reference), None)
    if case is None:
        status.ask_reference(exchange)
        return
    words = heard.said.part(0, 0)
    told = heard.telling(type(words)(question.payload.get("words", ""), (), words.lexicon, words.today))
    _add(exchange, question.payload.get("state", "still"), case, told)
