"""Sending when a process has died in the middle: what the provider has already is not taken for something else."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.deliver import PAUSES, Deliverer
from case_store.conversations import deliveries
from case_store.oversight.figures import find_refused_channels, get_figures
from case_store.work import delivery_claims
from case_store.work.delivery_claims import CALL_SECONDS
from channels.contract import Capabilities, OutboundMessage, Sent
from channels.errors import AddressRefused, CredentialsRefused, ProviderUnavailable, RateLimited, SendError
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]


class Provider:
    """Takes messages, tells what it has taken since some whole second, and knows them by their text only.

    `troubles` strike the next sends: each is an error, and whether the message was taken all the same.
    """

    kind = "sms"
    capabilities = Capabilities(max_text=1600, choices="numbered", attachments=False, receipts=True)

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.taken: list[tuple[str, str, datetime]] = []
        self.troubles: list[tuple[SendError, bool]] = []
        self.list_trouble: SendError | None = None
        self.shows = True
        self._now = now

    async def send(self, message: OutboundMessage) -> Sent:
        error, takes = self.troubles.pop(0) if self.troubles else (None, True)
        if takes:
            self.take(message.text)
        if error:
            raise error
        return Sent(self.taken[-1][0], "sent")

    def take(self, text: str) -> None:
        self.taken.append((f"P{len(self.taken)}", text, self._now().replace(microsecond=0)))

    async def find_sent(self, message: OutboundMessage, *, since: datetime, known: frozenset[str]) -> Sent | None:
        if self.list_trouble:
            raise self.list_trouble
        floor = since - timedelta(seconds=1)
        found = (sid for sid, text, at in self.taken if text == message.text and sid not in known and at >= floor)
        return next((Sent(sid, "sent") for sid in found if self.shows), None)


class Mail:
    """Takes messages, and cannot be asked about them later."""

    kind = "email"
    capabilities = Capabilities(max_text=1600, choices="numbered", attachments=False, receipts=False)

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, message: OutboundMessage) -> Sent:
        self.taken.append(message.text)
        return Sent(f"<{message.delivery_id}>", "sent")


class Bell(Mail):
    """Rings for a message that the resident reads in the store itself."""

    kind = "webchat"
    capabilities = Capabilities(max_text=1600, choices="buttons", attachments=True, receipts=True, only_rings=True)


RESET = ProviderUnavailable("ServerDisconnectedError")
FAILED = ProviderUnavailable("HTTP 500", accepted="unlikely")
UNREACHED = ProviderUnavailable("ClientConnectorError", accepted="no")
BUSY = RateLimited("HTTP 429", retry_after=700)


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
    die(world)


def die(world: World) -> None:
    """The process that holds deliveries is gone, long enough for its leases to end."""
    world.execute("UPDATE delivery SET lease_until = 0 WHERE state = 'sending'")


def deliverer(world: World, adapter: Any) -> Deliverer:
    return Deliverer(world.store, lambda channel_id: adapter)


def send(world: World, adapter: Any) -> None:
    asyncio.run(deliverer(world, adapter).deliver(claim(world, delivery_claims.claim_deliveries)))


def reconcile(world: World, adapter: Any) -> None:
    asyncio.run(deliverer(world, adapter).reconcile(claim(world, delivery_claims.claim_interrupted)))


def send_until_done(world: World, adapter: Any, delivery_id: UUID) -> list[float]:
    """Every try until the delivery waits no more; gives the pauses between them, in seconds."""
    pauses: list[float] = []
    while True:
        send(world, adapter)
        row = world.delivery(delivery_id)
        if row.state != "queued":
            return pauses
        pauses.append(row.due_at - time.time())
        world.execute("UPDATE delivery SET due_at = 0 WHERE state = 'queued'")


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
