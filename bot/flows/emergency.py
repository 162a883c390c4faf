"""Emergencies and distress: the right numbers at once, before anything else and alone, whoever holds the conversation.

Three ears listen: the town's plain phrases on the text as typed, the same on its cleaned spelling, and the
interpreter's model of situations. Each is enough by itself, but that phrases are let be where the model, which has read
the whole text, hears no danger at all. Distress also calls a person, and says truly when one will read it.
"""

from collections.abc import Sequence, Set
from datetime import timedelta

from bot.acting.answering_in_other_languages import advise_in_language, written_in
from bot.contract import HandOff
from bot.dialogue_state import CALL_BACK, Question
from bot.exchange import Exchange
from bot.flows.people.contact import is_known
from bot.flows.people.human import is_staffed, next_opening_told, summary_of_danger
from bot.hearing import Heard
from services.kinds.fields import PLACES, Reading, read_answer
from services.kinds.reading import is_capitalised
from services.town_hall.answers_data import Emergency

_CALM = 0.06
"""Chance of any alarm below which plain words of one are none: "the fire engine museum". One plain phrase in forty
that tells a danger stands below, of those that tell none two thirds."""

_LIKELY, _BUSY, _ASKED, _CERTAIN = 0.3, 0.5, 0.7, 0.8
"""Chances from which the model raises an alarm: as a rule, where the catalogue plainly hears another thing, and where a
question is open; and confidence from which the catalogue is that sure."""

_SAME_DANGER, _ANOTHER = timedelta(minutes=30), 0.9
"""How long an alarm stands behind what is said next, and the chance from which that tells another one by itself."""

_SERVED = 0.5
"""What a situation's first number is worth where another situation that also has it proves to be the one."""

_SHORT, _ANSWER = 5, 0.95
"""Words of an answer, and the chance that it is none: "he is a friend" tells no more than it was asked."""

_MOST = 2
_NAMED = frozenset({*PLACES, "person", "people", "requester", "commune", "vehicle"})
_GENERAL = {"alert.emergency": "general", "alert.distress": "general_distress"}
_UNNAMED = frozenset(_GENERAL.values())


def situations(exchange: Exchange, heard: Sequence[Heard]) -> list[str]:
    """The codes of the situations that the messages tell, two at most, the one to be advised first at the head.

    The general ones stand only alone.
    """
    told = dict.fromkeys(code for message in heard for code in _of_message(exchange, message))
    named = [code for code in told if code not in _UNNAMED]
    return (named or list(told))[:_MOST]


def _of_message(exchange: Exchange, heard: Heard) -> list[str]:
    if _asks_for_help(heard):
        return []
    modelled = _modelled(exchange, heard)
    told = [] if not heard.said.alarms or _is_calm(heard) else list(heard.said.alarms)
    named = [code for code in told if code not in _UNNAMED]
    if named:
        return _ordered(exchange, {*named, *modelled}, modelled)
    return _as_before(exchange, heard, modelled or told[:1] or _general(exchange, heard))


def _as_before(exchange: Exchange, heard: Heard, codes: list[str]) -> list[str]:
    """What comes soon after an alarm is told of the same danger: "j'ai peur" behind a smell of gas, "venez vite".

    Unless the model is sure of another one, or rather sure of one whose first number is right for both.
    """
    known, told_at = exchange.town.emergencies, exchange.state.touched()
    before = known.get(exchange.state.in_danger or "")
    if not codes or before is None or told_at is None or exchange.facts.now - told_at > _SAME_DANGER:
        return codes
    chance = max((alarm.chance for alarm in heard.prediction.alarms if alarm.situation == codes[0]), default=0.0)
    serves_both = known[codes[0]].numbers[0].number in _numbers(before)
    return codes if chance >= (_BUSY if serves_both else _ANOTHER) else [before.code]


def _asks_for_help(heard: Heard) -> bool:
    """The very word that the assistant has told to write for its list; cried out, it is none."""
    return heard.said.is_only("help_word") and "!" not in heard.said.text


def _is_calm(heard: Heard) -> bool:
    """Whether the model, where there is one, hears nothing at all: words of alarm in such a text tell none.

    In a text of a few words nothing stands beside them that could take their danger away.
    """
    chance = heard.prediction.alarm_chance
    return chance is not None and chance < _CALM and len(heard.said.words) >= _SHORT


def _modelled(exchange: Exchange, heard: Heard) -> list[str]:
    """What the model hears, one situation, where it is sure enough for what is being asked."""
    is_asked = exchange.state.question is not None
    is_other = heard.prediction.confidence >= _CERTAIN and not heard.intent.startswith("alert.")
    enough = _ASKED if is_asked else _BUSY if is_other else _LIKELY
    if (is_asked or heard.apart) and len(heard.said.words) <= _SHORT:
        enough = _ANSWER
    if (heard.prediction.alarm_chance or 0.0) < enough or _is_answer(exchange, heard):
        return []
    return _most_helpful(exchange, heard)


def _most_helpful(exchange: Exchange, heard: Heard) -> list[str]:
    """The situation whose first number helps most often, in view of what else may be meant: none where none is known.

    "My man hits me" may be told of a husband or of a stranger: what is near to both has a number that serves both.
    """
    known = exchange.town.emergencies
    chances = {alarm.situation: alarm.chance for alarm in heard.prediction.alarms if alarm.situation in known}

    def help_of(code: str) -> float:
        first = known[code].numbers[0].number
        served = (chance for other, chance in chances.items() if other != code and first in _numbers(known[other]))
        return chances[code] + _SERVED * sum(served)

    return [max(chances, key=help_of)] if chances else []


def _numbers(situation: Emergency) -> set[str]:
    return {number.number for number in situation.numbers}


def _ordered(exchange: Exchange, told: Set[str], modelled: Sequence[str]) -> list[str]:
    """What the model is sure of comes first: it reads the whole, a phrase but itself. Then the town's precedence."""
    rank = list(exchange.town.emergencies)
    return sorted(told, key=lambda code: (code not in modelled, rank.index(code)))


def _general(exchange: Exchange, heard: Heard) -> list[str]:
    """An alert that only the catalogue's intent tells: the situation the model thinks of, else the general one."""
    general = _GENERAL.get(heard.intent)
    if (
        general is None
        or _is_calm(heard)
        or heard.said.lexicon.alarms.is_harmless(heard.said.text)
        or _is_answer(exchange, heard)
    ):
        return []
    is_plain = exchange.state.question is None and heard.topic is None and not heard.said.has("call_back")
    if heard.prediction.confidence < (_ASKED if is_plain and heard.prediction.alarms else _CERTAIN):
        return []
    return _most_helpful(exchange, heard) or [general]


def _is_answer(exchange: Exchange, heard: Heard) -> bool:
    """Names, places and choices given as asked look like nothing else: only plain phrases alarm then."""
    field = exchange.asked_field
    if field is not None and field.kind == "choice":
        return isinstance(read_answer(field, heard.said, exchange.town.city.name), Reading)
    if field is None or field.kind not in _NAMED:
        return False
    capitals = sum(is_capitalised(heard.said, position) for position in range(1, len(heard.said.words)))
    return capitals > 1 or heard.said.opens_with("lead_ins") or bool(heard.said.mentions)


def advise(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Says what to do now and nothing else; True when something was advised. The open question stays open."""
    answered = advise_in_language(exchange, heard)
    # The model has learned no other language: there it hears danger in any words.
    known = [one for one in heard if one not in answered and (one.said.alarms or written_in(exchange, one) is None)]
    codes = situations(exchange, known)
    for code in codes:
        situation = exchange.town.emergencies[code]
        exchange.tell_text(situation.advice.on(exchange.language, exchange.short), "emergency")
        exchange.note("emergency_advised", situation=code)
    if codes:
        exchange.state.in_danger = codes[0]
        is_distress = any(exchange.town.emergencies[code].distress for code in codes)
        if is_distress or any(one.intent == "talk.human" or one.said.has("human") for one in known):
            _call_a_person(exchange, heard, codes)
    if codes or answered:
        exchange.keep_question()
    return bool(codes or answered)


def _call_a_person(exchange: Exchange, heard: Sequence[Heard], codes: Sequence[str]) -> None:
    """Puts the conversation before an agent, unless one has it; asks who cannot be reached for a number."""
    if exchange.view.held_by == "agent":
        return
    number = exchange.town.emergencies[codes[0]].numbers[0].number
    exchange.effects.append(HandOff("distress", summary_of_danger(exchange, heard, codes), urgent=True))
    exchange.tell_text(_when_read(exchange, number), "hand_off")
    if not is_known(exchange):
        exchange.pose(Question(CALL_BACK), exchange.words("emergency.call_back"))


def _when_read(exchange: Exchange, number: str) -> str:
    """When a person will read the message: soon, at the next opening, or not to be waited for."""
    if is_staffed(exchange):
        return exchange.words("handed_off.distress")
    opening = next_opening_told(exchange)
    if opening is None:
        return exchange.words("handed_off.distress_closed_long", number=number)
    return exchange.words("handed_off.distress_closed", day=opening[0], time=opening[1], number=number)
