"""The first entry of the chain: what the choice takes of a message, and what it leaves to the steps behind it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.acting.answering_manners import answer_manners, takes_manners
from bot.acting.asking_back import ask_back
from bot.acting.changing_items import change_items
from bot.acting.declining import decline
from bot.acting.outcome import rest_of
from bot.acting.reporting_news import tell_news
from bot.acts import AskStatus, Begin, Cancel, ChangeItems, Chat, Decline, Grumble, News, Thank
from bot.choosing.choose import Choice, choose
from bot.choosing.explain import explain
from bot.exchange import Exchange
from bot.flows import status
from bot.flows.commands import cancel
from bot.flows.questions_asked import CHOOSE, asked_field
from bot.hearing import Heard
from bot.queries import CasesOfContact
from bot.reading.findings import Findings
from bot.reading.news import tells_news
from bot.reading.readers import READERS
from bot.reading.reading import Context, Reading
from bot.reading.status import asks_status
from intents.contract import OUT_OF_SCOPE


def hear(exchange: Exchange, heard: Heard) -> list[Heard] | None:
    """What is left to be answered once the chosen acts are done; None where the choice takes nothing."""
    if heard.settled or heard.findings is None or heard.said.is_wordless:
        return None
    choice = read(exchange, heard.findings)
    exchange.why.append(explain(heard.findings, choice))
    taken = [one for one in choice.chosen if _takes(exchange, one)]
    if taken:
        rest = rest_of(heard, taken, exchange.town)
        for one in taken:
            _do(exchange, one, heard, is_all=not rest)
        return rest
    if _keeps_on(exchange, choice):
        return _continue(exchange, heard)
    return _ask(exchange, choice, heard)


def read(exchange: Exchange, findings: Findings) -> Choice:
    """What is meant by a message, in what is open now."""
    context = _context(exchange, findings)
    return choose(findings, [one for reader in READERS for one in reader(findings, context)])


def _context(exchange: Exchange, findings: Findings) -> Context:
    state = exchange.state
    is_about_cases = needs_cases(exchange, findings)
    cases = exchange.fact(CasesOfContact()) if is_about_cases else ()
    return Context(exchange.town, state.flow, asked_field(exchange), state.question, cases)


def needs_cases(exchange: Exchange, findings: Findings) -> bool:
    """Whether what is meant depends on the resident's cases."""
    return exchange.state.flow is None and (tells_news(findings) or asks_status(findings))


def _takes(exchange: Exchange, one: Reading) -> bool:
    """What the choice takes so far; the steps of the chain take the rest."""
    act = one.act
    if isinstance(act, News):
        flow = exchange.state.flow
        if flow is not None:
            return act.state == "repaired" and act.service in {None, flow.code}
        return exchange.view.told_of is None
    if isinstance(act, Thank | Chat | Grumble):
        return takes_manners(exchange, act)
    return isinstance(act, Decline | ChangeItems | Cancel | AskStatus)


def _do(exchange: Exchange, one: Reading, heard: Heard, *, is_all: bool) -> None:
    match one.act:
        case Decline():
            decline(exchange, one.act, is_all=is_all)
        case ChangeItems():
            change_items(exchange, one.act, heard)
        case Cancel():
            cancel(exchange)
        case News() if exchange.state.flow is not None:
            ask_back(exchange, Cancel(), heard)
        case News():
            tell_news(exchange, one.act, _words_of(heard, one))
        case AskStatus():
            status.tell_of(exchange, one.act.service)
        case Thank() | Chat() | Grumble():
            answer_manners(exchange, one.act)


def _words_of(heard: Heard, one: Reading) -> Heard:
    """The clauses of an act, as its words."""
    said = heard.said
    end = said.words[one.last].start if one.last < len(said.words) else len(said.text)
    return heard.telling(said.part(said.words[one.first].start, end))


def _keeps_on(exchange: Exchange, choice: Choice) -> bool:
    """ "je ne veux pas annuler": what is denied is not done."""
    return exchange.state.flow is not None and any(
        isinstance(one.act, Cancel) and why == "denied" for one, why in choice.fell
    )


def _continue(exchange: Exchange, heard: Heard) -> list[Heard]:
    """Nothing is given up; what else the words say is heard without that meaning."""
    rest = heard.said.rest_without("undone", "refuses", "cancel", "giving_up", "fillers", "yes", "no", "requesting")
    if not set(rest.split()) - heard.said.lexicon.function_words:
        exchange.tell("cancel.not")
        return []
    prediction = replace(heard.prediction, intent=OUT_OF_SCOPE, confidence=0.0)
    return [replace(heard, prediction=prediction, settled=True)]


def _ask(exchange: Exchange, choice: Choice, heard: Heard) -> list[Heard] | None:
    """One question about the best of what is only possible; about a service where others wished for it."""
    asked = [one for one in choice.possible if _is_asked_about(exchange, one)]
    if not asked or choice.chosen or _is_choosing(exchange):
        return None
    supposed = next((one for one in asked if isinstance(one.act, Begin)), None)
    rest = rest_of(heard, [supposed], exchange.town) if supposed is not None else []
    questions = [message for message in rest if message.asks_the_town]
    if supposed is not None and isinstance(supposed.act, Begin) and questions:
        exchange.state.spoken_of = supposed.act.service
        return questions
    if heard.asks_the_town and supposed is not None:
        return None
    return [] if ask_back(exchange, _first(asked), heard) else None


def _first(asked: Sequence[Reading]) -> Begin | AskStatus | Cancel:
    best = next((one.act for one in asked if isinstance(one.act, AskStatus)), asked[0].act)
    assert isinstance(best, Begin | AskStatus | Cancel)
    return best


def _is_asked_about(exchange: Exchange, one: Reading) -> bool:
    if isinstance(one.act, Cancel):
        return exchange.state.flow is not None
    if exchange.state.flow is not None:
        return False
    is_doubtful = one.why.endswith(("reported", "supposed"))
    if isinstance(one.act, Begin):
        return is_doubtful and one.act.service in exchange.town.services
    return isinstance(one.act, AskStatus)


def _is_choosing(exchange: Exchange) -> bool:
    """A choice that is open is answered first."""
    question = exchange.state.question
    return question is not None and question.name == CHOOSE
