"""One process reads a mailbox at a time, from where the last one stopped; what is wrong with it is known."""

from sqlalchemy import update

from case_store.models import Mailbox
from case_store.oversight.figures import get_figures
from case_store.work import mailboxes
from case_store.work.mailboxes import MailboxState
from tests.case_store.world import World

BOX = "email"


def claim(world: World, reader: str) -> MailboxState | None:
    return world.write(mailboxes.claim_mailbox, channel_id=BOX, reader=reader)


def test_a_mailbox_is_read_by_one_until_it_lets_go(world: World) -> None:
    assert claim(world, "a") == MailboxState(None, None, None)
    assert claim(world, "b") is None
    world.write(mailboxes.release_mailbox, channel_id=BOX, reader="b")
    assert claim(world, "b") is None
    world.write(mailboxes.record_reading, channel_id=BOX, validity=7, last=41)
    world.write(mailboxes.release_mailbox, channel_id=BOX, reader="a")
    assert claim(world, "b") == MailboxState(7, 41, world.clock.now())
    assert claim(world, "b") is not None  # renewed


def test_a_dead_readers_lease_ends(world: World) -> None:
    claim(world, "a")
    world.write(lambda session: session.execute(update(Mailbox).values(lease_until=1.0)))
    assert claim(world, "b") is not None
    world.write(mailboxes.take_over_mailboxes)
    assert claim(world, "a") is not None


def test_a_reading_without_mails_keeps_the_place(world: World) -> None:
    claim(world, "a")
    world.write(mailboxes.record_reading, channel_id=BOX, validity=7, last=41)
    world.write(mailboxes.record_reading, channel_id=BOX, validity=7, last=None)
    found = claim(world, "a")
    assert found is not None
    assert (found.validity, found.last) == (7, 41)


def test_a_trouble_is_known_since_it_began_and_ends_with_a_reading(world: World) -> None:
    claim(world, "a")
    began = world.clock.now()
    world.write(mailboxes.record_trouble, channel_id=BOX, code="credentials", detail="refused")
    world.clock.forward(hours=1)
    world.write(mailboxes.record_trouble, channel_id=BOX, code="unavailable", detail="away")
    [trouble] = world.read(mailboxes.find_troubles)
    assert (trouble.channel_id, trouble.code, trouble.detail, trouble.since) == (BOX, "unavailable", "away", began)
    assert world.read(get_figures).mailboxes_unread == 1
    world.write(mailboxes.record_reading, channel_id=BOX, validity=7, last=None)
    assert world.read(mailboxes.find_troubles) == []
    assert world.read(get_figures).mailboxes_unread == 0
