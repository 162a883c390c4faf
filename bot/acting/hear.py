"""What the choice takes of a message, and what it leaves to the steps behind it.

Acts said plainly are carried out first. What only the interpreter hears waits for the steps that know their words
(`hear_likely`), an answer in other words for those that may be meant instead (`hear_expected`), and a remark or an idle
yes or no for all of them (`hear_last`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.acting.asking_back import ask_back
from bot.acting.carrying_out import carry_out
from bot.acting.outcome import rest_of
from bot.acts import Affirm, AskStatus, Begin, Cancel, Deny, News, OptOut, Remark
from bot.choosing.choose import Choice, choose
from bot.choosing.explain import explain
from bot.choosing.precedence import CLAUSAL, SETTLED
from bot.choosing.strength import Strength
from bot.dialogue_state import CHOOSE
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.queries import CasesOfContact
from bot.reading.findings import Findings, find
from bot.reading.news import tells_news
from bot.reading.readers import READERS
from bot.reading.reading import Context, Reading
from bot.reading.status import asks_status
from intents.contract import OUT_OF_SCOPE

_WAIT_FOR_WORDS = frozenset({"Cancel", "Restart", "WantPerson", "Repeat", "SetLanguage"})
"""Acts of which the interpreter's word alone is believed only where nothing open takes the words."""

_EXPECTED = frozenset({"Pick", "PutRight", "TellContact"})
"""Answers to what is open, of which other words are believed only where they are nothing else."""

_LAST = frozenset({"Affirm", "Deny", "Remark"})


def understand(exchange: Exchange, heard: Heard) -> Heard:
    """The message with what is chosen in it, in what is open now; of settled words not what they begin or tell."""
    if heard.findings is None or heard.said.is_wordless:
        return heard
    context = _context(exchange, heard)
    readings = [one for reader in READERS for one in reader(heard.findings, context)]
    if heard.settled:
        readings = [one for one in readings if one.act.kind not in SETTLED]
    choice = choose(heard.findings, readings)
    exchange.why.append(explain(heard.findings, choice))
    return replace(heard, choice=choice)


def hear_acts(exchange: Exchange, heard: Heard) -> list[Heard] | None:
    """What is left to be answered once the chosen acts are done; None where the choice takes nothing."""
    if heard.choice is None:
        return None
    taken = [one for one in heard.choice.chosen if _takes(exchange, one)]
    if taken:
        rest = rest_of(heard, taken, exchange.town)
        for one in _once(taken):
            carry_out(exchange, one.act, _words_of(heard, one), is_all=not rest)
        return [understand(exchange, left) for left in rest]
    if heard.settled:
        return None
    asks = _continue(exchange, heard) if _keeps_on(heard.choice) else _ask(exchange, heard.choice, heard)
    return [understand(exchange, left) for left in asks] if asks is not None else None


def _once(taken: Sequence[Reading]) -> list[Reading]:
    """Without the same act in other words; what is told of a matter twice is told twice."""
    first: dict[object, Reading] = {}
    for one in taken:
        first.setdefault(one if one.act.kind in CLAUSAL else one.act, one)
    return list(first.values())


def hear_likely(exchange: Exchange, heard: Heard) -> bool:
    """Does what only the interpreter has heard."""
    return _do_late(exchange, heard, lambda one: one.act.kind in _WAIT_FOR_WORDS and _is_only_likely(one))


def hear_answer(exchange: Exchange, heard: Heard) -> bool:
    """An answer to the open question, plainly told beside a question to the town."""
    return _do_late(exchange, heard, lambda one: one.act.kind in _EXPECTED and not _is_only_likely(one))


def hear_expected(exchange: Exchange, heard: Heard) -> bool:
    """An answer to the open question in other words."""
    return _do_late(exchange, heard, lambda one: one.act.kind in _EXPECTED and _is_only_likely(one))


def hear_last(exchange: Exchange, heard: Heard) -> bool:
    """A remark, a yes or no that nothing awaits, and a guessed wish for no more messages."""
    is_open = exchange.state.flow is not None and exchange.state.question is not None
    return _do_late(exchange, heard, lambda one: _comes_last(one, is_open=is_open))


def _comes_last(one: Reading, *, is_open: bool) -> bool:
    """A yes or no to an open question of a service was no answer to it."""
    if isinstance(one.act, Affirm | Deny):
        return not is_open
    return isinstance(one.act, Remark) or (isinstance(one.act, OptOut) and _is_only_likely(one))


def _do_late(exchange: Exchange, heard: Heard, is_meant: Callable[[Reading], bool]) -> bool:
    late = [one.act for one in (heard.choice.chosen if heard.choice is not None else ()) if is_meant(one)]
    for act in late[:1]:
        carry_out(exchange, act, heard, is_all=True)
    return bool(late)


def _is_only_likely(one: Reading) -> bool:
    return one.strength < Strength.PLAIN


def _context(exchange: Exchange, heard: Heard) -> Context:
    state = exchange.state
    is_about_cases = heard.findings is not None and needs_cases(exchange, heard.findings)
    return Context(
        exchange.town,
        state.flow,
        exchange.asked_field,
        state.question,
        exchange.fact(CasesOfContact()) if is_about_cases else (),
        filed=state.filed,
        waiting=tuple(flow.code for flow in state.waiting),
        has_files=bool(heard.files or heard.refusals),
        is_new=exchange.view.is_new,
        is_told_language=state.strange > 0,
        can_resume=bool(state.waiting) or state.cancelled is not None,
    )


def needs_cases(exchange: Exchange, findings: Findings) -> bool:
    """Whether what is meant depends on the resident's cases."""
    state = exchange.state
    return state.flow is None and (tells_news(findings) or (state.filed is None and asks_status(findings)))


def _takes(exchange: Exchange, one: Reading) -> bool:
    """Whether an act is carried out at once; the steps of the chain take what fills, begins and answers."""
    act = one.act
    if isinstance(act, News):
        flow = exchange.state.flow
        if flow is not None:
            return act.state == "repaired" and act.service in {None, flow.code}
        return exchange.view.told_of is None
    return not (isinstance(act, Begin) or _waits(one))


def _waits(one: Reading) -> bool:
    """Whether it is done only where the steps that know its words have not taken them."""
    is_expected = one.act.kind in _WAIT_FOR_WORDS | _EXPECTED or isinstance(one.act, OptOut)
    return one.act.kind in _LAST or (is_expected and _is_only_likely(one))


def _words_of(heard: Heard, one: Reading) -> Heard:
    """The clauses of an act, as its words."""
    said = heard.said
    end = said.words[one.last].start if one.last < len(said.words) else len(said.text)
    return heard.telling(said.part(said.words[one.first].start, end))


def _keeps_on(choice: Choice) -> bool:
    """ "je ne veux pas annuler": what is denied is not done."""
    return any(isinstance(one.act, Cancel) and why == "denied" for one, why in choice.fell)


def _continue(exchange: Exchange, heard: Heard) -> list[Heard]:
    """Nothing is given up; what else the words say is heard without that meaning."""
    rest = heard.said.rest_without("undone", "refuses", "cancel", "giving_up", "fillers", "yes", "no", "requesting")
    if not set(rest.split()) - heard.said.lexicon.function_words:
        exchange.tell("cancel.not" if exchange.state.flow is not None else "cancel.nothing")
        return []
    prediction = replace(heard.prediction, intent=OUT_OF_SCOPE, confidence=0.0)
    findings = find(heard.said, prediction, (), exchange.town)
    return [replace(heard, prediction=prediction, findings=findings, settled=True)]


def _ask(exchange: Exchange, choice: Choice, heard: Heard) -> list[Heard] | None:
    """One question about the best of what is only possible; about a service where others wished for it."""
    asked = [one for one in choice.possible if _is_asked_about(exchange, one)]
    if not asked or any(not _waits(one) for one in choice.chosen) or _is_choosing(exchange):
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
