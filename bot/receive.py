"""Step 1: store what arrived, once; the caller may then answer the provider.

Files are inspected and written before the transaction begins; the row that names them is part of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from bot.keeping import keep_file, safe_name
from case_store.conversations import receipts
from case_store.conversations.letters import LetterFacts, receive_letter
from case_store.conversations.media import MediaStore
from case_store.conversations.receiving import NewAttachment, NewMessage, Received, receive_message
from case_store.engine.database import Store
from case_store.work.delivery_claims import CALL_SECONDS
from case_store.work.turns import ClaimedTurn
from channels.advice import find_advice
from channels.contract import DeliveryUpdate, InboundAttachment, InboundEvent, InboundMessage
from kit.clock import machine_time
from kit.files import MAX_FILES
from kit.ids import made_at
from kit.references import reference_in
from kit.text import fold, strip_controls

log = structlog.get_logger(__name__)

MAX_TEXT = 10_000
_ANSWERED = re.compile(r"(?:re|ré|rep|rép|aw)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
"""How the subject of an answer begins."""
_OF_MACHINES = frozenset({"auto_reply", "bounce"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from: the channel, its team, the town's first language, and who runs the turns they cause."""

    channel_id: str
    channel_kind: str
    default_language: str
    lane: str = "worker"
    trace_id: str | None = None
    team_code: str | None = None


class Taker(Protocol):
    """The worker in this process, if there is one: turns are leased to it as they become due, and need no claim."""

    def name_if_free(self) -> str | None:
        """Its name for the lease; None while it has all it can do."""

    def take_turn(self, turn: ClaimedTurn) -> None: ...


class Reception:
    """Receives on behalf of every channel."""

    def __init__(self, store: Store, media: MediaStore, *, reference_prefix: str) -> None:
        self._store = store
        self._media = media
        self._prefix = reference_prefix
        self.taker: Taker | None = None

    async def receive(
        self, source: Source, events: Sequence[InboundEvent], payload: Mapping[str, Any]
    ) -> list[Received | None]:
        """Stores the events in order; a Received for each message, None for each delivery update."""
        return [await self._receive_one(source, event, payload) for event in events]

    async def _receive_one(self, source: Source, event: InboundEvent, payload: Mapping[str, Any]) -> Received | None:
        if isinstance(event, DeliveryUpdate):
            await self._record_receipt(source, event)
            return None
        message = await self._prepare(source, event, payload)
        taker = self.taker if source.lane == "worker" else None
        received = await self._store_message(event, message, taker.name_if_free() if taker else None)
        if taker and received.turn:
            taker.take_turn(received.turn)
        log.info(
            "message_received",
            channel=source.channel_id,
            conversation=str(received.conversation_id),
            message=str(received.message_id),
            duplicate=received.duplicate,
            # A provider's support asks for its own id; a web visitor's would name the visitor.
            provider_id=event.external_id if event.client_id is None else None,
        )
        return received

    async def _store_message(self, event: InboundMessage, message: NewMessage, worker: str | None) -> Received:
        if event.letter is None:
            return await self._store.write(receive_message, message=message, worker=worker)
        letter = LetterFacts(
            subject=event.letter.subject,
            thread=event.letter.thread,
            told=event.letter.told,
            reference=reference_in(event.letter.subject, self._prefix),
            unanswered=event.letter.unanswered,
            sender_name=event.letter.sender_name,
        )
        return await self._store.write(receive_letter, message=message, letter=letter)

    async def _record_receipt(self, source: Source, update: DeliveryUpdate) -> None:
        if update.state == "sent" and not _may_be_news(update):
            return
        known = await self._store.write(
            receipts.record_receipt,
            channel_id=source.channel_id,
            provider_id=update.provider_id,
            state=update.state,
            delivery_id=update.delivery_id,
            error_code=update.error_code,
            error_text=update.error_text,
            advice=find_advice(update.error_code),
        )
        log.debug("receipt", channel=source.channel_id, provider_id=update.provider_id, state=update.state, known=known)

    async def _prepare(self, source: Source, event: InboundMessage, payload: Mapping[str, Any]) -> NewMessage:
        files = [await self._keep(file) for file in event.attachments[:MAX_FILES]]
        return NewMessage(
            channel_id=source.channel_id,
            channel_kind=source.channel_kind,
            contact_kind=event.sender_kind,
            address=event.sender,
            external_id=event.external_id,
            text=strip_controls(_words(event))[:MAX_TEXT].strip(),
            language=event.language or source.default_language,
            payload=payload,
            attachments=files,
            location=event.location,
            client_id=event.client_id,
            keyword=event.keyword,
            trace_id=source.trace_id,
            lane=source.lane if event.letter is None or event.letter.unanswered is None else None,
            team_code=source.team_code,
            quiet=event.letter is not None and event.letter.unanswered in _OF_MACHINES,
        )

    async def _keep(self, file: InboundAttachment) -> NewAttachment:
        if file.content is None:
            return NewAttachment(safe_name(file.filename), file.content_type, "pending", source_url=file.url)
        return await keep_file(self._media, file.filename, file.content)


def _words(event: InboundMessage) -> str:
    """What was written; a letter that begins a thread often says what it wants in its subject alone."""
    subject = event.subject or ""
    is_answer = bool(_ANSWERED.match(subject)) or (event.letter is not None and bool(event.letter.references))
    if not subject or is_answer or fold(subject) in fold(event.text):
        return event.text
    return f"{subject}\n\n{event.text}"


def _may_be_news(update: DeliveryUpdate) -> bool:
    """Whether a receipt "sent", which comes up to three times a message, may say more than our own request's answer.

    Only once that answer is overdue: until then it says the same, and is not worth a transaction.
    """
    return update.delivery_id is not None and machine_time() - made_at(update.delivery_id) > CALL_SECONDS
