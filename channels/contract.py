"""The one normal form of every channel: what comes in, what goes out, what an adapter promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol, runtime_checkable
from uuid import UUID

from channels.letters import Letter

ChoiceStyle = Literal["buttons", "numbered", "none"]
DeliveryState = Literal["sent", "delivered", "read", "failed"]
ConsentKeyword = Literal["stop", "start", "help"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; `rendering` degrades the rest before `send`, never dropping it.

    `max_text` is in UTF-16 units (what phones and providers count), `max_request` in bytes of one webhook.
    `hears`: what residents answer there reaches the town. `letters`: a message is a letter, with subject and signature.
    `only_rings`: a message is read in the store itself, so that to send it rings, and to ring twice doubles nothing.
    `writes_first`: the town may write to an address that has not written to it on this channel.
    `receipts`: the provider tells what became of a message; elsewhere "sent" is all that is ever known.
    """

    max_text: int
    choices: ChoiceStyle
    attachments: bool
    receipts: bool
    max_request: int = 1_000_000
    hears: bool = True
    letters: bool = False
    only_rings: bool = False
    writes_first: bool = True


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A provider's request as frozen plain data: a recording of one is a test.

    `url` is the public address (public base URL + path + query); header names are lower case.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """A file that came with a message: its bytes when they came along, else the address to fetch them from."""

    filename: str
    content_type: str
    content: bytes | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A resident's message in normal form.

    `sender` is the normalised address and `sender_kind` its kind of contact point (`channels.contacts`).
    `external_id` is unique within the channel. `client_id` is the number that a page of ours gave its own message.
    `location` is (latitude, longitude) in degrees. `keyword` is what the provider itself took the message for and has
    already acted upon: it sends nothing more after "stop", sends again after "start", has told its help after "help".
    """

    external_id: str
    sender: str
    sender_kind: str
    text: str
    sent_at: datetime | None = None
    attachments: tuple[InboundAttachment, ...] = ()
    location: tuple[float, float] | None = None
    language: str | None = None
    subject: str | None = None
    keyword: ConsentKeyword | None = None
    client_id: str | None = None
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class DeliveryUpdate:
    """What a provider says of a message sent earlier; updates may come in any order and more than once.

    `delivery_id` is our own id when the provider gives it back: an update can overtake the answer to our request,
    and then the provider's id is not known yet.
    """

    provider_id: str
    state: DeliveryState
    error_code: str | None = None
    error_text: str | None = None
    delivery_id: UUID | None = None


InboundEvent = InboundMessage | DeliveryUpdate


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one event: the message's number in its conversation (None for updates).

    `duplicate` says that the event had been received before; `sequence` is then the first one's.
    """

    sequence: int | None
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What the provider is answered."""

    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggested answer: what the resident sees, and the text it stands for."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class OutboundAttachment:
    """A file to send along; `url` is public and signed, for providers that fetch."""

    filename: str
    content_type: str
    url: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What `send` gets: already rendered within the channel's capabilities.

    `delivery_id` is the idempotency key. `conversation_id` and `sequence` matter to live channels only, `references`
    (the letters this one goes back to, the answered one last) and `automatic` (no person wrote it) to letters.
    """

    delivery_id: UUID
    to: str
    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    attachments: tuple[OutboundAttachment, ...] = ()
    subject: str | None = None
    conversation_id: UUID | None = None
    sequence: int | None = None
    references: tuple[str, ...] = ()
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider's acceptance: its id for the message, and whether it is known delivered already."""

    provider_id: str | None
    state: DeliveryState = "sent"


class ChannelAdapter(Protocol):
    """A channel. `verify` and `parse` are pure; `send` makes the one network call.

    `capabilities` are those of the kind; an adapter whose options decide what it carries gives itself its own.
    """

    kind: ClassVar[str]
    capabilities: Capabilities

    def verify(self, request: WebhookRequest) -> None:
        """Raises SignatureInvalid."""

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        """The events in a verified request; unknown kinds give none. Raises PayloadInvalid."""

    async def send(self, message: OutboundMessage) -> Sent:
        """Raises SendError, which says whether to try again."""


@runtime_checkable
class FindSent(Protocol):
    """For adapters that can look up what the provider already accepted: reconciles after a crash."""

    async def find_sent(self, message: OutboundMessage, *, since: datetime, known: frozenset[str]) -> Sent | None:
        """The accepted message with this address and text since `since`, unless its id is in `known`."""


@runtime_checkable
class MediaSource(Protocol):
    """For adapters whose attachments come as addresses."""

    async def fetch_media(self, url: str) -> tuple[bytes, str]:
        """The bytes and the content type that the provider states. Raises MediaError."""


@runtime_checkable
class Admitting(Protocol):
    """For adapters whose posts come from anybody's browser: they are told by their head alone, before a body is read.

    What cannot be read is answered 400 and kept nowhere: nobody would send it again, and nobody signed it.
    """

    def admit(self, request: WebhookRequest) -> None:
        """Raises SignatureInvalid. The request's body is empty."""
        ...


@runtime_checkable
class Acknowledging(Protocol):
    """For adapters whose provider expects more than an empty 200. `events` and `received` go in pairs."""

    def acknowledge(
        self, request: WebhookRequest, events: Sequence[InboundEvent], received: Sequence[Received]
    ) -> WebhookResponse: ...


@runtime_checkable
class Typesetting(Protocol):
    """For adapters that write text in the characters their channel carries best; pure and idempotent."""

    def typeset(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """A text as its provider charges it: `characters` in an encoding, and the `segments` that they fill."""

    characters: int
    segments: int
    encoding: str


@runtime_checkable
class Counting(Protocol):
    """For adapters whose provider counts in segments; pure."""

    def count(self, text: str) -> Counted: ...


@runtime_checkable
class Examinable(Protocol):
    """For adapters that can tell whether their provider is there."""

    async def examine(self) -> str:
        """What was found, in a few words; nothing is sent. Raises OSError or SendError."""


@runtime_checkable
class Confidential(Protocol):
    """For adapters that hold secrets."""

    @property
    def secrets(self) -> "Secrets": ...


@runtime_checkable
class Closing(Protocol):
    """For adapters that keep connections; called once, when the process stops."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """The values of an adapter that must never appear in a log."""

    values: tuple[str, ...] = field(default=(), repr=False)
