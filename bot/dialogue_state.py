"""What the assistant remembers of a conversation between two turns: small JSON, with a version.

A state that cannot be read (older version, damaged) is forgotten: the conversation starts clean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.contract import Location
from kit.text import shorten

VERSION = 1

FLOW = "flow"
"""Purpose of the questions that follow from the flow itself, and can be asked again at any time."""

CONFIRM, CHOOSE, JOIN, CONTACT = "confirm", "choose", "join", "contact"
CALL_BACK = "call_back"
"""A number where somebody in distress can be reached; asked once, never insisted on."""

REFERENCE, SERVICE = "reference", "service"
DOCUMENT = "document:"
SHEET = "sheet"
"""The key, in a payload, of the names of all that is asked with a question in one letter."""


OFFER, SUGGEST, RESUME, SWITCH, FIX = "human", "suggest", "resume", "switch", "fix"
CASE, UPDATE, OPT_OUT, INSTEAD, PROPOSE, NEWS = "case", "update", "opt_out", "instead", "propose", "news"
"""Purposes of choices: what the answer decides."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer put before the resident: the label, which is also what a click says, and what it stands for here."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked last. `name` is a field name, document:<code>, contact, confirm, choose, join and so on.

    `purpose` says what a `choose` decides; `offered` are the choices that went with it;
    `payload` is what the answer needs: codes, texts, never more than a few words.
    """

    name: str
    purpose: str = ""
    offered: tuple[Offered, ...] = ()
    payload: Mapping[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> tuple[str, ...]:
        """The names of all that is asked with it in one letter; nothing for a question that was put alone."""
        return tuple(self.payload.get(SHEET, "").split())


_MOST_REMARKS, _LONGEST_REMARK = 5, 300


@dataclass(slots=True)
class Flow:
    """A request or report being prepared.

    `values` holds the answers by field name, `places` the resolved places behind them, `candidates` the places
    an unclear one may be, `completed` the place fields whose number was asked for once. `declined` are open
    reports that were said to be others; `doubted` are unlikely answers by field name, taken if given again;
    `door`: a house number told before its street; `asleep`: left for a day; `announced`: the resident knows that it
    has begun; `parts`: what was told of a field whose rest is asked for; `last`: the field that was told last.
    """

    code: str
    version: int
    started_at: str
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    candidates: dict[str, tuple[Location, ...]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    document_files: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    photo_place: Location | None = None
    nearby_settled: bool = False
    declined: list[str] = field(default_factory=list)
    contact_refusals: int = 0
    doubted: dict[str, str] = field(default_factory=dict)
    door: str | None = None
    asleep: bool = False
    announced: bool = True
    parts: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def keep(self, name: str, value: str, *, partial: bool = False) -> None:
        """Takes a value for a field; of a partial one the rest is still asked."""
        self.last = name
        if partial:
            self.parts[name] = value
            return
        self.values[name] = value
        self.parts.pop(name, None)
        if name in self.skipped:
            self.skipped.remove(name)

    def skip(self, name: str) -> None:
        """Passes over a field; what was told of it before stays, as an allergy whose rest nobody knows."""
        if name in self.parts:
            self.values[name] = self.parts.pop(name)
        else:
            self.skipped.append(name)

    @property
    def has_room(self) -> bool:
        """Whether one more remark is kept."""
        return len(self.remarks) < _MOST_REMARKS

    def add_remark(self, words: str) -> None:
        """Keeps what no field is for, once and shortened; the last ones of too many fall."""
        remark = shorten(words, _LONGEST_REMARK)
        if self.has_room and remark not in self.remarks:
            self.remarks.append(remark)


@dataclass(frozen=True, slots=True)
class Filed:
    """A case of this resident: what is sent next, and is plainly nothing else, belongs to it."""

    reference: str
    code: str


@dataclass(slots=True)
class DialogueState:
    """The whole memory. `waiting` are flows put aside, next one first;
    `files`, `spot` and `photo_spot` (where one of the files was taken) came before any flow;
    `requester`: the name the resident gives for themselves;
    `spoken_of`: the service last told about; `hours_of`: the place whose hours were told last;
    `filed`: the case filed or completed last, while nothing else has begun since;
    `cancelled`: the flow given up last, which may be taken up again;
    `dropped`: services that were under way and that the town has given up, while the resident has not been told;
    `meanwhile`: the assistant goes on with something although a person is awaited; `meanwhile_told` and
    `wait_reminded`: the resident was told so, and when the person comes;
    `closing_told`: while an agent holds the conversation, the closing at which the way back was offered;
    `heard_lately`: the last texts, for automatic answerers; `at_once` counts those that came within a second in a row;
    `quiet`: one is suspected; `unreachable_noted`: agents know that the sender cannot be answered;
    `start_hinted`: after STOP it was told how messages start again;
    `in_danger`: the situation of emergency told about last, whose advice holds for what is said soon after;
    `misses` counts messages not understood in a row, `insults` the insults of the conversation;
    `strange`: how many messages in a language that the assistant does not speak were answered in it."""

    introduced: bool = False
    flow: Flow | None = None
    waiting: list[Flow] = field(default_factory=list)
    question: Question | None = None
    requester: str | None = None
    contact: tuple[str, str] | None = None
    contact_refused: bool = False
    files: list[str] = field(default_factory=list)
    spot: Location | None = None
    photo_spot: Location | None = None
    filed: Filed | None = None
    cancelled: Flow | None = None
    dropped: list[str] = field(default_factory=list)
    spoken_of: str | None = None
    hours_of: str | None = None
    start_hinted: bool = False
    meanwhile: bool = False
    meanwhile_told: bool = False
    wait_reminded: bool = False
    closing_told: str | None = None
    heard_lately: list[str] = field(default_factory=list)
    at_once: int = 0
    quiet: bool = False
    unreachable_noted: bool = False
    in_danger: str | None = None
    misses: int = 0
    insults: int = 0
    strange: int = 0
    last_said: tuple[str, ...] = ()
    touched_at: str | None = None

    def touched(self) -> datetime | None:
        return datetime.fromisoformat(self.touched_at) if self.touched_at else None


_ADAPTER = TypeAdapter(DialogueState)


def load_state(stored: Mapping[str, Any]) -> DialogueState:
    """The remembered state; a fresh one for an empty, foreign or unreadable record."""
    if stored.get("version") != VERSION:
        return DialogueState()
    content = {key: value for key, value in stored.items() if key not in {"version", "expects"}}
    try:
        return _ADAPTER.validate_python(content)
    except ValidationError:
        return DialogueState()


def dump_state(state: DialogueState, expects: str | None) -> dict[str, Any]:
    """The state as JSON values. `expects` is the field the last question asked for."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(state, mode="json", exclude_defaults=True)
    return {"version": VERSION, "expects": expects, **dumped}
