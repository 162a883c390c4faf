"""Step 5: a claimed delivery -> the adapter's send -> the outcome recorded. All retry policy lives here.

What may have reached the provider without an answer is in doubt: it is looked up there before anything else. It is
sent again once at most, marked before that as a possible double; after that it is only looked up, and in the end an
agent is told that nobody knows. So nothing is sent three times, and no double goes unmarked.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from case_store.conversations import deliveries
from case_store.engine.database import Store
from case_store.models.work import DOUBTED, RESENT, SETTLED
from case_store.work import delivery_claims
from case_store.work.delivery_claims import CALL_SECONDS, LEASE_SECONDS, LONGEST_WAIT, ClaimedDelivery
from channels.contract import ChannelAdapter, Choice, FindSent, OutboundMessage, Sent
from channels.errors import Accepted, SendError
from kit.clock import machine_time, steady_time

log = structlog.get_logger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0)
"""Seconds before the second, third ... try; after the last the delivery is shown to an agent as failed."""

_JITTER = 0.25
_LOOKS = 6
"""Tries after which what was sent again in doubt, and what the provider still does not show, is left to an agent."""

_MOST_INTERRUPTIONS = 20
"""Deaths of the processes that had one delivery in hand, before an agent must ask the resident."""
_CLOCK_SKEW = timedelta(minutes=2)


class _Missed(Exception):
    """Not accepted, or not known to be: why, the delivery as it is held, and in what doubt it is now."""

    def __init__(self, error: SendError, delivery: ClaimedDelivery, doubt: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.delivery = delivery
        self.doubt = doubt


class _NotOurs(Exception):
    """Somebody else has the delivery by now, or a receipt has settled it."""


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
        for position, claimed in enumerate(batch):
            delivery = await self._held(claimed)
            if delivery is None:
                return
            pause = await settle(delivery)
            if pause is not None:
                for follower in batch[position + 1 :]:
                    await self._wait_behind(follower, pause)
                return

    async def _held(self, delivery: ClaimedDelivery) -> ClaimedDelivery | None:
        """The delivery with a lease that lasts for one more call, renewed when the batch has taken long."""
        if steady_time() - delivery.taken_at < LEASE_SECONDS / 2:
            return delivery
        return await self._store.write(delivery_claims.renew_lease, delivery=delivery)

    async def _wait_behind(self, follower: ClaimedDelivery, pause: float) -> None:
        code = follower.error_code or "behind_another"
        await self._postpone(follower, pause, SendError(code, retryable=True, advice="wait"), follower.doubt, False)

    async def _reconcile_one(self, delivery: ClaimedDelivery) -> float | None:
        if delivery.interrupted > _MOST_INTERRUPTIONS and not self._only_rings(delivery):
            await self._give_up(delivery, _UNCONFIRMED, delivery.doubt)
            return None
        return await self._deliver_one(delivery)

    def _only_rings(self, delivery: ClaimedDelivery) -> bool:
        adapter = self._find_adapter(delivery.channel_id)
        return adapter is not None and adapter.capabilities.only_rings

    async def _deliver_one(self, delivery: ClaimedDelivery) -> float | None:
        """None when done with; else the seconds for which it waits."""
        adapter = self._find_adapter(delivery.channel_id)
        if adapter is None:
            await self._give_up(
                delivery,
                SendError("channel_disabled", retryable=False, advice="check_settings", detail=delivery.channel_id),
                delivery.doubt,
            )
            return None
        try:
            sent = await self._bring(adapter, delivery)
        except _NotOurs:
            return None
        except _Missed as missed:
            return await self._handle(missed.delivery, missed.error, missed.doubt)
        await self._record_sent(delivery, sent)
        return None

    async def _bring(self, adapter: ChannelAdapter, delivery: ClaimedDelivery) -> Sent:
        """Sends it, or finds it sent. Raises _Missed, _NotOurs."""
        if adapter.capabilities.only_rings:
            return await self._send(adapter, replace(delivery, doubt=SETTLED), SETTLED)
        if delivery.doubt == SETTLED:
            return await self._send(adapter, delivery, DOUBTED)
        if isinstance(adapter, FindSent):
            found = await self._look(adapter, delivery)
            if found:
                return found
        if delivery.doubt == RESENT:
            raise _Missed(_NOT_SHOWN if isinstance(adapter, FindSent) else _UNCONFIRMED, delivery, RESENT)
        marked = await self._store.write(delivery_claims.mark_resent, delivery=delivery)
        if marked is None:
            raise _NotOurs
        return await self._send(adapter, marked, RESENT)

    async def _look(self, adapter: FindSent, delivery: ClaimedDelivery) -> Sent | None:
        """What the provider shows of it. Raises _Missed, with the doubt as it was."""
        try:
            return await self._find(adapter, delivery)
        except Exception as error:
            raise _Missed(_as_send_error(error, delivery), delivery, delivery.doubt) from error

    async def _send(self, adapter: ChannelAdapter, delivery: ClaimedDelivery, doubt: int) -> Sent:
        """Raises _Missed, with `doubt` when nobody knows whether the provider took it."""
        try:
            return await adapter.send(_outbound(delivery))
        except Exception as error:
            found = _as_send_error(error, delivery)
            raise _Missed(found, delivery, _doubt_after(found.accepted, doubt, delivery.doubt)) from error

    async def _find(self, adapter: FindSent, delivery: ClaimedDelivery) -> Sent | None:
        # The provider's clock is the machine's; the town's may be fixed somewhere else.
        since = min(delivery.created_at, datetime.fromtimestamp(machine_time(), UTC)) - _CLOCK_SKEW
        # Known from further back than looked for: providers round their times, and no message may fall between.
        known = await self._store.read(
            deliveries.known_provider_ids, conversation_id=delivery.conversation_id, since=since - _CLOCK_SKEW
        )
        return await adapter.find_sent(_outbound(delivery), since=since, known=known)

    async def _record_sent(self, delivery: ClaimedDelivery, sent: Sent) -> None:
        await self._store.write(
            deliveries.record_sent, delivery_id=delivery.id, provider_id=sent.provider_id, state=sent.state
        )
        log.info(
            "delivered",
            delivery=str(delivery.id),
            conversation=str(delivery.conversation_id),
            channel=delivery.channel_id,
            provider_id=sent.provider_id,
            trace_id=delivery.trace_id,
        )

    async def _handle(self, delivery: ClaimedDelivery, error: SendError, doubt: int) -> float | None:
        # Refused credentials stop a whole channel, and only the operator can mend them.
        tell = log.error if error.advice == "check_settings" else log.warning
        tell(
            "send_failed",
            delivery=str(delivery.id),
            channel=delivery.channel_id,
            code=error.code,
            attempts=delivery.attempts,
            retryable=error.retryable,
            doubt=doubt,
        )
        if not error.retryable or delivery.attempts > len(self._pauses) or self._has_looked_enough(delivery, error):
            nobody_knows = doubt == RESENT or (doubt == DOUBTED and error.accepted == "perhaps")
            await self._give_up(delivery, _UNCONFIRMED if nobody_knows and error.retryable else error, doubt)
            return None
        pause = self._pause(delivery.attempts, error, doubt)
        await self._postpone(delivery, pause, error, doubt)
        return pause

    def _has_looked_enough(self, delivery: ClaimedDelivery, error: SendError) -> bool:
        return error is _NOT_SHOWN and delivery.attempts >= _LOOKS

    def _pause(self, attempts: int, error: SendError, doubt: int) -> float:
        pause = self._pauses[attempts - 1]
        spread = pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads retries, guards nothing
        longest = LONGEST_WAIT if error.code == "rate_limited" else delivery_claims.USUAL_WAIT
        # What is in doubt is looked up when the call before can be over, and when the provider can show it.
        settling = CALL_SECONDS if doubt != SETTLED and error.accepted == "perhaps" else 0.0
        return max(spread, settling, min(error.retry_after or 0.0, longest))

    async def _postpone(
        self, delivery: ClaimedDelivery, pause: float, error: SendError, doubt: int, tried: bool = True
    ) -> None:
        await self._store.write(
            deliveries.postpone,
            delivery_id=delivery.id,
            lease_until=delivery.lease_until,
            pause=pause,
            code=error.code,
            detail=error.detail,
            advice=error.advice,
            doubt=doubt,
            tried=tried,
        )

    async def _give_up(self, delivery: ClaimedDelivery, error: SendError, doubt: int) -> None:
        await self._store.write(
            deliveries.record_failure,
            delivery_id=delivery.id,
            code=error.code,
            detail=error.detail,
            advice=error.advice,
            doubt=doubt,
        )


_UNCONFIRMED = SendError(
    "unconfirmed", retryable=False, advice="ask_resident", detail="no answer, and no trace of it at the provider"
)
_NOT_SHOWN = SendError(
    "not_shown", retryable=True, advice="wait", detail="the provider does not show it yet", accepted="perhaps"
)


def _as_send_error(error: Exception, delivery: ClaimedDelivery) -> SendError:
    if isinstance(error, SendError):
        return error
    log.error("send_crashed", delivery=str(delivery.id), channel=delivery.channel_id, exc_info=error)
    return SendError("send_crashed", retryable=True, advice="wait", detail=repr(error), accepted="perhaps")


def _doubt_after(accepted: Accepted, doubt: int, before: int) -> int:
    """A refusal settles the call that met it, not the one before; a mere failure is looked up to be sure."""
    if accepted == "perhaps":
        return doubt
    return DOUBTED if accepted == "unlikely" or before != SETTLED else SETTLED


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
        references=tuple((delivery.thread or "").split()),
        automatic=delivery.automatic,
        conversation_id=delivery.conversation_id,
    )
