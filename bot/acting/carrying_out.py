"""One handler for each act."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.acting.answering_in_other_languages import answer_in_language
from bot.acting.changing_items import change_items
from bot.acting.controlling import cancel, change_language, repeat, restart, resume, wait
from bot.acting.correcting import correct
from bot.acting.courtesies import answer_idle, answer_insult, answer_manners, greet, part
from bot.acting.declining import decline
from bot.acting.explaining import tell_meaning, tell_of_assistant, tell_why
from bot.acting.going_back import go_back
from bot.acting.picking import pick, put_right
from bot.acting.reporting_news import tell_news
from bot.acts import (
    Act,
    Affirm,
    AskAssistant,
    AskMeaning,
    AskStatus,
    AskWhen,
    AskWhy,
    Back,
    Cancel,
    ChangeItems,
    Chat,
    Correct,
    Decline,
    Deny,
    GoFirst,
    Goodbye,
    Greet,
    Grumble,
    Insult,
    News,
    OptOut,
    OutOfScope,
    Pick,
    PutRight,
    Remark,
    Repeat,
    Restart,
    Resume,
    SetLanguage,
    TellContact,
    Thank,
    Wait,
    WantPerson,
    WriteIn,
)
from bot.exchange import Exchange
from bot.flows import opting, switching
from bot.flows.cases import status
from bot.flows.people import contact
from bot.flows.people.human import hand_over
from bot.hearing import Heard

Handler = Callable[[Exchange, Any, Heard, bool], object]

_HANDLERS: Mapping[type[Act], Handler] = {
    Decline: lambda exchange, act, heard, is_all: decline(exchange, act, is_all=is_all),
    ChangeItems: lambda exchange, act, heard, is_all: change_items(exchange, act, heard),
    Correct: lambda exchange, act, heard, is_all: correct(exchange, act),
    GoFirst: lambda exchange, act, heard, is_all: switching.go_first(exchange, act.service),
    News: lambda exchange, act, heard, is_all: tell_news(exchange, act, heard),
    AskStatus: lambda exchange, act, heard, is_all: status.tell_of(exchange, act.service),
    Cancel: lambda exchange, act, heard, is_all: cancel(exchange),
    Restart: lambda exchange, act, heard, is_all: restart(exchange),
    Back: lambda exchange, act, heard, is_all: go_back(exchange),
    Repeat: lambda exchange, act, heard, is_all: repeat(exchange),
    Resume: lambda exchange, act, heard, is_all: resume(exchange),
    Wait: lambda exchange, act, heard, is_all: wait(exchange),
    SetLanguage: lambda exchange, act, heard, is_all: change_language(exchange, heard),
    WantPerson: lambda exchange, act, heard, is_all: call_person(exchange, heard),
    AskAssistant: lambda exchange, act, heard, is_all: tell_of_assistant(exchange, act),
    AskWhy: lambda exchange, act, heard, is_all: tell_why(exchange),
    AskMeaning: lambda exchange, act, heard, is_all: tell_meaning(exchange),
    Pick: lambda exchange, act, heard, is_all: pick(exchange, act.option, heard),
    PutRight: lambda exchange, act, heard, is_all: put_right(exchange, act),
    TellContact: lambda exchange, act, heard, is_all: contact.take_contact(exchange, act.channel, act.address),
    AskWhen: lambda exchange, act, heard, is_all: status.tell_picked(exchange, act.case),
    OutOfScope: lambda exchange, act, heard, is_all: switching.tell_elsewhere(exchange, heard),
    Remark: lambda exchange, act, heard, is_all: keep_remark(exchange, heard),
    OptOut: lambda exchange, act, heard, is_all: opting.ask(exchange),
    Insult: lambda exchange, act, heard, is_all: answer_insult(exchange, heard),
    WriteIn: lambda exchange, act, heard, is_all: answer_in_language(exchange, act, heard),
    Greet: lambda exchange, act, heard, is_all: greet(exchange),
    Goodbye: lambda exchange, act, heard, is_all: part(exchange),
    Thank: lambda exchange, act, heard, is_all: answer_manners(exchange, act),
    Chat: lambda exchange, act, heard, is_all: answer_manners(exchange, act),
    Grumble: lambda exchange, act, heard, is_all: answer_manners(exchange, act),
    Affirm: lambda exchange, act, heard, is_all: answer_idle(exchange, act),
    Deny: lambda exchange, act, heard, is_all: answer_idle(exchange, act),
}


def carry_out(exchange: Exchange, act: Act, heard: Heard, *, is_all: bool) -> None:
    """Does what was chosen. `heard` holds the words that say it; `is_all`: nothing else was said beside it."""
    _HANDLERS[type(act)](exchange, act, heard, is_all)


def call_person(exchange: Exchange, heard: Heard) -> None:
    """A person, with the number or address that was told."""
    contact.volunteered(exchange, heard)
    hand_over(exchange, "requested", [heard])


def keep_remark(exchange: Exchange, heard: Heard) -> None:
    """Kept with the case, never lost; the open question stands."""
    flow = exchange.state.flow
    if flow is not None:
        flow.add_remark(heard.said.text)
        exchange.tell("remark.kept")
