"""Staff and their sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from case_store.models import StaffSession
from case_store.staff import accounts
from case_store.staff.accounts import SESSION_LENGTH
from tests.case_store.world import World


def save(world: World, email: str = "claire@town.example", **changes: object):
    facts = {"email": email, "name": "Claire", "password_hash": "h", "role": "agent"} | changes
    return world.write(accounts.save_staff, **facts)


@pytest.fixture
def token(world: World) -> str:
    return world.write(accounts.open_session, staff_id=save(world).id, user_agent="Firefox " * 100)


def test_an_account_is_brought_up_to_date_not_doubled(world: World) -> None:
    first = save(world)
    again = save(world, email=" Claire@Town.example ", role="supervisor", teams=["roads"])
    assert again.id == first.id
    assert (again.role, again.teams) == ("supervisor", ["roads"])
    assert len(world.read(accounts.find_staff)) == 1


def test_an_unknown_role_is_refused_by_the_database(world: World) -> None:
    with pytest.raises(IntegrityError):
        save(world, role="king")


def test_a_cookie_says_who(world: World, token: str) -> None:
    found = world.read(accounts.find_session, token=token)
    assert found is not None
    assert found.staff.name == "Claire"
    assert found.csrf_token
    assert world.read(accounts.find_session, token="guess") is None


def test_the_cookie_itself_is_not_kept(world: World, token: str) -> None:
    row = world.read(lambda session: session.scalars(select(StaffSession)).one())
    assert token not in {str(getattr(row, column.name)) for column in StaffSession.__table__.columns}


def test_a_session_ends_by_itself(world: World, token: str) -> None:
    world.clock.forward(seconds=SESSION_LENGTH.total_seconds())
    assert world.read(accounts.find_session, token=token) is None
    assert world.write(accounts.close_expired_sessions) == 1
    assert world.write(accounts.close_expired_sessions) == 0


def test_signing_out_ends_it(world: World, token: str) -> None:
    world.write(accounts.close_session, token=token)
    assert world.read(accounts.find_session, token=token) is None


def test_a_closed_account_is_signed_out(world: World, token: str) -> None:
    world.execute("UPDATE staff SET active = false")
    assert world.read(accounts.find_session, token=token) is None
    assert world.read(accounts.find_staff) == []


def test_a_page_that_is_busy_writes_once_a_minute(world: World, token: str) -> None:
    opened = world.clock.now()
    world.clock.forward(seconds=30)
    world.write(accounts.touch_session, token=token)
    row = world.read(lambda session: session.scalars(select(StaffSession)).one())
    assert row.last_seen_at == opened
    world.clock.forward(seconds=40)
    world.write(accounts.touch_session, token=token)
    row = world.read(lambda session: session.scalars(select(StaffSession)).one())
    assert row.last_seen_at == opened + timedelta(seconds=70)
