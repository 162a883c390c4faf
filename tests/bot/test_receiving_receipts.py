"""What providers say of messages sent, as it comes through the front door."""

from pathlib import Path
from uuid import UUID

import pytest

from bot.receive import Reception, Source
from case_store.conversations.media import MediaStore
from case_store.work.delivery_claims import CALL_SECONDS
from channels.contract import DeliveryState, DeliveryUpdate
from kit.ids import made_at, uuid7
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.sending import claim
from tests.case_store.world import World

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]


@pytest.fixture
def reception(world: World, tmp_path: Path) -> Reception:
    return Reception(world.store, MediaStore(tmp_path), reference_prefix="MTL")


async def told(reception: Reception, state: DeliveryState, delivery_id: UUID | None) -> None:
    source = Source(channel_id="sms", channel_kind="sms", default_language="fr")
    await reception.receive(source, [DeliveryUpdate("P1", state, delivery_id=delivery_id)], {})


def made_before(delivery_id: UUID, seconds: float) -> UUID:
    """The id as it would be, had it been made so much earlier."""
    return UUID(int=delivery_id.int - (int(seconds * 1000) << 80))


def test_an_id_tells_when_it_was_made() -> None:
    identifier = uuid7()
    assert made_at(identifier) - made_at(made_before(identifier, 60)) == pytest.approx(60)


async def test_sent_is_news_only_once_the_answer_is_overdue(world: World, reception: Reception) -> None:
    talk = world.receive().conversation_id
    [fresh] = world.say(talk, "un")
    claim(world)
    await told(reception, "sent", fresh)
    await told(reception, "sent", None)
    assert world.delivery(fresh).state == "sending", "the provider's answer says the same, and is about to come"
    overdue = made_before(fresh, CALL_SECONDS + 1)
    world.execute("UPDATE delivery SET id = :new", new=overdue.hex if world.store.is_sqlite else overdue)
    await told(reception, "sent", overdue)
    found = world.delivery(overdue)
    assert (found.state, found.provider_id) == ("sent", "P1")


@pytest.mark.parametrize("state", ["delivered", "failed"])
async def test_what_comes_before_the_answer_counts(world: World, reception: Reception, state: DeliveryState) -> None:
    talk = world.receive().conversation_id
    [fresh] = world.say(talk, "un")
    claim(world)
    await told(reception, state, fresh)
    assert world.delivery(fresh).state == state
