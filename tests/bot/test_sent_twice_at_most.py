"""Killed or cut off in the middle of a call, as often as one likes: a message leaves twice at most."""

import asyncio
from uuid import UUID

import pytest

from case_store.conversations import deliveries
from case_store.work import delivery_claims
from case_store.work.delivery_claims import CALL_SECONDS
from channels.contract import OutboundMessage, Sent
from channels.errors import ProviderUnavailable, SendError
from tests.bot.sending import (
    BUSY,
    UNREACHED,
    Mail,
    Provider,
    claim,
    deliverer,
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
from tests.support.scopes import EVERYTHING

__all__ = ["migrated_database", "migrated_file", "provider", "store_url", "talk", "world"]


RESET = ProviderUnavailable("ServerDisconnectedError")
FAILED = ProviderUnavailable("HTTP 500", accepted="unlikely")


class TestSentTwiceAtMost:
    """Killed or cut off in the middle of a call, as often as one likes."""

    @pytest.fixture
    def only(self, world: World, talk: UUID) -> UUID:
        [only] = world.say(talk, "Bonjour")
        return only

    def test_a_double_is_marked_before_it_is_made(self, world: World, only: UUID, provider: Provider) -> None:
        die_while_sending(world)
        [delivery] = claim(world, delivery_claims.claim_interrupted)

        async def die_in_the_call(message: OutboundMessage) -> Sent:
            provider.take(message.text)
            raise asyncio.CancelledError

        provider.send = die_in_the_call  # type: ignore[method-assign]
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(deliverer(world, provider).reconcile([delivery]))
        assert world.delivery(only).possible_duplicate
        die(world)
        reconcile(world, provider)
        found = world.delivery(only)
        assert (found.state, found.possible_duplicate, len(provider.taken)) == ("sent", True, 1)

    def test_after_two_deaths_it_is_only_looked_up(self, world: World, only: UUID, provider: Provider) -> None:
        die_while_sending(world)
        world.write(delivery_claims.mark_resent, delivery=claim(world, delivery_claims.claim_interrupted)[0])
        die(world)
        reconcile(world, provider)
        assert world.delivery(only).state == "queued"
        world.execute("UPDATE delivery SET due_at = 0")
        send_until_done(world, provider, only)
        failed = world.delivery(only)
        assert (failed.state, failed.error_code, failed.advice) == ("failed", "unconfirmed", "ask_resident")
        assert (failed.possible_duplicate, provider.taken) == (True, [])

    @pytest.mark.parametrize("resets", [1, 2, 3, 6])
    def test_a_list_that_lags_makes_no_third(self, world: World, only: UUID, provider: Provider, resets: int) -> None:
        provider.troubles, provider.shows = [(RESET, True)] * resets, False
        send_until_done(world, provider, only)
        assert len(provider.taken) == 2
        kept = world.delivery(only)
        assert kept.possible_duplicate
        assert kept.state == ("sent" if resets == 1 else "failed")

    def test_what_the_list_shows_in_the_end_is_sent(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles, provider.shows = [(RESET, True)] * 2, False
        for _ in range(3):
            send(world, provider)
            world.execute("UPDATE delivery SET due_at = 0")
        provider.shows = True
        send(world, provider)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 2)

    def test_it_is_not_looked_up_before_the_call_can_be_over(
        self, world: World, only: UUID, provider: Provider
    ) -> None:
        provider.troubles = [(RESET, True)]
        [pause] = send_until_done(world, provider, only)
        assert pause > CALL_SECONDS - 1
        assert (world.delivery(only).possible_duplicate, len(provider.taken)) == (False, 1)

    @pytest.mark.parametrize("error", [FAILED, UNREACHED, BUSY])
    def test_an_outage_that_takes_nothing_ends_in_one_message(
        self, world: World, only: UUID, provider: Provider, error: SendError
    ) -> None:
        provider.troubles = [(error, False)] * 7
        send_until_done(world, provider, only)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 1)

    def test_an_answer_that_lies_is_looked_up(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles = [(FAILED, True)]
        send_until_done(world, provider, only)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 1)

    def test_a_doubt_outlasts_an_outage_of_the_list(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles, provider.list_trouble = [(RESET, True)], BUSY
        for _ in range(4):
            send(world, provider)
            world.execute("UPDATE delivery SET due_at = 0")
        provider.list_trouble = None
        send(world, provider)
        kept = world.delivery(only)
        assert (kept.state, kept.possible_duplicate, len(provider.taken)) == ("sent", False, 1)

    def test_a_refused_second_try_is_tried_again(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles = [(RESET, False), (BUSY, False)]
        send_until_done(world, provider, only)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 1)

    def test_an_agent_who_sends_an_unconfirmed_one_again_has_it_looked_up(
        self, world: World, only: UUID, provider: Provider
    ) -> None:
        provider.troubles, provider.shows = [(RESET, True)] * 2, False
        send_until_done(world, provider, only)
        provider.shows = True
        world.write(deliveries.retry_delivery, scope=EVERYTHING, delivery_id=only, actor=world.agent())
        send(world, provider)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 2)

    def test_what_cannot_be_looked_up_is_sent_twice_at_most(self, world: World, only: UUID) -> None:
        mail = Mail()
        die_while_sending(world)
        world.write(delivery_claims.mark_resent, delivery=claim(world, delivery_claims.claim_interrupted)[0])
        die(world)
        reconcile(world, mail)
        failed = world.delivery(only)
        assert (failed.state, failed.error_code, mail.taken) == ("failed", "unconfirmed", [])

    def test_a_crash_of_the_adapter_is_a_doubt(self, world: World, only: UUID, provider: Provider) -> None:
        provider.troubles = [(RuntimeError("bug"), True)]  # type: ignore[list-item]
        send_until_done(world, provider, only)
        assert (world.delivery(only).state, len(provider.taken)) == ("sent", 1)
