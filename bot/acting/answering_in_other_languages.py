"""What is said to somebody who writes in another language: what this is and how to go on, and the numbers in danger."""

from collections.abc import Sequence

from bot.acts import WriteIn
from bot.contract import HandOff
from bot.exchange import Exchange
from bot.flows.people.human import hand_over, is_staffed, summary_for_agent
from bot.hearing import Heard
from services.words.other_language import OtherLanguage
from services.words.other_languages import Written

_PATIENCE, _PATIENCE_IN_FLOW = 1, 2
"""Answers in another language before a person is called; while something is prepared its question is put again."""

_GENERAL = "general"


def written_in(exchange: Exchange, heard: Heard) -> Written | None:
    """The language of a message, where it is none that the town offers."""
    written = heard.findings.written if heard.findings is not None else None
    return None if written is None or written.language in exchange.town.city.languages else written


def is_written_elsewhere(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Whether every message is in another language, in which the assistant is introduced too."""
    return bool(heard) and all(written_in(exchange, one) is not None for one in heard)


def answer_in_language(exchange: Exchange, act: WriteIn, heard: Heard) -> None:
    """Says it in that language; to who goes on in it, a person is called where one is there."""
    language = exchange.town.other_languages.by_code[act.language]
    patience = _PATIENCE if exchange.state.flow is None else _PATIENCE_IN_FLOW
    if exchange.state.strange >= patience and is_staffed(exchange):
        exchange.tell_text(language.says.person)
        hand_over(exchange, "not_understood", [heard])
        return
    _introduce(exchange, language)
    if exchange.state.flow is None:
        exchange.keep_question()


def _introduce(exchange: Exchange, language: OtherLanguage) -> None:
    """What this is and how to go on, instead of the same in a language of the town."""
    exchange.state.strange += 1
    exchange.state.introduced = True
    says = language.says
    about = says.about_sms if exchange.short else says.about
    offered = language.in_languages(exchange.town.city.languages)
    exchange.tell_text(about.format(town=exchange.town.city.name, languages=offered))


def advise_in_language(exchange: Exchange, heard: Sequence[Heard]) -> list[Heard]:
    """Says in their language what to do in the danger that messages tell; gives the messages so answered."""
    answered = []
    for one in heard:
        written = written_in(exchange, one)
        if written is not None and written.danger:
            _advise(exchange, one, written)
            answered.append(one)
    return answered


def _advise(exchange: Exchange, heard: Heard, written: Written) -> None:
    language = exchange.town.other_languages.by_code[written.language]
    code = next((code for code in exchange.town.emergencies if code in written.danger), _GENERAL)
    _tell_numbers(exchange, language, code)
    exchange.note("emergency_advised", situation=code)
    if exchange.town.emergencies[code].distress and exchange.view.held_by != "agent":
        exchange.effects.append(HandOff("distress", summary_for_agent(exchange, [heard]), urgent=True))
        exchange.tell_text(language.says.alerted, "hand_off")
    elif exchange.view.held_by == "bot" and not exchange.view.opted_out:
        _introduce(exchange, language)


def _tell_numbers(exchange: Exchange, language: OtherLanguage, code: str) -> None:
    known = exchange.town.emergencies
    spoken = [number.number for number in known[code].numbers if not number.by_text]
    numbers = language.join(spoken)
    by_text = next((number.number for number in known[code].numbers if number.by_text), None)
    told = [language.says.danger.format(numbers=numbers)]
    told += [language.says.by_text.format(number=by_text)] if by_text else []
    exchange.tell_text(" ".join(told), "emergency")
