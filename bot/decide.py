"""Step 3: state, messages and facts become a Decision. Pure: no I/O, and no clock but the facts'.

What wins, in this order:

over the whole set of messages
 1. STOP, or START after a STOP; while messages are stopped only an emergency is answered, and one hint of START given;
 2. emergency and distress: advice at once and alone, also while a person holds the conversation;
 3. an agent holds the conversation, or an automatic answerer is suspected: silence; what answers the town's question
    about a case goes to that case; out of hours the way back to the assistant, whose agent has gone home;
 4. a person is awaited: the number that distress was asked for, the way back to the assistant, and what is plainly
    asked of it; else as under 3;
for each message, or each demand of one, understood alone
 5. files and position are taken; then what the choice takes (`bot/acting/hear.py`, docs/dialogue.md): what is denied,
    news, changes to a list, commands, insults, what is asked of the assistant, answers to what is offered, manners;
    what it leaves is heard again;
 6. what the town asked about a case, and what is added to one;
 7. a case, a service or an address that was asked for outside of a service;
 8. a question the town's data answers, plainly put; what the same message states is taken too;
 9. another service plainly wished for;
10. the open field's answer where it has a plain form, corrections, anything told for other fields;
11. commands that only the interpreter hears, a case's status, another service, a first service;
12. the answer to what is offered in other words, then free words as the answer to an open field;
13. a question less plainly put, a service known by its name, a remark; a yes or no that nothing awaits;
14. not understood: once with help, twice with a person.
Then one question is asked: the one just posed, else the next of the flow, else what was left waiting.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot import kinds
from bot.acting import hear as acting
from bot.acting.answering_in_other_languages import is_written_elsewhere
from bot.acting.courtesies import introduce, nothing_said
from bot.begun import as_they_began
from bot.contract import Briefing, ConversationView, Decision, IncomingMessage
from bot.dialogue_state import FLOW, Question, load_state
from bot.exchange import Exchange, Missing
from bot.flows import (
    autoreply,
    digressions,
    emergency,
    field_answers,
    files,
    guided,
    language,
    opting,
    pending,
    resuming,
    sheets,
    switching,
)
from bot.flows.cases import case_replies, status, updates
from bot.flows.people import after_hours, contact, human, meanwhile, requester, unreachable
from bot.flows.town import answers
from bot.hearing import Heard, hear_demands, hear_message
from bot.lookups import look_up
from bot.queries import Facts, Need
from services.town.loading import Town

_REMEMBERED = 3
_QUOTE = 600


def decide(
    *,
    state: Mapping[str, Any],
    conversation: ConversationView,
    messages: Sequence[IncomingMessage],
    briefing: Briefing | None,
    facts: Facts,
    town: Town,
) -> Decision | Need:
    """What this turn does, or the facts it lacks. The same input always gives the same decision."""
    known, town = as_they_began(load_state(state), town)
    exchange = Exchange(known, conversation, facts, town, conversation.language)
    try:
        return _decide(exchange, [one for message in messages for one in _hear(exchange, message)], briefing)
    except Missing as missing:
        return Need(missing.queries)


def _hear(exchange: Exchange, message: IncomingMessage) -> list[Heard]:
    """What one message says: its answers to a sheet of questions, else its demands."""
    town, today, is_busy = exchange.town, exchange.today, _takes_any_words(exchange)
    flow = exchange.state.flow
    if exchange.view.letters:
        message = sheets.without_closing_of(exchange, message)
    answers = sheets.answers_of(exchange, message, partial(guided.ask_by_name, exchange, flow)) if flow else []
    if not answers:
        return hear_demands(message, town, today, is_busy=is_busy)
    return [replace(hear_message(part, town, today, is_busy=True), answers=name) for name, part in answers]


def _takes_any_words(exchange: Exchange) -> bool:
    """Whether the open question of a flow may be answered in words that name another service."""
    asked = exchange.asked_field
    return exchange.state.flow is not None and (asked is None or asked.kind in kinds.OPEN)


def _decide(exchange: Exchange, heard: Sequence[Heard], briefing: Briefing | None) -> Decision:
    if unreachable.note(exchange):
        return exchange.silence()
    if opting.hear_opposition(exchange, heard):
        return exchange.decision()
    if exchange.view.opted_out:
        answered = emergency.advise(exchange, heard) or opting.hint_at_start(exchange, heard)
        return exchange.decision() if answered else exchange.silence()
    answerable = opting.drop_help(heard)
    if heard and not answerable:
        return exchange.silence()
    if briefing is not None:
        return _answer(exchange, answerable, briefing)
    if exchange.view.held_by == "agent":
        return _answer_held(exchange, answerable)
    if autoreply.keeps_quiet(exchange, answerable):
        exchange.keep_question()
        return exchange.decision() if emergency.advise(exchange, answerable) else exchange.silence()
    if exchange.view.held_by == "queue":
        return _answer_who_waits(exchange, answerable)
    return _answer(exchange, answerable, None)


def _keep_silent(exchange: Exchange, heard: Sequence[Heard]) -> Decision:
    """Nothing but advice in an emergency; an answer to the town's question still reaches its case."""
    exchange.keep_question()
    if emergency.advise(exchange, heard):
        return exchange.decision()
    case_replies.take_in_silence(exchange, heard)
    return exchange.silence()


def _answer_held(exchange: Exchange, heard: Sequence[Heard]) -> Decision:
    """Silence beside the agent; out of hours, alone with whom the agent has left, the way back to the assistant."""
    if emergency.advise(exchange, heard):
        exchange.keep_question()
        return exchange.decision()
    if not after_hours.is_left_alone(exchange):
        after_hours.end_stay(exchange)
        return _keep_silent(exchange, heard)
    taken = after_hours.take_after_hours(exchange, heard)
    if taken is not None:
        return _answer(exchange, taken, None, is_waiting=bool(taken))
    decision = _keep_silent(exchange, heard)
    return exchange.decision() if not decision.replies and after_hours.offer_way_back(exchange, heard) else decision


def _answer_who_waits(exchange: Exchange, heard: Sequence[Heard]) -> Decision:
    """What is plainly the assistant's is answered although a person is awaited."""
    if emergency.advise(exchange, heard) or contact.take_call_back(exchange, heard):
        return exchange.decision()
    taken = meanwhile.take_meanwhile(exchange, heard)
    if taken is not None:
        return _answer(exchange, taken, None, is_waiting=not exchange.left_queue)
    decision = _keep_silent(exchange, heard)
    return exchange.decision() if not decision.replies and meanwhile.remind(exchange, heard) else decision


def _answer(
    exchange: Exchange, heard: Sequence[Heard], briefing: Briefing | None, *, is_waiting: bool = False
) -> Decision:
    _notice_language(exchange, heard)
    if emergency.advise(exchange, heard):
        resuming.fall_asleep(exchange)
        return exchange.decision()
    look_up(exchange, heard)
    if not is_written_elsewhere(exchange, heard):
        introduce(exchange)
    resuming.tell_dropped(exchange)
    resuming.fall_asleep(exchange)
    if briefing is not None:
        resuming.take_briefing(exchange, briefing)
    kept = meanwhile.set_aside(exchange, heard) if is_waiting else None
    missed = [message for message in heard if not _respond(exchange, message)]
    is_lost = bool(missed) and len(missed) == len(heard)
    if kept is not None:
        meanwhile.put_back(exchange, kept)
        if not meanwhile.conclude(exchange, missed, is_understood=not is_lost):
            return exchange.silence()
    elif is_lost and not field_answers.keep_doubtful_place(exchange, missed[-1]):
        human.miss(exchange, missed[-1])
        switching.ask_again(exchange)
    if not heard:
        meanwhile.greet_back(exchange)
    _conclude(exchange)
    meanwhile.note_whether_open(exchange)
    autoreply.count(exchange, heard)
    return exchange.decision()


def _notice_language(exchange: Exchange, heard: Sequence[Heard]) -> None:
    for message in heard:
        language.notice(exchange, message)


Step = Callable[[Exchange, Heard], bool]
_STEPS: tuple[Step, ...] = (
    case_replies.hear_case_reply,
    updates.hear_update,
    pending.hear_reference_or_place,
    digressions.hear_question_aside,
    switching.hear_wish,
    guided.hear_plainly,
    acting.hear_likely,
    status.hear_status_question,
    switching.hear_another_service,
    switching.begin,
    acting.hear_expected,
    guided.hear_loosely,
    answers.hear_likely,
    switching.named,
    acting.hear_last,
)


def _respond(exchange: Exchange, heard: Heard) -> bool:
    """Answers one message; False when it was not understood."""
    if heard.answers and (flow := exchange.state.flow) is not None:
        sheets.reopen_question(exchange, heard, partial(guided.ask_by_name, exchange, flow))
    requester.note_name(exchange, heard)
    has_files = files.hear_files(exchange, heard)
    if heard.is_empty and not has_files:
        nothing_said(exchange)
        return True
    question = exchange.state.question
    heard = acting.understand(exchange, heard)
    understood = _take(exchange, heard)
    if understood:
        exchange.state.misses = 0
        _close(exchange, question)
    is_settled = updates.settle_files(exchange, heard)
    if has_files and not (understood or is_settled) and exchange.state.flow is None and exchange.posed is None:
        files.acknowledge_loose(exchange, heard)
    if exchange.again is not None:
        again, exchange.again = exchange.again, None
        return _respond(exchange, again)
    return understood or has_files or files.keep_place(exchange, heard)


def _take(exchange: Exchange, heard: Heard) -> bool:
    """The acts of a message that are chosen at once, then what they leave, then the steps."""
    rest = acting.hear_acts(exchange, heard)
    if rest is not None:
        return all(_take(exchange, message) for message in rest)
    return _step(exchange, heard)


def _step(exchange: Exchange, heard: Heard) -> bool:
    return any(step(exchange, heard) for step in _STEPS)


def _close(exchange: Exchange, question: Question | None) -> None:
    """An answered question is no longer open for the messages that follow in the same turn."""
    flow = exchange.state.flow
    if question is None or exchange.keeps:
        return
    is_answered = flow is None or question.name in flow.values or question.name in flow.skipped
    if is_answered or question.purpose != FLOW:
        exchange.state.question = None


def _conclude(exchange: Exchange) -> None:
    if exchange.posed is not None or exchange.keeps or exchange.leaving:
        _remember(exchange)
        return
    switching.next_waiting(exchange)
    if exchange.state.flow is not None:
        guided.ask_next(exchange)
    else:
        resuming.offer(exchange)
    _remember(exchange)


def _remember(exchange: Exchange) -> None:
    """The last answer, for "répétez"; texts that hold a reference mark cannot be said twice."""
    told = [piece.text[:_QUOTE] for piece in exchange.pieces if piece.kind in {"answer", "question"}]
    exchange.state.last_said = tuple(told[-_REMEMBERED:])
