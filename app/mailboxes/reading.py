"""Reads mailboxes for ever: whatever becomes of a server, a network or this process, no mail is missed.

One process reads a box, by lease. A mail is behind the box's place only once it has been committed, so what was read
twice after a death is received once. Where the server has numbered the box anew, the mails since the last reading are
all looked at again.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog

from app.mailboxes.taking import MailTaker
from app.process.complaints import Complaint
from app.wiring import Product
from case_store.work import mailboxes
from case_store.work.mailboxes import MailboxState
from channels.boxes import Box, BoxPlace, BoxRefused, Pollable
from kit.clock import machine_time

log = structlog.get_logger(__name__)

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before a box that could not be read is opened again, the last for ever."""
_LARGEST = 50_000_000
"""Bytes of a mail that are fetched: servers allow less."""
_AT_ONCE = 20
"""Mails after which the box's place is written down."""
_LOOK_EVERY = 60.0
"""Seconds after which a box is looked into although its server told of nothing."""
_ASK_EVERY = 20.0
"""The same where the server tells nothing by itself."""
_CLAIM_EVERY = 10.0
"""Seconds after which a box that another process reads is asked for again: that process may have died."""

T = TypeVar("T")


class MailboxReader:
    """Reads the mailbox of one channel."""

    def __init__(
        self, product: Product, channel_id: str, adapter: Pollable, *, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._product = product
        self._store = product.store
        self._channel_id = channel_id
        self._adapter = adapter
        self._taker = MailTaker(product, channel_id, adapter)
        self._pauses = pauses
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._complaint = Complaint("mailbox_not_read")
        self._failures = 0
        # One thread a box: a server that does not answer holds up its own box alone.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"mailbox-{channel_id}")

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`; the mail in hand is taken first."""
        try:
            while not stopping.is_set():
                try:
                    await self._read(stopping)
                except Exception as error:
                    await self._note_trouble(error)
                await _pause(stopping, self._pause_seconds())
        finally:
            self._thread.shutdown(wait=False)
            with contextlib.suppress(Exception):
                await self._store.write(mailboxes.release_mailbox, channel_id=self._channel_id, reader=self._name)

    async def _read(self, stopping: asyncio.Event) -> None:
        """One connection, until it breaks or another process has the box."""
        if await self._claim() is None:
            await _pause(stopping, _CLAIM_EVERY)
            return
        box = await self._in_thread(self._adapter.open_box)
        ending = asyncio.create_task(_close_when(stopping, box))
        try:
            while not stopping.is_set() and (state := await self._claim()) is not None:
                found = await self._take_new(box, state, stopping)
                self._failures = 0
                self._complaint.end(channel=self._channel_id)
                # What came while others were taken was told then, and the server does not tell it again.
                if not found:
                    await self._wait(box, stopping)
        except BoxRefused:
            if not stopping.is_set():
                raise
        finally:
            ending.cancel()
            box.close()

    async def _claim(self) -> MailboxState | None:
        return await self._store.write(mailboxes.claim_mailbox, channel_id=self._channel_id, reader=self._name)

    async def _take_new(self, box: Box, state: MailboxState, stopping: asyncio.Event) -> bool:
        """Takes what lies behind the box's place; whether there was any."""
        place = None
        if state.validity is not None and state.last is not None:
            place = BoxPlace(state.validity, state.last)
        # The server dates its mails by the machine's time; the town's may be fixed somewhere else.
        today = datetime.fromtimestamp(machine_time(), UTC)
        since = min(state.read_at or today, today)
        numbers = await self._in_thread(partial(box.find_new, place, since))
        fits = place is not None and place.validity == box.validity
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            if not await self._take(box, some, stopping):
                return True
            # A box that is read for the first time holds old mails too: its place is only known in the end.
            await self._record(box, some[-1] if fits else None)
            await self._mark_done(box, some)
        await self._record(box, None if fits else max([box.newest, *numbers[-1:]]))
        return bool(numbers)

    async def _take(self, box: Box, numbers: Sequence[int], stopping: asyncio.Event) -> bool:
        """Takes the mails in order; False when it was told to stop before the last."""
        for number in numbers:
            if stopping.is_set():
                return False
            raw = await self._in_thread(partial(box.fetch, number, _LARGEST))
            if raw is not None:
                await self._taker.take(raw)
        return True

    async def _mark_done(self, box: Box, numbers: Sequence[int]) -> None:
        """A box that may only be read is read all the same."""
        try:
            await self._in_thread(partial(box.mark_done, numbers))
        except BoxRefused as error:
            log.warning("mail_not_marked", channel=self._channel_id, reason=str(error))

    async def _record(self, box: Box, last: int | None) -> None:
        await self._store.write(mailboxes.record_reading, channel_id=self._channel_id, validity=box.validity, last=last)

    async def _wait(self, box: Box, stopping: asyncio.Event) -> None:
        await self._in_thread(partial(box.wait, _LOOK_EVERY))
        if not box.idles:
            await _pause(stopping, _ASK_EVERY)

    def _pause_seconds(self) -> float:
        return self._pauses[min(max(self._failures, 1), len(self._pauses)) - 1]

    async def _note_trouble(self, error: Exception) -> None:
        self._failures += 1
        code, detail = ("failure", repr(error)) if not isinstance(error, BoxRefused) else (error.code, str(error))
        self._complaint.tell(error, channel=self._channel_id, code=code, detail=detail)
        with contextlib.suppress(Exception):  # when the store is away too, nobody can note anything
            await self._store.write(
                mailboxes.record_trouble, channel_id=self._channel_id, code=code, detail=detail[:500]
            )

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def mailbox_readers(product: Product) -> list[MailboxReader]:
    """One for each channel that has a mailbox."""
    return [
        MailboxReader(product, channel_id, adapter)
        for channel_id, adapter in product.adapters.items()
        if isinstance(adapter, Pollable) and adapter.has_box
    ]


async def _close_when(stopping: asyncio.Event, box: Box) -> None:
    """Waiting for news ends at once when the process must."""
    await stopping.wait()
    box.close()


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
