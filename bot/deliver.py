"""Step 5: a claimed delivery -> the adapter's send -> the outcome recorded. All retry policy lives here."""

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from case_store import deliveries, delivery_claims
from case_store.database import Store
from case_store.delivery_claims import LEASE_SECONDS, ClaimedDelivery
from channels.contract import ChannelAdapter, Choice, FindSent, OutboundMessage, Sent
from channels.errors import SendError
from kit.clock import machine_time

log = structlog.get_logger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0)
"""Seconds before the second, third ... try; after the last the delivery is shown to an agent as failed."""

_JITTER = 0.25
_MOST_LOOKS = 20
"""Interruptions of one delivery, each looked up at the provider, before an agent must ask the resident."""

_CLOCK_SKEW = timedelta(minutes=2)
_PERHAPS_SENT = frozenset({"provider_unavailable", "send_crashed"})
"""After these nobody knows whether the provider accepted the message: it is looked up before it is sent again."""


class Deliverer:
    """Sends what is due, one conversation's messages in order."""

    def __init__(
        self,
        store: Store,
        find_adapter: Callable[[str], ChannelAdapter | None],
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._store = store
        self._find_adapter = find_adapter
        self._pauses = pauses

    async def deliver(self, batch: Sequence[ClaimedDelivery]) -> None:
        """The claimed deliveries of one conversation. When one must wait, those behind it wait with it."""
        await self._in_order(batch, self._deliver_one)

    async def reconcile(self, batch: Sequence[ClaimedDelivery]) -> None:
        """A process died while sending these: look each up at the provider; unknown there, send it once more."""
        await self._in_order(batch, self._reconcile_one)

    async def _in_order(
        self, batch: Sequence[ClaimedDelivery], settle: Callable[[ClaimedDelivery], Awaitable[float | None]]
    ) -> None:
        for position, delivery in enumerate(batch):
            if not await self._is_ours(delivery):
                return
            waits_until = await settle(delivery)
            if waits_until is not None:
                for follower in batch[position + 1 :]:
                    await self._wait_behind(follower, waits_until)
                return

    async def _is_ours(self, delivery: ClaimedDelivery) -> bool:
        """Whether the lease lasts for one more call; it is renewed when the batch has taken long."""
        if delivery.lease_until - machine_time() > LEASE_SECONDS / 2:
            return True
        return await self._store.write(delivery_claims.renew_lease, delivery=delivery)

    async def _wait_behind(self, follower: ClaimedDelivery, due_at: float) -> None:
        await self._store.write(
            deliveries.postpone,
            delivery_id=follower.id,
            due_at=due_at,
            code=follower.error_code or "behind_another",
            detail="",
            advice="wait",
            tried=False,
        )

    async def _reconcile_one(self, delivery: ClaimedDelivery) -> float | None:
        can_look = isinstance(self._find_adapter(delivery.channel_id), FindSent)
        if delivery.interrupted > (_MOST_LOOKS if can_look else 1):
            await self._give_up(delivery, "unconfirmed", "interrupted again and again while sending", "ask_resident")
            return None
        return await self._deliver_one(delivery)

    async def _deliver_one(self, delivery: ClaimedDelivery) -> float | None:
        """None when done with; else the machine time until which it waits."""
        adapter = self._find_adapter(delivery.channel_id)
        if adapter is None:
            await self._give_up(delivery, "channel_disabled", delivery.channel_id, "check_settings")
            return None
        in_doubt = delivery.interrupted > 0 or delivery.error_code in _PERHAPS_SENT
        try:
            found = await self._find(adapter, delivery) if in_doubt and isinstance(adapter, FindSent) else None
            sent = found or await adapter.send(_outbound(delivery))
        except SendError as error:
            return await self._handle(delivery, error)
        except Exception as error:
            log.exception("send_crashed", delivery=str(delivery.id), channel=delivery.channel_id)
            return await self._handle(
                delivery, SendError("send_crashed", retryable=True, advice="wait", detail=repr(error))
            )
        await self._record_sent(delivery, sent, possible_duplicate=in_doubt and found is None)
        return None

    async def _find(self, adapter: FindSent, delivery: ClaimedDelivery) -> Sent | None:
        # The provider's clock is the machine's; the town's may be fixed somewhere else.
        since = min(delivery.created_at, datetime.fromtimestamp(machine_time(), UTC)) - _CLOCK_SKEW
        # Known from further back than looked for: providers round their times, and no message may fall between.
        known = await self._store.read(
            deliveries.known_provider_ids, conversation_id=delivery.conversation_id, since=since - _CLOCK_SKEW
        )
        return await adapter.find_sent(_outbound(delivery), since=since, known=known)

    async def _record_sent(self, delivery: ClaimedDelivery, sent: Sent, *, possible_duplicate: bool = False) -> None:
        await self._store.write(
            deliveries.record_sent,
            delivery_id=delivery.id,
            provider_id=sent.provider_id,
            state=sent.state,
            possible_duplicate=possible_duplicate,
        )
        log.info(
            "delivered",
            delivery=str(delivery.id),
            conversation=str(delivery.conversation_id),
            channel=delivery.channel_id,
            provider_id=sent.provider_id,
            trace_id=delivery.trace_id,
        )

    async def _handle(self, delivery: ClaimedDelivery, error: SendError) -> float | None:
        # Refused credentials stop a whole channel, and only the operator can mend them.
        tell = log.error if error.advice == "check_settings" else log.warning
        tell(
            "send_failed",
            delivery=str(delivery.id),
            channel=delivery.channel_id,
            code=error.code,
            attempts=delivery.attempts,
            retryable=error.retryable,
        )
        if not error.retryable or delivery.attempts > len(self._pauses):
            await self._give_up(delivery, error.code, error.detail, error.advice)
            return None
        due_at = machine_time() + self._pause(delivery.attempts, error.retry_after)
        await self._store.write(
            deliveries.postpone,
            delivery_id=delivery.id,
            due_at=due_at,
            code=error.code,
            detail=error.detail,
            advice=error.advice,
        )
        return due_at

    def _pause(self, attempts: int, retry_after: float | None) -> float:
        pause = self._pauses[attempts - 1]
        spread = pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads retries, guards nothing
        return max(spread, min(retry_after or 0.0, 3600.0))

    async def _give_up(self, delivery: ClaimedDelivery, code: str, detail: str, advice: str) -> None:
        await self._store.write(
            deliveries.record_failure, delivery_id=delivery.id, code=code, detail=detail, advice=advice
        )


def by_conversation(claimed: Sequence[ClaimedDelivery]) -> list[list[ClaimedDelivery]]:
    """The claimed deliveries, one list a conversation, each in order."""
    groups: dict[object, list[ClaimedDelivery]] = {}
    for delivery in claimed:
        groups.setdefault(delivery.conversation_id, []).append(delivery)
    return list(groups.values())


def _outbound(delivery: ClaimedDelivery) -> OutboundMessage:
    return OutboundMessage(
        delivery_id=delivery.id,
        to=delivery.address,
        text=delivery.text,
        language="",
        choices=tuple(Choice(label, value) for label, value in delivery.choices),
        subject=delivery.subject,
        conversation_id=delivery.conversation_id,
    )
