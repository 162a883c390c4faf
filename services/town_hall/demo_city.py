"""The demo city's people and conversations, read from `demo/` of its folder.

Only plain data: whoever loads it decides what a row is. Times are minutes before the moment of loading.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, model_validator

from kit.laid_files import Layers
from kit.typography import typography
from services.files.town_files import TownDataError, TownModel, read_model
from services.town_hall.city import MailAddress, Phone

_STAFF, _CONVERSATIONS = "demo/staff.yaml", "demo/conversations.yaml"
_CASE_MARK = re.compile(r"\{([a-z_]+)\.(reference|due|opened)\}")
CaseState = Literal["new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled"]


class Moment(TownModel):
    """Something that happened a while ago."""

    minutes_ago: int = Field(ge=0)

    def at(self, now: datetime) -> datetime:
        return now - timedelta(minutes=self.minutes_ago)


class DemoStaff(TownModel):
    """A sign-in of the demo city."""

    email: MailAddress
    name: str
    role: Literal["agent", "supervisor", "admin"]
    language: str
    teams: tuple[str, ...]


class DemoResident(TownModel):
    """A resident; without an address a visitor of the web chat. `name` is None when they never said it.

    `addresses` are those of other kinds than a telephone's, by kind.
    """

    code: str
    name: str | None
    language: str
    phone: Phone | None = None
    addresses: Mapping[str, str] = Field(default_factory=dict)

    def address_of(self, contact_kind: str) -> str | None:
        """Their address of a kind; None where they have none."""
        return self.phone if contact_kind == "phone" else self.addresses.get(contact_kind)


class DemoChange(Moment):
    """A later state of a case, and who set it."""

    state: CaseState
    by: MailAddress
    reason: str | None = None


class DemoCase(Moment):
    """A case opened in a conversation; `state` is where it stands now, after its `changes`."""

    key: str = Field(pattern=r"^[a-z_]+$")
    service: str
    state: CaseState
    fields: Mapping[str, str]
    address: str | None = None
    documents: Mapping[str, Literal["provided", "later"]] = {}
    priority: Literal["normal", "high"] = "normal"
    reason: str | None = None
    changes: tuple[DemoChange, ...] = ()

    @model_validator(mode="after")
    def _ends_where_it_stands(self) -> "DemoCase":
        if self.changes and self.changes[-1].state != self.state:
            raise ValueError(f"{self.key} is {self.state} but its last change says {self.changes[-1].state}")
        if self.state == "rejected" and not self.reason:
            raise ValueError(f"{self.key} is rejected without a reason")
        return self


class DemoMessage(Moment):
    """What was said; a `note` is for staff only. `by` is the agent's address."""

    author: Literal["resident", "bot", "agent", "note"]
    text: str
    by: MailAddress | None = None
    kind: Literal["answer", "question", "acknowledgement", "emergency", "opt_out", "hand_off"] = "answer"
    choices: tuple[str, ...] = ()
    delivery: Literal["sent", "delivered", "failed"] = "delivered"
    error_code: str | None = None
    error_text: str | None = None

    @model_validator(mode="after")
    def _is_signed(self) -> "DemoMessage":
        if (self.by is not None) != (self.author in {"agent", "note"}):
            raise ValueError("an agent's message or note says by whom, and only they do")
        if (self.error_code is not None) != (self.delivery == "failed"):
            raise ValueError("a failed delivery has an error_code, and only it has")
        return self

    def words(self, cases: Mapping[str, Mapping[str, str]]) -> str:
        """The text with the case marks filled in from {key: {"reference": ..., "due": ..., "opened": ...}}."""
        return _CASE_MARK.sub(lambda mark: cases[mark[1]][mark[2]], self.text)

    def cases_named(self) -> set[str]:
        return {mark[1] for mark in _CASE_MARK.finditer(self.text)}


class DemoQueue(Moment):
    """Why and since when a person is awaited."""

    reason: Literal[
        "requested", "not_understood", "anger", "distress", "emergency", "topic", "unsupported", "already_waiting"
    ]
    summary: str
    team: str | None = None
    urgent: bool = False


class DemoConversation(TownModel):
    """One conversation, its cases and messages, oldest first."""

    code: str
    resident: str
    channel: str
    language: str
    state: Literal["open", "snoozed", "resolved"] = "open"
    snoozed_minutes: int | None = None
    held_by: Literal["bot", "queue", "agent"] = "bot"
    agent: MailAddress | None = None
    queue: DemoQueue | None = None
    opted_out: bool = False
    cases: tuple[DemoCase, ...] = ()
    messages: tuple[DemoMessage, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> "DemoConversation":
        for condition, key in [
            ((self.held_by == "agent") == (self.agent is not None), "agent"),
            ((self.held_by == "queue") == (self.queue is not None), "queue"),
            ((self.state == "snoozed") == (self.snoozed_minutes is not None), "snoozed_minutes"),
        ]:
            if not condition:
                raise ValueError(f"{self.code}: {key} does not go with held_by and state")
        ages = [message.minutes_ago for message in self.messages]
        if ages != sorted(ages, reverse=True):
            raise ValueError(f"{self.code}: messages stand oldest first")
        return self

    def spaced(self) -> "DemoConversation":
        """With the non-breaking spaces of what the town says; what residents type stays as typed."""
        messages = tuple(
            message
            if message.author == "resident"
            else message.model_copy(update={"text": typography(message.text, self.language)})
            for message in self.messages
        )
        return self.model_copy(update={"messages": messages})


class DemoCity(TownModel):
    """Everything the demo city starts with."""

    residents: tuple[DemoResident, ...]
    conversations: tuple[DemoConversation, ...]
    staff: tuple[DemoStaff, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> "DemoCity":
        problems = list(self._unknown_names())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_names(self) -> Iterator[str]:
        residents = {resident.code for resident in self.residents}
        keys = [case.key for talk in self.conversations for case in talk.cases]
        yield from (f"the case {key} stands twice" for key in set(keys) if keys.count(key) > 1)
        for talk in self.conversations:
            if talk.resident not in residents:
                yield f"{talk.code}: {talk.resident} is no resident"
            for named in set().union(*(message.cases_named() for message in talk.messages)) - set(keys):
                yield f"{talk.code}: a text names the unknown case {named}"


def load_demo(files: Layers) -> DemoCity:
    """The demonstration of a town: `demo/staff.yaml`, the product's unless it has its own, and `conversations.yaml`.

    A town without conversations starts with none. Raises TownDataError.
    """
    staff = read_model(files.path(_STAFF), tuple[DemoStaff, ...])
    talks = files.path(_CONVERSATIONS)
    city = read_model(talks, DemoCity) if talks.is_file() else DemoCity(residents=(), conversations=())
    known = {member.email for member in staff}
    for talk in city.conversations:
        changes = (change.by for case in talk.cases for change in case.changes)
        for address in {talk.agent, *changes, *(message.by for message in talk.messages)} - {None}:
            if address not in known:
                raise TownDataError(f"{talks}: {talk.code}: {address} is not in staff.yaml")
    spaced = tuple(talk.spaced() for talk in city.conversations)
    return city.model_copy(update={"staff": staff, "conversations": spaced})
