"""Leases and due times on hosts whose clocks differ: on PostgreSQL the database's clock alone counts."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.checking.doctor import CHECKS
from app.serving.health import clock_condition
from case_store.engine.clocks import get_clock_offset
from case_store.work import delivery_claims, turns
from case_store.work.delivery_claims import LEASE_SECONDS
from kit import ids
from tests.case_store.databases import on_postgresql
from tests.case_store.sending import claim, claim_dead, put_off
from tests.case_store.world import World

Elsewhere = Callable[[float], AbstractContextManager[None]]
AHEAD_OF_LEASES = LEASE_SECONDS * 1.5


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """On a host whose clock is so many seconds ahead."""

    @contextmanager
    def moved(seconds: float) -> Iterator[None]:
        right, right_ns = time.time, time.time_ns
        with monkeypatch.context() as there:
            there.setattr(time, "time", lambda: right() + seconds)
            there.setattr(time, "time_ns", lambda: right_ns() + int(seconds * 1e9))
            there.setattr(ids, "_moments", ids._Moments())
            yield

    return moved


@on_postgresql
class TestAnotherHostsClock:
    def test_ahead_it_takes_nothing_that_others_are_sending(self, world: World, elsewhere: Elsewhere) -> None:
        talk = world.receive().conversation_id
        world.say(talk, "un")
        assert len(claim(world)) == 1
        with elsewhere(AHEAD_OF_LEASES):
            assert claim_dead(world) == []

    def test_ahead_it_takes_no_turn_that_others_run(self, world: World, elsewhere: Elsewhere) -> None:
        world.receive()
        assert len(world.write(turns.claim_turns, worker="w1", limit=5)) == 1
        with elsewhere(AHEAD_OF_LEASES):
            assert world.write(turns.claim_turns, worker="w2", limit=5) == []

    def test_ahead_it_tries_nothing_again_too_early(self, world: World, elsewhere: Elsewhere) -> None:
        talk = world.receive().conversation_id
        [delivery_id] = world.say(talk, "un")
        claim(world)
        put_off(world, delivery_id, seconds=AHEAD_OF_LEASES - 5)
        with elsewhere(AHEAD_OF_LEASES):
            assert claim(world) == []

    @pytest.mark.parametrize("seconds", [-3600, 3600])
    def test_what_it_writes_is_due_for_all_at_once(self, world: World, elsewhere: Elsewhere, seconds: float) -> None:
        with elsewhere(seconds):
            talk = world.receive().conversation_id
            world.say(talk, "un")
        assert len(world.write(turns.claim_turns, worker="w1", limit=5)) == 1
        assert len(claim(world)) == 1
        world.execute("UPDATE turn_due SET lease_until = 0")
        with elsewhere(seconds):
            world.write(turns.postpone_turn, conversation_id=talk, attempts=1, error="x")
        world.execute("UPDATE turn_due SET due_at = due_at - 3")
        assert len(world.write(turns.claim_turns, worker="w1", limit=5)) == 1

    @pytest.mark.parametrize("seconds", [-45, 45])
    def test_what_it_says_keeps_its_place_in_the_conversation(
        self, world: World, elsewhere: Elsewhere, seconds: float
    ) -> None:
        talk = world.receive().conversation_id
        world.say(talk, "un")
        with elsewhere(seconds):
            world.say(talk, "deux", "trois")
        assert [claimed.text for claimed in claim(world)] == ["un", "deux", "trois"]
        world.say(talk, "quatre")
        assert claim(world) == [], "what was said before it is still being sent"

    def test_a_lease_it_renews_lasts_as_long_as_any(self, world: World, elsewhere: Elsewhere) -> None:
        talk = world.receive().conversation_id
        world.say(talk, "un")
        [mine] = claim(world)
        with elsewhere(-3600):
            renewed = world.write(delivery_claims.renew_lease, delivery=mine)
        assert renewed is not None
        assert mine.lease_until <= renewed.lease_until < mine.lease_until + LEASE_SECONDS

    def test_the_difference_is_told(self, world: World, elsewhere: Elsewhere) -> None:
        with elsewhere(45):
            offset = world.read(get_clock_offset)
            assert -46 < offset < -44
            with pytest.raises(RuntimeError, match="45 s ahead of the database's"):
                look_at_clocks(world)
        assert clock_condition(offset)["clock"] == "off"


def test_clocks_that_agree_are_said_to(world: World) -> None:
    offset = world.read(get_clock_offset)
    assert abs(offset) < 1
    assert clock_condition(offset)["clock"] == "ok"
    assert "same time" in look_at_clocks(world)


def look_at_clocks(world: World) -> str:
    """What `guichet doctor` says of the clocks."""
    return dict(CHECKS)["clocks"](cast("Any", SimpleNamespace(store=world.store)))
