"""What one turn works with: the input of `decide`, and the Decision that `apply` carries out.

Everything here is frozen plain data, so a turn can be kept, replayed and compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bot.replay.explanation import Explanation
from case_store.kinds import CaseKind, DialogueEvent, HandOffReason, HeldBy, Priority
from channels.contract import Choice, ChoiceStyle
from intents.contract import Prediction

REFERENCE_MARK = "\ue000"
"""Stands in a reply's text where `apply` writes the reference that the store gives to the new case."""

ReplyKind = Literal["answer", "question", "acknowledgement", "emergency", "opt_out", "hand_off"]


@dataclass(frozen=True, slots=True)
class IncomingAttachment:
    """A file that came with a message.

    `refusal` is a reply key (why it was refused) or None; `location` is where the photo says it was taken.
    """

    id: UUID
    filename: str
    content_type: str
    refusal: str | None = None
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One of the messages that waited when the turn started, with its prediction.

    `keyword`: what the provider itself took the message for (stop, start, help), whatever its words.
    `parts`: what the interpreter takes each clause for, where there are several.
    """

    id: UUID
    text: str
    prediction: Prediction
    received_at: datetime
    attachments: tuple[IncomingAttachment, ...] = ()
    location: tuple[float, float] | None = None
    keyword: str | None = None
    parts: tuple[Prediction, ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """What an agent tells the bot when handing back; `resume` continues the interrupted flow.

    `silent`: the bot takes it in without announcing itself, together with what the resident then writes.
    """

    prediction: Prediction
    resume: bool
    silent: bool = False


@dataclass(frozen=True, slots=True)
class ConversationView:
    """What `decide` may know of the conversation.

    `told_of` is the reference of the case that the town has just written about: what comes back is an answer.
    `queue_reason` is why a person is awaited. `letters`: a message is a letter there, and answers come in one.
    """

    id: UUID
    channel_kind: str
    choice_style: ChoiceStyle
    language: str
    held_by: HeldBy
    contact_kind: str
    contact_address: str
    opted_out: bool = False
    is_new: bool = True
    language_fixed: bool = False
    told_of: str | None = None
    queue_reason: str | None = None
    letters: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the resident, before rendering; the texts may hold REFERENCE_MARK.

    `elsewhere` is the text for a copy that is read outside this conversation, where it cannot be answered here;
    empty where the text says nothing of "here".
    """

    text: str
    choices: tuple[Choice, ...] = ()
    kind: ReplyKind = "answer"
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a report is. `entity` is "12 bis|rue de Paris", "rue A|rue B" or None; `known` = found in the gazetteer."""

    text: str
    entity: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class OpenCase:
    """File a case. `fields` name -> value as text, in the declaration's order.

    `documents` code -> "provided" or "later"; `attachment_ids` are the photos and documents to hang on the case;
    `remarks` what was told that no field is for; `requester` who asks, kept on the resident's record.
    """

    service_code: str
    service_version: int
    kind: CaseKind
    team_code: str
    title: str
    fields: Mapping[str, str]
    state: Literal["new", "awaiting_resident"]
    priority: Priority
    due_at: datetime
    language: str
    location: Location | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    document_attachments: Mapping[str, UUID] = field(default_factory=dict)
    attachment_ids: tuple[UUID, ...] = ()
    contact: tuple[str, str] | None = None
    remarks: tuple[str, ...] = ()
    requester: str | None = None


@dataclass(frozen=True, slots=True)
class JoinCase:
    """Follow an existing report instead of filing a double."""

    case_id: UUID
    reference: str
    service_code: str
    fields: Mapping[str, str]
    attachment_ids: tuple[UUID, ...] = ()
    contact: tuple[str, str] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateCase:
    """Add to a case what its resident sends after filing it: their words, photos, documents that were missing.

    `text` is empty for files alone; `document_attachments` code -> the file that provides it.
    """

    case_id: UUID
    reference: str
    text: str
    attachment_ids: tuple[UUID, ...] = ()
    document_attachments: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandOff:
    """Put the conversation into the agents' queue. `reason` is a code the console words; `summary` is for the agent."""

    reason: HandOffReason
    summary: str
    team_code: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class KeepContact:
    """A telephone number or mail address at which the resident wants to be reached; `kind` is "phone" or "email"."""

    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """STOP: no more messages to this contact point. `told`: by the resident's words, or by the provider."""

    told: Literal["words", "provider"] = "words"


@dataclass(frozen=True, slots=True)
class OptIn:
    """START: messages again."""


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The resident goes back to the assistant and awaits nobody any more."""


@dataclass(frozen=True, slots=True)
class KeepQuiet:
    """An automatic answerer is suspected: nothing is answered until it says something else; agents see why."""


@dataclass(frozen=True, slots=True)
class EndQuiet:
    """Something else was said: the assistant answers again."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Go on in this language."""

    language: str


@dataclass(frozen=True, slots=True)
class Note:
    """A thing that happened in the dialogue, kept on the timeline and told to `guichet chat`."""

    event: DialogueEvent
    data: Mapping[str, str] = field(default_factory=dict)


Effect = (
    OpenCase
    | JoinCase
    | UpdateCase
    | HandOff
    | LeaveQueue
    | KeepContact
    | OptOut
    | OptIn
    | KeepQuiet
    | EndQuiet
    | SetLanguage
    | Note
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What this turn does. `state` is the dialogue's JSON state after it; `asked` the fields the replies ask for.

    `why` tells people what was read in each message, what was chosen and what fell.
    """

    state: Mapping[str, Any]
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    asked: tuple[str, ...] = ()
    why: tuple[Explanation, ...] = ()
