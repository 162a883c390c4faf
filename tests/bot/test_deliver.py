"""Sending when a process has died in the middle: what the provider has already is not taken for something else."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.deliver import Deliverer
from case_store import delivery_claims
from case_store.figures import find_refused_channels, get_figures
from channels.contract import OutboundMessage, Sent
from channels.errors import CredentialsRefused
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.world import World

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]


class Provider:
    """Takes messages, tells what it has taken since some whole second, and knows them by their text only."""

    kind = "sms"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.taken: list[tuple[str, str, datetime]] = []
        self._now = now

    async def send(self, message: OutboundMessage) -> Sent:
        self.take(message.text)
        return Sent(self.taken[-1][0], "sent")

    def take(self, text: str) -> None:
        self.taken.append((f"P{len(self.taken)}", text, self._now().replace(microsecond=0)))

    async def find_sent(self, message: OutboundMessage, *, since: datetime, known: frozenset[str]) -> Sent | None:
        floor = since - timedelta(seconds=1)
        found = (sid for sid, text, at in self.taken if text == message.text and sid not in known and at >= floor)
        return next((Sent(sid, "sent") for sid in found), None)


@pytest.fixture
def provider(world: World) -> Provider:
    return Provider(world.clock.now)


@pytest.fixture
def talk(world: World) -> UUID:
    return world.receive().conversation_id


def claim(world: World, kind: Any) -> Any:
    return world.write(kind, worker="w", limit=10)


def die_while_sending(world: World) -> None:
    claim(world, delivery_claims.claim_deliveries)
    world.execute("UPDATE delivery SET lease_until = 0 WHERE state = 'sending'")


def deliverer(world: World, provider: Provider) -> Deliverer:
    def find_adapter(channel_id: str) -> Any:
        return provider

    return Deliverer(world.store, find_adapter)


def send(world: World, provider: Provider) -> None:
    asyncio.run(deliverer(world, provider).deliver(claim(world, delivery_claims.claim_deliveries)))


def reconcile(world: World, provider: Provider) -> None:
    asyncio.run(deliverer(world, provider).reconcile(claim(world, delivery_claims.claim_interrupted)))


def test_a_message_that_waited_long_is_not_taken_for_a_later_one_of_the_same_words(
    world: World, talk: UUID, provider: Provider
) -> None:
    world.clock.moment = datetime.now(UTC) - timedelta(hours=2)
    [first] = world.say(talk, "Ouvert à 8 h 30.")
    world.clock.forward(hours=1)
    [second] = world.say(talk, "Ouvert à 8 h 30.")
    send(world, provider)
    assert [world.delivery(each).provider_id for each in (first, second)] == ["P0", "P1"]
    world.clock.forward(minutes=1)
    [third] = world.say(talk, "Ouvert à 8 h 30.")
    die_while_sending(world)
    reconcile(world, provider)
    assert world.delivery(third).provider_id == "P2"


@pytest.mark.parametrize("seconds", [119.5, 120.0, 120.5, 121.0, 300.0])
def test_no_message_falls_between_what_is_known_and_what_is_looked_for(
    world: World, talk: UUID, provider: Provider, seconds: float
) -> None:
    world.clock.moment = datetime.now(UTC).replace(microsecond=100_000) - timedelta(hours=2)
    world.say(talk, "Bonjour")
    send(world, provider)
    world.clock.forward(seconds=seconds)
    [later] = world.say(talk, "Bonjour")
    die_while_sending(world)
    reconcile(world, provider)
    assert world.delivery(later).provider_id == "P1"


def test_what_the_provider_took_before_the_end_is_not_sent_again(world: World, talk: UUID, provider: Provider) -> None:
    [only] = world.say(talk, "Bonjour")
    die_while_sending(world)
    provider.take("Bonjour")
    reconcile(world, provider)
    assert (world.delivery(only).provider_id, len(provider.taken)) == ("P0", 1)


def test_what_it_did_not_take_is_sent_once_more_and_marked(world: World, talk: UUID, provider: Provider) -> None:
    [only] = world.say(talk, "Bonjour")
    die_while_sending(world)
    reconcile(world, provider)
    sent = world.delivery(only)
    assert (sent.provider_id, sent.possible_duplicate, len(provider.taken)) == ("P0", True, 1)


def test_a_delivery_interrupted_again_and_again_is_shown_to_an_agent(
    world: World, talk: UUID, provider: Provider
) -> None:
    [only] = world.say(talk, "Bonjour")
    die_while_sending(world)
    world.execute("UPDATE delivery SET interrupted = 20")
    reconcile(world, provider)
    failed = world.delivery(only)
    assert (failed.state, failed.error_code) == ("failed", "unconfirmed")
    assert provider.taken == []


def test_refused_credentials_are_counted_from_the_first_try_until_they_are_mended(
    world: World, talk: UUID, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(message: OutboundMessage) -> Sent:
        raise CredentialsRefused("20003")

    world.say(talk, "Bonjour")
    world.say(talk, "Une question ?")
    with monkeypatch.context() as wrong_token:
        wrong_token.setattr(provider, "send", refuse)
        send(world, provider)
    assert world.read(get_figures).deliveries_refused == 1
    assert world.read(find_refused_channels) == ["sms"]
    world.execute("UPDATE delivery SET due_at = 0")
    send(world, provider)
    assert world.read(get_figures).deliveries_refused == 0
    assert world.read(find_refused_channels) == []
