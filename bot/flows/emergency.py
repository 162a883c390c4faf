"""Emergencies and distress: the right numbers at once, before anything else, whoever holds the conversation.

Told by the interpreter, and by the town's list of plain phrases in case the interpreter misses one.
A report that speaks of danger still becomes a report; distress also calls a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from re import Pattern

from bot.contract import HandOff
from bot.exchange import Exchange
from bot.flows.human import summary_for_agent
from bot.flows.questions_asked import asked_field
from bot.hearing import Heard
from services.fields import PLACES
from services.reading import is_capitalised

_LIKELY, _CERTAIN, _ALSO = 0.5, 0.8, 0.2
_NAMED = frozenset({*PLACES, "person", "people", "commune", "vehicle"})
_GENERAL = {"alert.emergency": "general", "alert.distress": "general_distress"}


def situations(exchange: Exchange, heard: Sequence[Heard]) -> list[str]:
    """The codes of the situations that the messages tell, without doubles; the general ones only alone."""
    codes = dict.fromkeys(code for message in heard for code in _of_message(exchange, message))
    special = [code for code in codes if code not in _GENERAL.values()]
    return special or list(codes)


def _of_message(exchange: Exchange, heard: Heard) -> Iterable[str]:
    told = [code for code, phrases, unless in heard.said.lexicon.alarms if _tells(heard, phrases, unless)]
    if told:
        return told
    general = _GENERAL.get(heard.intent)
    if general is None or _is_harmless(heard) or _is_name(exchange, heard):
        return []
    is_plain = exchange.state.question is None and heard.topic is None and not heard.said.has("call_back")
    enough = _LIKELY if is_plain else _CERTAIN
    return [general] if heard.prediction.confidence >= enough else []


def _is_name(exchange: Exchange, heard: Heard) -> bool:
    """Names and places given as asked look like nothing the interpreter knows: only plain phrases alarm then."""
    field = asked_field(exchange)
    if field is None or field.kind not in _NAMED:
        return False
    capitals = sum(is_capitalised(heard.said, position) for position in range(1, len(heard.said.words)))
    return capitals > 1 or heard.said.opens_with("lead_ins") or bool(heard.said.mentions)


def _tells(heard: Heard, phrases: Pattern[str], unless: Pattern[str]) -> bool:
    return phrases.search(" ".join(unless.sub(" ", heard.said.folded).split())) is not None


def _is_harmless(heard: Heard) -> bool:
    return any(unless.search(heard.said.folded) for _, _, unless in heard.said.lexicon.alarms)


def advise(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Says what to do now; True when something was advised."""
    codes = situations(exchange, heard)
    for code in codes:
        situation = exchange.town.emergencies[code]
        exchange.tell_text(situation.advice.on(exchange.language, exchange.short), "emergency")
        exchange.note("emergency_advised", situation=code)
    if any(exchange.town.emergencies[code].distress for code in codes):
        _call_a_person(exchange, heard)
    elif codes and exchange.state.flow is not None:
        exchange.tell("emergency.kept", "emergency")
    return bool(codes)


def _call_a_person(exchange: Exchange, heard: Sequence[Heard]) -> None:
    if exchange.view.held_by == "agent":
        return
    exchange.effects.append(HandOff("distress", summary_for_agent(exchange, heard), urgent=True))
    exchange.tell("handed_off.distress", "hand_off")
    exchange.keep_question()


def report_within(heard: Heard) -> Heard:
    """The message as the report it also is: "un enfant est tombé dans un trou et il est blessé"."""
    if not heard.intent.startswith("alert."):
        return heard
    if heard.topic is not None and heard.topic.startswith("report."):
        return replace(heard, prediction=replace(heard.prediction, intent=heard.topic, confidence=1.0))
    likely = [code for code, score in heard.prediction.alternatives if code.startswith("report.") and score >= _ALSO]
    return replace(heard, prediction=replace(heard.prediction, intent=likely[0])) if likely else heard
