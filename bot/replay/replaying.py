"""Decides kept turns again, against other data, phrases or code, without any side effect, and says what differs.

Each turn is decided alone: with the message, the state and the facts that were kept with it. So a difference in one
turn causes none in those behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from bot import queries
from bot.contract import Briefing, ConversationView, Decision, IncomingMessage
from bot.decide import decide
from bot.queries import CaseFacts, Facts, NearbyReport, Query, QueueFacts
from bot.replay.recording import outcome_of
from bot.understand import in_parts, incoming, understand
from case_store.work.kept_turns import KeptTurn
from intents.contract import Interpreter, Prediction
from services.town.loading import Town

Obstacle = Literal["failed", "older", "damaged", "not_answered", "not_kept"]
"""Why nothing is known of a turn: it failed then, was kept by a release that kept too little, holds what nobody can
read, was none of the dialogue's, or comes to the same only if a fact is assumed that nobody looked up then."""

Kind = Literal["acts", "effects", "replies"]
_KINDS: Mapping[Kind, tuple[str, ...]] = {"acts": ("acts",), "effects": ("effects", "asked"), "replies": ("replies",)}

_ROUNDS = 4
_ANSWERS: Mapping[str, Any] = {
    "NearbyReports": tuple[NearbyReport, ...],
    "CaseByReference": CaseFacts | None,
    "CasesOfContact": tuple[CaseFacts, ...],
    "CasesInQuestion": tuple[CaseFacts, ...],
    "EarlierWords": tuple[str, ...],
    "QueueLoad": QueueFacts,
    "HolderOnDuty": bool,
    "StopHeldByProvider": bool,
    "NameOfResident": str | None,
}
"""The facts of the store, as they are kept; those of the town's data are looked up again."""

_NOTHING: Mapping[str, Any] = {
    "NearbyReports": (),
    "CaseByReference": None,
    "CasesOfContact": (),
    "CasesInQuestion": (),
    "EarlierWords": (),
    "QueueLoad": QueueFacts(None),
    "HolderOnDuty": False,
    "StopHeldByProvider": False,
    "NameOfResident": None,
}
"""What is assumed where nobody looked then: that there was nothing."""


class NotReplayable(Exception):
    """A turn that cannot be decided again; `detail` names the facts that are missing."""

    def __init__(self, obstacle: Obstacle, detail: str = "") -> None:
        super().__init__(f"{obstacle} {detail}".strip())
        self.obstacle = obstacle
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Again:
    """What a kept turn comes to now; `assumed` names the facts that it needs now and nobody looked up then."""

    decision: Decision
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """What came of a turn then and what comes of it now, where that is not the same."""

    before: Mapping[str, Any]
    now: Mapping[str, Any]
    assumed: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """In what it differs: what was read, what was done or asked, what was said."""
        return tuple(
            kind for kind, names in _KINDS.items() if any(self.before[name] != self.now[name] for name in names)
        )


async def decide_again(turn: KeptTurn, town: Town, interpreter: Interpreter | None) -> Again:
    """What the same turn comes to now.

    `interpreter` understands the messages anew; without one, what was understood then counts. Raises NotReplayable.
    """
    record = _complete(turn.record)
    try:
        view = TypeAdapter(ConversationView).validate_python(
            {**record["view"], "id": turn.conversation_id, "contact_address": turn.contact_address}
        )
        kept = {query: answer for query, answer in map(_fact, record["facts"]) if query is not None}
        moment = datetime.fromisoformat(record["now"])
        today = moment.astimezone(ZoneInfo(town.city.timezone)).date()
        then = _Then(moment, today, view, record)
        briefing = await _briefing(then, interpreter)
        messages = [
            await _understood(turn, number, then, town, interpreter) for number, _ in enumerate(record["messages"])
        ]
    except (KeyError, IndexError, TypeError, ValueError, ValidationError) as error:
        raise NotReplayable("damaged", type(error).__name__) from error
    return _decide(then, messages, briefing, kept, town)


def compare(record: Mapping[str, Any], again: Again) -> Differences | None:
    """What differs between a kept turn and what it comes to now; None where nothing does.

    Raises NotReplayable where it is the same only under an assumption.
    """
    now = outcome_of(again.decision)
    before = {name: record[name] for name in now}
    if before != now:
        return Differences(before, now, again.assumed)
    if again.assumed:
        raise NotReplayable("not_kept", ", ".join(again.assumed))
    return None


@dataclass(frozen=True, slots=True)
class _Then:
    moment: datetime
    today: date
    view: ConversationView
    record: Mapping[str, Any]


def _complete(record: Mapping[str, Any]) -> Mapping[str, Any]:
    if "state" in record:
        return record
    if "failed" in record:
        raise NotReplayable("failed")
    raise NotReplayable("older" if "predictions" in record else "not_answered")


def _decide(
    then: _Then,
    messages: list[IncomingMessage],
    briefing: Briefing | None,
    kept: Mapping[Query, Any],
    town: Town,
) -> Again:
    facts = Facts(then.moment)
    for _ in range(_ROUNDS):
        outcome = decide(
            state=then.record["state"],
            conversation=then.view,
            messages=messages,
            briefing=briefing,
            facts=facts,
            town=town,
        )
        if isinstance(outcome, Decision):
            looked_up = (query for query in facts.answers if type(query).__name__ in _ANSWERS)
            return Again(outcome, tuple(dict.fromkeys(type(each).__name__ for each in looked_up if each not in kept)))
        facts = Facts(facts.now, {**facts.answers, **{each: _answer(each, kept, town) for each in outcome.queries}})
    raise NotReplayable("not_kept", "rounds")


def _answer(query: Query, kept: Mapping[Query, Any], town: Town) -> Any:
    if isinstance(query, queries.FindAddress):
        return town.gazetteer.find(query.text)
    if isinstance(query, queries.NearestAddress):
        return town.gazetteer.nearest(query.latitude, query.longitude)
    return kept[query] if query in kept else _NOTHING[type(query).__name__]


def _fact(told: Any) -> tuple[Query | None, Any]:
    """A fact of the store from its three parts: name of the query, the query, the answer."""
    name, asked, answer = told
    if name not in _ANSWERS:
        return None, None
    return _adapter(getattr(queries, name)).validate_python(asked), _adapter(_ANSWERS[name]).validate_python(answer)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


async def _briefing(then: _Then, interpreter: Interpreter | None) -> Briefing | None:
    if not then.record.get("briefing"):
        return None
    kept: Briefing = _adapter(Briefing).validate_python(then.record["briefing"])
    if interpreter is None:
        return kept
    texts = [kept.prediction.text]
    [prediction] = await understand(interpreter, texts, language=then.view.language, today=then.today)
    return replace(kept, prediction=prediction)


async def _understood(
    turn: KeptTurn, number: int, then: _Then, town: Town, interpreter: Interpreter | None
) -> IncomingMessage:
    waiting = {str(each.id): each for each in turn.messages}[then.record["messages"][number]]
    if interpreter is None:
        parts = tuple(_adapter(Prediction).validate_python(each) for each in then.record["parts"][number])
        whole = _adapter(Prediction).validate_python(then.record["predictions"][number])
        return replace(incoming(waiting, whole), parts=parts)
    language, today = then.view.language, then.today
    [prediction] = await understand(interpreter, [waiting.text], language=language, today=today)
    return await in_parts(incoming(waiting, prediction), interpreter, language=language, town=town, today=today)
