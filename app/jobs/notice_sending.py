"""Sends one notice to the town's own people; its job comes back after a failure that may pass."""

from uuid import UUID

import structlog

from app.wiring import Product
from case_store.work import notices
from case_store.work.notices import NoticeToSend
from channels.contract import ChannelAdapter, FindSent, OutboundMessage, Sent, Typesetting
from channels.errors import SendError

log = structlog.get_logger(__name__)

_PERHAPS_SENT = frozenset({"provider_unavailable", "send_crashed"})
"""After these nobody knows whether the provider accepted it: it is looked up before it is sent again."""


class NoticeSender:
    """Works for every channel by its adapter."""

    def __init__(self, product: Product) -> None:
        self._product = product

    async def send(self, notice_id: UUID, *, last_try: bool) -> None:
        """Sends one notice. Raises SendError for what is worth another try, unless this is the last one."""
        store = self._product.store
        notice = await store.write(notices.begin_notice, notice_id=notice_id)
        if notice is None:
            return
        adapter = self._product.find_adapter(notice.channel_id)
        if adapter is None:
            await self._give_up(notice, "channel_disabled", notice.channel_id, "check_settings")
            return
        try:
            sent = await self._send(adapter, notice)
        except SendError as error:
            if last_try or not error.retryable:
                await self._give_up(notice, error.code, error.detail, error.advice)
                return
            in_doubt = error.code in _PERHAPS_SENT
            await store.write(
                notices.postpone_notice, notice_id=notice.id, code=error.code, detail=error.detail, in_doubt=in_doubt
            )
            raise
        await store.write(notices.record_notice_sent, notice_id=notice.id, provider_id=sent.provider_id)
        log.info("notice_sent", notice=str(notice.id), channel=notice.channel_id)

    async def _send(self, adapter: ChannelAdapter, notice: NoticeToSend) -> Sent:
        text = adapter.typeset(notice.text) if isinstance(adapter, Typesetting) else notice.text
        message = OutboundMessage(notice.id, notice.address, text, notice.language, subject=notice.subject)
        if notice.in_doubt and isinstance(adapter, FindSent):
            known = await self._product.store.read(
                notices.known_notice_ids, address=notice.address, since=notice.created_at
            )
            found = await adapter.find_sent(message, since=notice.created_at, known=known)
            if found is not None:
                return found
        return await adapter.send(message)

    async def _give_up(self, notice: NoticeToSend, code: str, detail: str, advice: str) -> None:
        log.error("notice_failed", notice=str(notice.id), channel=notice.channel_id, code=code)
        await self._product.store.write(
            notices.record_notice_failure, notice_id=notice.id, code=code, detail=detail, advice=advice
        )
