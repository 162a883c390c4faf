"""The worker: turns and deliveries on due rows, interrupted sendings, mailboxes, and the background jobs."""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Sequence
from typing import ClassVar

import structlog

from app.jobs.running import run_jobs
from app.mailboxes.reading import mailbox_readers
from app.process.collecting import tune_collector
from app.process.complaints import Complaint
from app.process.pump import Pump
from app.wiring import Product
from bot.deliver import by_conversation
from case_store.work import delivery_claims, turns
from case_store.work.delivery_claims import ClaimedDelivery
from case_store.work.turns import ClaimedTurn

log = structlog.get_logger(__name__)

TURNS = 32
DELIVERIES = 64
_INTERRUPTED_EVERY = 5.0
_INTERRUPTED_AT_ONCE = 20
_FAR_EVERY = 60.0


class Worker:
    """One worker of the product; any number may run on PostgreSQL."""

    leases_at_birth: ClassVar[bool] = True
    """Whether what becomes due in this process is leased to it at once; a switch for measurements."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._name = f"{socket.gethostname()}:{os.getpid()}:{time.time_ns() % 1_000_000}"
        self._turns: Pump[ClaimedTurn] = Pump("turns", claim=self._claim_turns, handle=self._run_turn, room=TURNS)
        self._deliveries: Pump[list[ClaimedDelivery]] = Pump(
            "deliveries", claim=self._claim_deliveries, handle=self._product.deliverer.deliver, room=DELIVERIES
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`; what is in hand is finished first."""
        product = self._product
        await product.engine()  # the model is loaded before the first resident waits for it
        tune_collector()
        log.info("worker_started", worker=self._name)
        product.reception.taker = self
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._turns.run(product.bus, "turn", stopping))
            tasks.create_task(self._deliveries.run(product.bus, "delivery", stopping))
            tasks.create_task(self._reconcile(stopping))
            tasks.create_task(self._recall_far(stopping))
            tasks.create_task(run_jobs(product, stopping))
            for reader in mailbox_readers(product):
                tasks.create_task(reader.run(stopping))
            tasks.create_task(self._wake_when(stopping))
        log.info("worker_stopped", worker=self._name)

    async def _wake_when(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._product.reception.taker = None
        self._turns.stop()
        self._deliveries.stop()

    async def _claim_turns(self, room: int) -> Sequence[ClaimedTurn]:
        return await self._product.store.write(turns.claim_turns, worker=self._name, limit=room)

    def name_if_free(self) -> str | None:
        """The worker's name while it has room for a turn, else None. A turn inserted under its lease needs no claim."""
        return self._name_for(self._turns.room)

    def _name_for(self, room: int) -> str | None:
        return self._name if room > 0 and self.leases_at_birth else None

    def take_turn(self, turn: ClaimedTurn) -> None:
        """Runs a turn leased to `name_if_free()`."""
        self._turns.take(turn)

    async def _run_turn(self, claimed: ClaimedTurn) -> object:
        engine = await self._product.engine()
        _, applied = await engine.run(claimed, worker=self._name_for(self._deliveries.room))
        for batch in by_conversation(applied.claimed):
            if self._deliveries.room > 0:
                self._deliveries.take(batch)
            else:  # nobody waits any more for what that pump has in hand; for this turn somebody does
                await self._product.deliverer.deliver(batch)
        return None

    async def _claim_deliveries(self, room: int) -> Sequence[list[ClaimedDelivery]]:
        claimed = await self._product.store.write(delivery_claims.claim_deliveries, worker=self._name, limit=room)
        return by_conversation(claimed)

    async def _reconcile(self, stopping: asyncio.Event) -> None:
        """Looks after deliveries whose process died between `sending` and its outcome."""
        complaint = Complaint("reconcile_failed")
        while not stopping.is_set():
            try:
                found = await self._reconcile_some()
                complaint.end()
            except Exception as error:
                complaint.tell(error)
                found = 0
            await _pause(stopping, 0.0 if found == _INTERRUPTED_AT_ONCE else _INTERRUPTED_EVERY)

    async def _reconcile_some(self) -> int:
        found = await self._product.store.write(
            delivery_claims.claim_interrupted, worker=self._name, limit=_INTERRUPTED_AT_ONCE
        )
        batches = (self._product.deliverer.reconcile(batch) for batch in by_conversation(found))
        for outcome in await asyncio.gather(*batches, return_exceptions=True):
            if isinstance(outcome, Exception):
                # Its lease stands: this one is looked at again when that ends, and holds none of the others up.
                log.error("reconcile_failed", exc_info=outcome)
        return len(found)

    async def _recall_far(self, stopping: asyncio.Event) -> None:
        """Nothing waits for the hour by which a clock was set back."""
        while not stopping.is_set():
            await _pause(stopping, _FAR_EVERY)
            try:
                recalled = await self._product.store.write(delivery_claims.recall_far)
                recalled += await self._product.store.write(turns.recall_far)
            except Exception:
                log.exception("recall_failed")
                continue
            if recalled:
                log.warning("clock_set_back", recalled=recalled)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
