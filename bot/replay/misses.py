"""What past turns teach: what was not understood, nearly missed, put right by the resident, or had no answer.

Names, addresses, numbers and whatever else was recognised in a text is taken out of it before it leaves here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from rapidfuzz import fuzz, process

from bot.dialogue_state import PROPOSE, SUGGEST
from case_store.work.kept_turns import KeptTurn
from kit.text import fold, shorten

Kind = Literal["not_understood", "offered", "corrected", "no_answer"]
"""Not understood; understood only when it was offered and picked; begun and then taken back; a question, or a matter,
that the town's data does not answer."""

_PRIVATE = frozenset({"address", "intersection", "person", "phone", "email", "plate", "case_reference", "date"})
_NUMBER = re.compile(r"\+?\d[\d .-]{3,}\d|\S+@\S+")
_LONGEST = 200
_ALIKE = 82.0
"""Of a hundred: how like each other texts of one group are, whatever the order of their words."""

_SURE = 0.6
_SOON = 2
"""Turns within which what was begun is taken back because it was not meant."""

_SHOWN = 5
_NO_ANSWER = frozenset({"topic", "unsupported"})


@dataclass(frozen=True, slots=True)
class Miss:
    """One text, without what names anybody.

    `guess` is what it was taken for, `picked` what the resident then picked or said; `question` was open at the time.
    """

    kind: Kind
    text: str
    language: str
    conversation_id: UUID
    guess: str | None = None
    picked: str | None = None
    question: str | None = None


@dataclass(slots=True)
class Group:
    """Misses that are like each other: the first text stands for all."""

    text: str
    language: str
    texts: list[str] = field(default_factory=list)
    count: int = 0
    conversations: set[UUID] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    guesses: Counter[str] = field(default_factory=Counter)
    picked: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)

    def add(self, miss: Miss) -> None:
        """Counts one more."""
        self.count += 1
        self.conversations.add(miss.conversation_id)
        self.kinds[miss.kind] += 1
        for counter, value in ((self.guesses, miss.guess), (self.picked, miss.picked), (self.questions, miss.question)):
            if value is not None:
                counter[value] += 1
        if miss.text not in self.texts and len(self.texts) < _SHOWN:
            self.texts.append(miss.text)


@dataclass(slots=True)
class Groups:
    """Likes together, by language."""

    _groups: dict[str, list[Group]] = field(default_factory=dict)
    _texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, miss: Miss) -> None:
        """Puts a miss to those that are like it."""
        known, folded = self._groups.setdefault(miss.language, []), self._texts.setdefault(miss.language, [])
        key = fold(miss.text)
        like = process.extractOne(key, folded, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
        if like is None:
            known.append(Group(miss.text, miss.language))
            folded.append(key)
        (known[like[2]] if like is not None else known[-1]).add(miss)

    def listed(self) -> list[Group]:
        """The most frequent first."""
        return sorted((one for each in self._groups.values() for one in each), key=lambda one: (-one.count, one.text))


@dataclass(slots=True)
class _Talk:
    """What is remembered of a conversation: its last turn, a miss that may be explained yet, what began last."""

    said: str = ""
    waits: Miss | None = None
    begun: tuple[str, str] | None = None
    since: int = 0


@dataclass(slots=True)
class MissFinder:
    """Takes turns in their order; those of several conversations may lie between each other."""

    _talks: dict[UUID, _Talk] = field(default_factory=dict)

    def take(self, turn: KeptTurn) -> list[Miss]:
        """The misses that are known with this turn; whether its own was one is seen with the next."""
        if "missed" not in turn.record:
            return []
        return list(_of_turn(turn, self._talks.setdefault(turn.conversation_id, _Talk())))

    def rest(self) -> list[Miss]:
        """The misses of the conversations' last turns."""
        return [talk.waits for talk in self._talks.values() if talk.waits is not None]


def _of_turn(turn: KeptTurn, talk: _Talk) -> Iterator[Miss]:
    record, said = turn.record, _said(turn)
    code = _code(record)
    offered = _picked(record, code)
    if offered is not None:
        # The same text once: as what was offered and picked, no more as what was not understood.
        yield _miss("offered", talk.said or said, turn, guess=talk.waits.guess if talk.waits else None, picked=offered)
        talk.waits = None
    if talk.waits is not None:
        yield replace(talk.waits, picked=_started(record))  # said otherwise, it was understood
        talk.waits = None
    yield from _corrected(turn, talk, code)
    if record["missed"]:
        talk.waits = _miss("not_understood", said, turn, guess=_guess(record), question=record["state"].get("expects"))
    elif _is_unanswered(record):
        yield _miss("no_answer", said, turn, guess=_guess(record))
    started = _started(record)
    talk.since = 0 if started else talk.since + 1
    if started:
        talk.begun = None if offered else (started, said)
    talk.said = said


def _miss(kind: Kind, text: str, turn: KeptTurn, **more: str | None) -> Miss:
    return Miss(kind, text, turn.record["view"]["language"], turn.conversation_id, **more)


def _said(turn: KeptTurn) -> str:
    """The last text of the turn, without what names anybody."""
    predictions = turn.record["predictions"]
    if not turn.messages or not predictions:
        return ""
    return redacted(turn.messages[-1].text, predictions[-1]["entities"])


def redacted(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """The text with what was recognised of people, places and numbers replaced by what kind of thing it is."""
    found = sorted((one for one in entities if one["entity"] in _PRIVATE), key=lambda one: -int(one["start"]))
    for one in found:
        text = f"{text[: one['start']]}[{one['entity']}]{text[one['end'] :]}"
    return shorten(_NUMBER.sub("[number]", text), _LONGEST)


def _notes(record: Mapping[str, Any], event: str) -> list[str]:
    """The codes noted under an event in this turn."""
    return [
        str(effect.get("data", {}).get("code", ""))
        for effect in record["effects"]
        if effect["effect"] == "Note" and effect["event"] == event
    ]


def _started(record: Mapping[str, Any]) -> str | None:
    return next(iter(_notes(record, "flow_started")), None)


def _code(record: Mapping[str, Any]) -> str | None:
    """What the turn began or answered."""
    return _started(record) or next(iter(_notes(record, "answered")), None)


def _picked(record: Mapping[str, Any], code: str | None) -> str | None:
    """The code that was offered the turn before, and is meant."""
    question = record["state"].get("question") or {}
    offered = {each["value"] for each in question.get("offered", ())}
    if question.get("purpose") == SUGGEST and code in offered:
        return code
    is_proposed = question.get("purpose") == PROPOSE and question.get("payload", {}).get("code") == code
    return code if is_proposed else None


def _corrected(turn: KeptTurn, talk: _Talk, code: str | None) -> Iterator[Miss]:
    """What was begun a moment ago, and is not what the resident meant."""
    if talk.begun is None or talk.since >= _SOON:
        return
    begun, said = talk.begun
    is_cancelled = begun in _notes(turn.record, "flow_cancelled")
    if is_cancelled and (code not in {None, begun} or f"Decline({begun})" in turn.record["acts"]):
        talk.begun = None
        yield _miss("corrected", said, turn, guess=begun, picked=code if code != begun else None)


def _guess(record: Mapping[str, Any]) -> str | None:
    alternatives = record["predictions"][-1]["alternatives"] if record["predictions"] else ()
    return str(alternatives[0][0]) if alternatives else None


def _is_unanswered(record: Mapping[str, Any]) -> bool:
    """A question of fact that was neither answered nor asked about, or a matter for which only a person was named."""
    if any(effect["effect"] == "HandOff" and effect["reason"] in _NO_ANSWER for effect in record["effects"]):
        return True
    is_asked_again = record["asked"] in ([], [record["state"].get("expects")])
    if not record["predictions"] or record["effects"] or not is_asked_again:
        return False
    asked = record["predictions"][-1]
    return bool(asked["intent"].startswith("ask.") and asked["confidence"] >= _SURE)
