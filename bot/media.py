"""Fetches the files that came by address, and settles what becomes of them: kept, or refused with a reason."""

from collections.abc import Callable
from uuid import UUID

import structlog

from bot.keeping import keep_file
from case_store.conversations.attachments import Notice, PendingFile, complete_attachment, find_pending_file
from case_store.conversations.media import MediaStore
from case_store.conversations.receiving import NewAttachment
from case_store.engine.database import Store
from channels.contract import ChannelAdapter, MediaSource
from channels.errors import MediaError

log = structlog.get_logger(__name__)

_REFUSALS = {"too_large": "file_too_large"}
_LOST = "file_unreadable"


class MediaFetcher:
    """Works for every channel whose adapter is a MediaSource."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        find_adapter: Callable[[str], ChannelAdapter | None],
        notice: Notice,
    ) -> None:
        self._store = store
        self._media = media
        self._find_adapter = find_adapter
        self._notice = notice

    async def fetch(self, attachment_id: UUID, *, last_try: bool) -> None:
        """Settles one pending file. Raises what is worth another try, unless this is the last one."""
        pending = await self._store.read(find_pending_file, attachment_id=attachment_id)
        if pending is None:
            return
        try:
            fetched = await self._fetch(pending)
        except Exception as error:
            if not last_try and not (isinstance(error, MediaError) and not error.retryable):
                raise
            log.warning("file_lost", attachment=str(attachment_id), reason=repr(error))
            fetched = _refused(pending, error)
        await self._store.write(complete_attachment, attachment_id=attachment_id, fetched=fetched, notice=self._notice)
        log.info("file_settled", attachment=str(attachment_id), state=fetched.state, refusal=fetched.refusal)

    async def _fetch(self, pending: PendingFile) -> NewAttachment:
        adapter = self._find_adapter(pending.channel_id)
        if not isinstance(adapter, MediaSource):
            raise MediaError("unavailable", retryable=True, detail=f"channel {pending.channel_id} fetches nothing")
        content, _ = await adapter.fetch_media(pending.source_url)
        return await keep_file(self._media, pending.filename, content)


def _refused(pending: PendingFile, error: Exception) -> NewAttachment:
    code = error.code if isinstance(error, MediaError) else ""
    return NewAttachment(pending.filename, "application/octet-stream", "refused", refusal=_REFUSALS.get(code, _LOST))
