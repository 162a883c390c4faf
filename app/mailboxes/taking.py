"""Takes one mail out of a mailbox: kept as it came, then received like any other message; else put in quarantine."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from app.wiring import Product
from bot.receive import Source
from case_store.conversations import receiving
from channels.boxes import Pollable
from channels.contract import InboundEvent, InboundMessage
from channels.errors import PayloadInvalid

log = structlog.get_logger(__name__)

MAIL_SUFFIX = ".eml"
MOST_AN_HOUR = 20
"""Mails of one sender that are answered in an hour: two robots that write to each other do not stop by themselves."""
PAUSES = (0.0, 1.0, 4.0)
"""Seconds before each try to receive a mail that could be read: a disk or a database may be busy."""


class MailTaker:
    """Takes the mails of one channel."""

    def __init__(
        self, product: Product, channel_id: str, adapter: Pollable, *, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._product = product
        self._adapter = adapter
        self._pauses = pauses
        kind, language = product.adapters[channel_id].kind, product.town.city.languages[0]
        self._source = Source(channel_id, kind, language, team_code=product.team_of(channel_id))

    async def take(self, raw: bytes) -> None:
        """When it returns the mail is committed: received, or in quarantine.

        Raises what the store raises when neither can be written; the mail is then still to be taken.
        """
        payload = await self._keep(raw)
        failure = await self._try(raw, payload)
        if failure:
            await self._quarantine(raw, payload, failure)

    async def try_to_take(self, raw: bytes) -> str:
        """Why the mail cannot be received; "" when it is."""
        return await self._try(raw, await self._keep(raw))

    async def _keep(self, raw: bytes) -> dict[str, Any]:
        path = await asyncio.to_thread(self._product.media.save, raw, MAIL_SUFFIX)
        return {"mail": path, "size": len(raw)}

    async def _try(self, raw: bytes, payload: Mapping[str, Any]) -> str:
        try:
            events = await asyncio.to_thread(self._adapter.read, raw)
        except PayloadInvalid as error:
            return str(error)
        except Exception as error:
            log.exception("mail_not_read", channel=self._source.channel_id)
            return repr(error)
        failure = await self._receive([await self._braked(event) for event in events], payload)
        return repr(failure) if failure is not None else ""

    async def _braked(self, event: InboundEvent) -> InboundEvent:
        """The same event; a letter of somebody who has just written too many is kept for people, and not answered."""
        if not isinstance(event, InboundMessage) or event.letter is None or event.letter.unanswered is not None:
            return event
        if await self._product.limiter.allow("mail", event.sender, limit=MOST_AN_HOUR, seconds=3600):
            return event
        return replace(event, letter=replace(event.letter, unanswered="too_many"))

    async def _receive(self, events: Sequence[InboundEvent], payload: Mapping[str, Any]) -> Exception | None:
        """What kept the mail from being received although it was tried again; None when it is."""
        failure: Exception | None = None
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                await self._product.reception.receive(self._source, events, payload)
            except Exception as error:
                log.warning("mail_not_received", channel=self._source.channel_id, exc_info=error)
                failure = error
            else:
                return None
        return failure

    async def _quarantine(self, raw: bytes, payload: Mapping[str, Any], error: str) -> None:
        await self._product.store.write(
            receiving.quarantine,
            channel_id=self._source.channel_id,
            external_id=f"unreadable:{hashlib.sha256(raw).hexdigest()}",
            payload=payload,
            error=error,
        )
        log.warning("mail_quarantined", channel=self._source.channel_id, reason=error)
