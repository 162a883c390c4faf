"""Sending when a process has died in the middle: what the provider has already is not taken for something else."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot.deliver import PAUSES
from case_store.oversight.figures import find_refused_channels, get_figures
from case_store.work import delivery_claims
from channels.contract import Capabilities, OutboundMessage, Sent
from channels.errors import AddressRefused, CredentialsRefused, ProviderUnavailable, RateLimited
from tests.bot.sending import (
    BUSY,
    UNREACHED,
    Mail,
    Provider,
    claim,
    die,
    die_while_sending,
    provider,
    reconcile,
    send,
    send_until_done,
)
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.people import talk
from tests.case_store.world import World

__all__ = ["migrated_database", "migrated_file", "provider", "store_url", "talk", "world"]


class Bell(Mail):
    """Rings for a message that the resident reads in the store itself."""

    kind = "webchat"
    capabilities = Capabilities(max_text=1600, choices="buttons", attachments=True, receipts=True, only_rings=True)


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


def test_what_only_rings_is_never_in_doubt(world: World, talk: UUID) -> None:
    [only] = world.say(talk, "Bonjour")
    bell = Bell()
    claim(world, delivery_claims.claim_deliveries)
    for _ in range(30):
        die(world)
        claim(world, delivery_claims.claim_interrupted)
    die(world)
    reconcile(world, bell)
    rung = world.delivery(only)
    assert (rung.state, rung.possible_duplicate, bell.taken) == ("sent", False, ["Bonjour"])


class TestTryingAgain:
    @pytest.fixture
    def only(self, world: World, talk: UUID) -> UUID:
        [only] = world.say(talk, "Bonjour")
        return only

    def test_it_is_tried_once_more_than_there_are_pauses(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles = [(UNREACHED, False)] * 99
        pauses = send_until_done(world, provider, only)
        assert 99 - len(provider.troubles) == len(PAUSES) + 1
        assert all(0.7 * pause - 1 < given < 1.3 * pause for pause, given in zip(PAUSES, pauses, strict=True))
        failed = world.delivery(only)
        assert (failed.state, failed.error_code) == ("failed", "provider_unavailable")

    @pytest.mark.parametrize(("asked", "kept"), [(700, 700), (99_999, 3600)])
    def test_the_pause_that_the_provider_asks_for_is_kept_up_to_an_hour(
        self, world: World, only: UUID, provider: Provider, asked: float, kept: float
    ) -> None:
        provider.troubles = [(RateLimited("HTTP 429", retry_after=asked), False)]
        [pause] = send_until_done(world, provider, only)
        assert kept - 5 < pause <= kept

    @pytest.mark.parametrize(("asked", "kept"), [(90, 90), (99_999, delivery_claims.USUAL_WAIT)])
    def test_a_provider_in_trouble_is_left_alone_for_some_minutes_at_most(
        self, world: World, only: UUID, provider: Provider, asked: float, kept: float
    ) -> None:
        provider.troubles = [(ProviderUnavailable("HTTP 503", retry_after=asked, accepted="no"), False)]
        [pause] = send_until_done(world, provider, only)
        assert kept - 5 < pause <= kept

    def test_what_stands_behind_it_waits_as_long(self, world: World, talk: UUID, provider: Provider) -> None:
        world.say(talk, "un")
        [second] = world.say(talk, "deux")
        provider.troubles = [(BUSY, False)]
        send(world, provider)
        behind = world.delivery(second)
        assert (behind.state, behind.attempts) == ("queued", 0)
        assert behind.due_at > time.time() + 600

    def test_a_refusal_for_good_is_not_tried_again(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles = [(AddressRefused("21211"), False)]
        assert send_until_done(world, provider, only) == []
        assert world.delivery(only).error_code == "address_refused"
