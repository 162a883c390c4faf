"""Emergencies and distress: the right numbers at once, before anything else, whoever holds the conversation.

Told by the interpreter, and by the town's list of plain phrases in case the interpreter misses one.
A report that speaks of danger still becomes a report; distress also calls a person.
"""

from collections.abc import Iterable, Sequence

from bot.contract import HandOff
from bot.exchange import Exchange
from bot.flows.human import summary_for_agent
from bot.hearing import Heard

_LIKELY = 0.5
_GENERAL = {"alert.emergency": "general", "alert.distress": "general_distress"}


def situations(heard: Sequence[Heard]) -> list[str]:
    """The codes of the situations that the messages tell, without doubles."""
    return list(dict.fromkeys(code for message in heard for code in _of_message(message)))


def _of_message(heard: Heard) -> Iterable[str]:
    told = [code for code, phrases, unless in heard.said.lexicon.alarms if _tells(heard, phrases, unless)]
    if told:
        return told
    general = _GENERAL.get(heard.intent)
    return [general] if general and heard.prediction.confidence >= _LIKELY and not _is_harmless(heard) else []


def _tells(heard: Heard, phrases, unless) -> bool:  # type: ignore[no-untyped-def]
    return phrases.search(" ".join(unless.sub(" ", heard.said.folded).split())) is not None


def _is_harmless(heard: Heard) -> bool:
    return any(unless.search(heard.said.folded) for _, _, unless in heard.said.lexicon.alarms)


def advise(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Says what to do now; True when something was advised."""
    codes = situations(heard)
    for code in codes:
        situation = exchange.town.emergencies[code]
        exchange.tell_text(situation.advice.on(exchange.language, exchange.short), "emergency")
        exchange.note("emergency_advised", situation=code)
    if any(exchange.town.emergencies[code].distress for code in codes):
        _call_a_person(exchange, heard)
    return bool(codes)


def _call_a_person(exchange: Exchange, heard: Sequence[Heard]) -> None:
    if exchange.view.held_by == "agent":
        return
    exchange.effects.append(HandOff("distress", summary_for_agent(exchange, heard), urgent=True))
    exchange.tell("handed_off.distress", "hand_off")
    exchange.keep_question()
