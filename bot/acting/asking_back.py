"""What is possible and not sure is asked, never begun: a wish of others or a supposed one, an own case or a new one."""

from bot.acting.controlling import cancel
from bot.acts import Act, AskStatus, Begin, Cancel
from bot.dialogue_state import CHOOSE, PROPOSE, Question
from bot.exchange import Exchange
from bot.flows.cases import status
from bot.flows.cases.adding import OPEN, add_words
from bot.hearing import Heard, hear_words
from bot.queries import CaseByReference, CaseFacts, CasesOfContact
from intents.contract import Prediction
from kit.text import shorten

_KEPT = 600
_OWN = "own_case"


def ask_back(exchange: Exchange, act: Act, heard: Heard) -> bool:
    """Puts one question about what may be meant; False where there is nothing to ask."""
    if isinstance(act, Begin):
        return _ask_begin(exchange, act.service, heard)
    if isinstance(act, AskStatus) and act.service is not None:
        return _ask_case(exchange, act.service, heard)
    if isinstance(act, Cancel):
        question = Question(CHOOSE, PROPOSE, exchange.offer("yes", "no"), {"act": act.kind})
        exchange.pose(question, exchange.words("propose.cancel"))
        return True
    return False


def _ask_begin(exchange: Exchange, code: str, heard: Heard) -> bool:
    payload = {"act": Begin.__name__, "code": code, "text": shorten(heard.said.text, _KEPT)}
    name = exchange.town.service_name(code, exchange.language)
    question = Question(CHOOSE, PROPOSE, exchange.offer("yes", "no"), payload)
    exchange.pose(question, exchange.words("propose.begin", service=name))
    return True


def _ask_case(exchange: Exchange, code: str, heard: Heard) -> bool:
    """ "le lampadaire est éteint" from who has reported one: about that case, or another one."""
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    case = next((case for case in cases if case.service_code == code and case.state in OPEN), None)
    if case is None:
        return False
    exchange.need(CaseByReference(case.reference))
    payload = {"act": AskStatus.__name__, "code": code, "text": shorten(heard.said.text, _KEPT)}
    payload["reference"] = case.reference
    offered = exchange.offer(_OWN, "new_problem")
    name = exchange.town.service_name(code, exchange.language)
    words = exchange.words("propose.case", service=name, reference=case.reference)
    exchange.pose(Question(CHOOSE, PROPOSE, offered, payload), words)
    return True


def answer(exchange: Exchange, question: Question, option: str) -> None:
    """Yes does what was proposed; no does nothing."""
    is_yes = option in {"yes", _OWN}
    exchange.state.question = None
    payload = question.payload
    if payload.get("act") == AskStatus.__name__:
        _settle_case(exchange, payload["reference"], payload["text"]) if is_yes else _begin(exchange, question)
    elif is_yes and payload.get("act") == Cancel.__name__:
        cancel(exchange)
    elif is_yes:
        _begin(exchange, question)
    elif exchange.state.flow is None:
        exchange.tell("deny.idle")


def _settle_case(exchange: Exchange, reference: str, words: str) -> None:
    case = status.own_case(exchange, reference)
    if case is not None:
        add_words(exchange, case, words, None)
        status.tell_status(exchange, case)


def _begin(exchange: Exchange, question: Question) -> None:
    """The words that were doubtful, now that what they mean is told."""
    text, code = question.payload.get("text", ""), question.payload["code"]
    prediction = Prediction(text, code, 1.0, exchange.language, ((code, 1.0),))
    said = hear_words(text, prediction, exchange.town.lexicon, exchange.today)
    exchange.again = Heard(said, prediction, settled=True)
