"""The demo city as its agents find it: lists that agree with what was said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.seed_data import seed_demo
from app.wiring import Product
from case_store.models import Conversation, Message, Staff
from tests.portal.site import make_product


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = make_product(tmp_path_factory.mktemp("seed"))
    seed_demo(product, always=False)
    yield product
    product.store.close()


def test_who_wrote_last_to_an_agent_waits_since_then_and_nobody_else_does(seeded: Product) -> None:
    held = [talk for talk in _conversations(seeded) if talk.held_by == "agent"]
    waiting = {talk.id: talk.waiting_since for talk in held if talk.waiting_since is not None}
    assert waiting == {talk.id: talk.last_message_at for talk in held if talk.last_message_author == "resident"}
    assert waiting


def test_what_an_agent_has_answered_is_read(seeded: Product) -> None:
    answered = set()
    for talk in _conversations(seeded):
        said = _messages(seeded, talk)
        replies = [number for number, message in enumerate(said) if message.author == "agent"]
        if replies and talk.state != "resolved":
            later = [message for message in said[replies[-1] :] if message.author == "resident"]
            assert talk.unread == len(later)
            answered.add(talk.id)
    assert answered


def test_the_queue_waits_since_it_was_handed_off(seeded: Product) -> None:
    queued = [talk for talk in _conversations(seeded) if talk.held_by == "queue"]
    assert queued
    assert all(talk.waiting_since is not None for talk in queued)


def _conversations(product: Product) -> list[Conversation]:
    def query(session: Session) -> list[Conversation]:
        return list(session.scalars(select(Conversation)))

    return product.store.read_now(query)


def _messages(product: Product, talk: Conversation) -> list[Message]:
    def query(session: Session) -> list[Message]:
        told = select(Message).where(Message.conversation_id == talk.id, Message.audience == "resident")
        return list(session.scalars(told.order_by(Message.seq)))

    return product.store.read_now(query)


def test_the_assistant_reads_nothing_of_the_story_again(seeded: Product) -> None:
    said = [message for talk in _conversations(seeded) for message in _messages(seeded, talk)]
    heard = [message for message in said if message.direction == "inbound"]
    assert heard
    assert [message.text for message in heard if message.turn_id is None] == []


def test_processes_that_start_together_fill_the_store_once(store_url: str, tmp_path: Path) -> None:
    """As `serve --no-worker` and `worker` do; the threads stand for processes, each with connections of its own."""
    products = [make_product(tmp_path / name, database_url=store_url) for name in ("web", "worker")]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda product: seed_demo(product, always=False), products))
    once = _counts(products[0])
    seed_demo(products[1], always=True)
    assert _counts(products[0]) == once
    for product in products:
        product.store.close()
    assert all(once)


def _counts(product: Product) -> list[int]:
    """Accounts, conversations and messages."""
    return [
        product.store.read_now(lambda session, kind=kind: session.scalar(select(func.count()).select_from(kind)) or 0)
        for kind in (Staff, Conversation, Message)
    ]
