"""What the composition root hands the console: everything it needs from beside or above."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from jinja2 import Environment

from case_store.cases.correcting import Correction
from case_store.cases.filing import NewCase
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import Part
from case_store.engine.database import Store
from case_store.models import Attachment, Case
from kit.catalogues import Wordings
from kit.clock import Clock
from kit.ports import Limiter, LiveBus, Presence
from services.declarations.workflow import Workflow
from web.live import LiveFeed


class TownWords(Protocol):
    """The town's own words: names of teams, services, fields and documents in a language.

    `phone` is the town hall's, E.164; `follow_link` the address of a case's follow-up page.
    `channel_name` tells a channel from the others of its kind, "" where there is nothing to tell.
    Fields, steps and services are told as the `version` of a case's service says them. An unknown code gives itself
    back: an old case must stay readable after its service is gone.
    """

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    def follow_link(self, reference: str) -> str: ...
    def channel_name(self, channel_id: str, language: str) -> str: ...
    def team_codes(self) -> Sequence[str]: ...
    def team_label(self, code: str, language: str) -> str: ...
    def service_label(self, code: str, language: str, version: int | None = None) -> str: ...
    def field_label(self, service_code: str, version: int, name: str, language: str) -> str: ...
    def field_value(self, service_code: str, version: int, name: str, value: str, language: str) -> str: ...
    def steps(self, service_code: str, version: int) -> Workflow: ...
    def danger_label(self, code: str, language: str) -> str: ...
    def document_label(self, code: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """A text as its channel counts it. `segments` and `encoding` are told where a channel has them (SMS)."""

    characters: int
    limit: int
    segments: int = 0
    encoding: str | None = None


class Present(Protocol):
    """Renders a text for a channel: one part per delivery, choices as [label, value] pairs."""

    def __call__(
        self, channel_id: str, text: str, choices: Sequence[tuple[str, str]], language: str, /
    ) -> tuple[Part, ...]: ...


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a service as an agent answers it. `control` is text, textarea, select, date or number.

    `options` are (value, words).
    """

    name: str
    label: str
    control: str
    is_required: bool
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


PLACE_ASKED, PLACE_ANSWER, AS_TYPED = "asked:", "place:", "typed"
"""A form asks what is meant by a place that the town does not know: `asked:<field>` is the text that it asks about,
`place:<field>` the answer, a place or "typed"."""


@dataclass(frozen=True, slots=True)
class ReadForm:
    """What an agent filled in: the names of the fields that cannot be used, else the case to file.

    `places`: per field whose place the town does not know, the known ones that may be meant; it is wrong until one of
    them is chosen or it is kept as typed. `settled`: per field whose place was chosen so, its name.
    `make_case` takes what is known of the resident (resident_id, contact_point_id, conversation_id) and gives the case;
    `acknowledge` takes its reference, and whether every character counts, and gives the text and a letter's subject.
    `requester` is who asks.
    """

    wrong: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    make_case: Callable[..., NewCase] | None = None
    acknowledge: Callable[[str, bool], tuple[str, str]] | None = None
    requester: str | None = None


class CaseForms(Protocol):
    """The town's services as forms that agents fill in for somebody at the telephone or the counter."""

    def services(self, language: str) -> Sequence[tuple[str, str]]: ...
    def fields(self, service_code: str, language: str) -> Sequence[FormField]: ...
    def texts(self, service_code: str, values: Mapping[str, str]) -> Mapping[str, str]: ...
    def read(self, service_code: str, texts: Mapping[str, str], language: str) -> ReadForm: ...


@dataclass(frozen=True, slots=True)
class ReadCorrection:
    """What an agent changed in a case, told as in `ReadForm`. `correction` is None while something is wrong, and where
    nothing was changed.
    """

    wrong: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    correction: Correction | None = None


class CaseCorrections(Protocol):
    """The town's filed cases as forms in which agents put right what they say."""

    def fields(self, case: Case, language: str) -> Sequence[FormField]: ...
    def texts(self, case: Case) -> Mapping[str, str]: ...
    def read(self, case: Case, texts: Mapping[str, str]) -> ReadCorrection: ...


@dataclass(frozen=True, slots=True)
class MissedGroup:
    """What residents said alike and was missed, without what names anybody: the most frequent of each is first.

    `kinds` count how it was missed (`bot/replay/misses.py`); `guesses` and `picked` are codes, `questions` the fields
    that were asked for then. `texts` are some of the wordings.
    """

    text: str
    language: str
    texts: Sequence[str]
    count: int
    conversations: int
    kinds: Sequence[tuple[str, int]]
    guesses: Sequence[tuple[str, int]]
    picked: Sequence[tuple[str, int]]
    questions: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Taught:
    """What became of phrases: written to the town's file, known already, or taken by another code, which is named."""

    written: Sequence[str] = ()
    known: Sequence[str] = ()
    taken: Sequence[tuple[str, str]] = ()


class Teaching(Protocol):
    """What the assistant missed, and the town's own phrases. `teach` raises ValueError for what cannot be taught."""

    @property
    def can_teach(self) -> bool: ...
    def codes(self, language: str) -> Sequence[tuple[str, str]]: ...
    def question(self, name: str, language: str) -> str: ...
    async def find_missed(self, since: datetime) -> Sequence[MissedGroup]: ...
    async def teach(self, code: str, phrases: Sequence[str], language: str) -> Taught: ...


Reach = Callable[[str], tuple[str, str] | None]
"""(kind of contact) -> the id and kind of the channel by which the town writes first there, if any."""

IsHeard = Callable[[str], bool]
"""(channel id) -> whether the town reads what residents answer there."""

TellsArrival = Callable[[str], bool]
"""(channel id) -> whether its provider tells that a message has arrived; elsewhere it is only known to be sent."""

Measure = Callable[[str, str], Measured]
"""(channel id, text) -> how the channel counts the text."""

PreviewHandBack = Callable[[UUID, str, bool], Awaitable[Sequence[Part]]]
"""(conversation, briefing, resume) -> what the assistant would say at once, in the parts its channel carries."""

KeepFile = Callable[[str, bytes], Awaitable[NewAttachment]]
"""(name, bytes) -> the file inspected and kept, or the reason why it is refused."""

OpenAttachment = Callable[[Attachment, bool], bytes | Path]
"""(stored attachment, thumbnail?) -> its bytes, or where they lie. Raises FileNotFoundError."""

OpenLetter = Callable[[str], bytes]
"""Path of a kept letter -> the letter as it came. Raises FileNotFoundError."""


@dataclass(frozen=True, slots=True)
class ConsoleDeps:
    """`environments` are keyed by language; the first of `languages` is the town's own.

    `stopping` is set when the process shuts down: open streams end at once. `demo_password` is shown on
    the sign-in page beside the demo accounts, in demo mode only. `public_host` is the town's name with its port, as
    browsers know it.
    """

    store: Store
    environments: Mapping[str, Environment]
    words: Wordings
    town: TownWords
    live: LiveBus
    feed: LiveFeed
    presence: Presence
    limiter: Limiter
    clock: Clock
    present: Present
    measure: Measure
    is_heard: IsHeard
    tells_arrival: TellsArrival
    keep_file: KeepFile
    open_attachment: OpenAttachment
    open_letter: OpenLetter
    preview_hand_back: PreviewHandBack
    reach: Reach
    case_forms: CaseForms
    case_corrections: CaseCorrections
    teaching: Teaching
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    zone: str = "Europe/Paris"
    accent: str = "#0d5c63"
    demo: bool = False
    demo_password: str | None = None
    secure_cookies: bool = False
    public_host: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.environments)
