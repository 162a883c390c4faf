"""Short words for what becomes of deliveries, for the tests of sending."""

from typing import Any
from uuid import UUID, uuid4

from case_store.conversations import deliveries, receipts
from case_store.work import delivery_claims
from case_store.work.delivery_claims import ClaimedDelivery
from tests.case_store.world import World


def claim(world: World, limit: int = 10, worker: str = "w1") -> list[ClaimedDelivery]:
    return world.write(delivery_claims.claim_deliveries, worker=worker, limit=limit)


def claim_dead(world: World, limit: int = 10) -> list[ClaimedDelivery]:
    return world.write(delivery_claims.claim_interrupted, worker="w2", limit=limit)


def sent(world: World, delivery_id: UUID, provider_id: str | None = None) -> None:
    world.write(
        deliveries.record_sent, delivery_id=delivery_id, provider_id=provider_id or f"P{uuid4().hex}", state="sent"
    )


def put_off(world: World, delivery_id: UUID, *, seconds: float = 60, tried: bool = True) -> None:
    held = world.delivery(delivery_id)
    world.write(
        deliveries.postpone, delivery_id=delivery_id, lease_until=held.lease_until, pause=seconds,
        code="provider_unavailable", detail="HTTP 500", advice="wait", doubt=held.doubt, tried=tried,
    )  # fmt: skip


def fail(world: World, delivery_id: UUID, code: str = "address_refused") -> None:
    world.write(deliveries.record_failure, delivery_id=delivery_id, code=code, detail="why", advice="check_address")


def receipt(world: World, provider_id: str, state: str, **facts: Any) -> bool:
    return world.write(receipts.record_receipt, channel_id="sms", provider_id=provider_id, state=state, **facts)


def pass_time(world: World, seconds: float) -> None:
    world.execute("UPDATE delivery SET due_at = due_at - :s, lease_until = lease_until - :s", s=seconds)


def failures(world: World, conversation_id: UUID) -> int:
    return world.conversation(conversation_id).failed_deliveries
