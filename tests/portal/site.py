"""The product's pages over a real store, without its worker: a clerk of the test says what the town says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import uvicorn

from app.configuration.settings import Settings
from app.web import build_app
from app.wiring import Product, build_product
from case_store.actors import BOT, Actor
from case_store.cases.filing import NewCase, join_case, open_case
from case_store.cases.finding import find_case_by_reference
from case_store.cases.moving import ChosenStep, change_state
from case_store.conversations import ownership
from case_store.conversations.locking import OpenedConversation, lock_conversation, save_conversation
from case_store.conversations.own_threads import find_conversation_of
from case_store.conversations.saying import Outgoing, Part, say
from case_store.engine.migrate import upgrade
from case_store.engine.session import StoreSession
from case_store.models import Conversation
from case_store.residents.people import ensure_contact_point
from case_store.staff import accounts
from tests.support.scopes import EVERYTHING

OPEN_HOURS = "2026-11-24T10:00:00+01:00"
PHONE = "+33639980001"


@dataclass
class Clerk:
    """Speaks for the town in the chat of one visitor, by the commands the bot and the console use."""

    product: Product
    visitor: str
    _agent: Actor | None = None

    @property
    def conversation(self) -> Conversation:
        found = self.product.store.read_now(
            find_conversation_of, contact_kind="visitor", address=self.visitor, channel_id="webchat"
        )
        assert found is not None, "the visitor has said nothing yet"
        return found

    def answer(self, text: str, *choices: str, kind: str = "answer") -> None:
        """The assistant's answer, with suggested answers."""
        pairs = tuple((choice, choice) for choice in choices)

        def command(session: StoreSession) -> None:
            self._say(
                session, BOT, "bot", Outgoing(text, (Part(text, pairs),), choices=pairs, kind=kind, protected=True)
            )

        self.product.store.write_now(command)

    def hand_off(self) -> None:
        """Into the agents' queue."""

        def command(session: StoreSession) -> None:
            conversation = self._open(session)
            ownership.hand_off(session, conversation, actor=BOT, reason="requested", summary="veut parler")
            save_conversation(session, conversation)

        self.product.store.write_now(command)

    def take_over(self, name: str = "Camille Durand") -> None:
        """An agent of that name holds the conversation."""
        write = self.product.store.write_now
        row = write(accounts.save_staff, email="camille@town.example", name=name, password_hash="-", role="agent")
        self._agent = Actor("agent", row.id, name)
        write(ownership.take_over, scope=EVERYTHING, conversation_id=self.conversation.id, actor=self._agent)

    def reply(self, text: str) -> None:
        """The agent's answer."""
        assert self._agent is not None
        self.product.store.write_now(
            ownership.reply,
            scope=EVERYTHING,
            conversation_id=self.conversation.id,
            actor=self._agent,
            outgoing=Outgoing(text, (Part(text),)),
        )

    def open_case(self, **changes: Any) -> str:
        """Files a pothole for this visitor; gives its reference.

        `contact` is a telephone number, `days` how long until it is due; else as in NewCase.
        """
        return self.product.store.write_now(self._open_case, changes)

    def join(self, reference: str, neighbour: "Clerk") -> None:
        """Another visitor follows this report instead of filing a double."""

        def command(session: StoreSession) -> None:
            case = find_case_by_reference(session, reference=reference)
            assert case is not None
            join_case(session, case_id=case.id, conversation_id=neighbour.conversation.id, actor=BOT, fields={})

        self.product.store.write_now(command)

    def set_state(self, reference: str, state: str, reason: str | None = None) -> None:
        def command(session: StoreSession) -> None:
            case = find_case_by_reference(session, reference=reference)
            assert case is not None
            change_state(session, case_id=case.id, state=state, actor=BOT, reason=reason)

        self.product.store.write_now(command)

    def wait_at(self, reference: str, step: str) -> None:
        """The case goes to a step at which its date stands still."""

        def command(session: StoreSession) -> None:
            case = find_case_by_reference(session, reference=reference)
            assert case is not None
            change_state(session, case_id=case.id, state="open", actor=BOT, step=ChosenStep(step, stands_still=True))

        self.product.store.write_now(command)

    def _open_case(self, session: StoreSession, changes: dict[str, Any]) -> str:
        conversation = self._open(session)
        contact_id = conversation.contact_point_id
        if phone := changes.pop("contact", None):
            contact = ensure_contact_point(
                session, kind="phone", address=phone, language="fr", resident_id=conversation.resident_id
            )
            contact_id = contact.id
        facts: dict[str, Any] = {
            "prefix": self.product.town.city.prefix,
            "kind": "report",
            "service_code": "report.pothole",
            "service_version": 1,
            "team_code": "voirie",
            "title": "Nid-de-poule",
            "state": "new",
            "priority": "normal",
            "fields": [("location", "12 rue de Paris"), ("hazard", "yes")],
            "due_at": self.product.clock.now() + timedelta(days=changes.pop("days", 9)),
            "language": "fr",
            "channel_kind": "webchat",
            "resident_id": conversation.resident_id,
            "contact_point_id": contact_id,
            "conversation_id": conversation.id,
            "location_text": "12 rue de Paris",
        }
        return open_case(session, case=NewCase(**{**facts, **changes}), actor=BOT).reference

    def _open(self, session: StoreSession) -> OpenedConversation:
        return lock_conversation(session, conversation_id=self.conversation.id)

    def _say(self, session: StoreSession, actor: Actor, author: Any, outgoing: Outgoing) -> UUID:
        conversation = self._open(session)
        message_id, _ = say(session, conversation, author=author, actor=actor, outgoing=outgoing)
        save_conversation(session, conversation)
        return message_id


def make_product(folder: Path, *, now: str = OPEN_HOURS, port: int = 8000, **settings: Any) -> Product:
    """A product over an empty store in `folder`, at ten on a Tuesday morning unless `now` says otherwise."""
    moment = datetime.fromisoformat(now).astimezone(UTC)
    given = Settings(_env_file=None, data_dir=folder, now=moment, port=port, **settings)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "guichet.db").exists():
        (folder / "guichet.db").write_bytes(_migrated())
    return build_product(given)


@cache
def _migrated() -> bytes:
    """An empty, migrated store, made once for all tests of a process."""
    with TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/empty.db")
        return (Path(folder) / "empty.db").read_bytes()


@dataclass
class Site:
    """A served product."""

    product: Product
    server: uvicorn.Server
    url: str

    def clerk(self, visitor: str) -> Clerk:
        return Clerk(self.product, visitor)

    def stop(self) -> None:
        """As a signal does: streams are told first, then the server ends."""
        loop = self.server.servers[0].get_loop()
        loop.call_soon_threadsafe(self.product.stopping.set)
        self.server.should_exit = True


@contextmanager
def served(product: Product) -> Iterator[Site]:
    """The pages behind a real server, in a thread of their own."""
    config = uvicorn.Config(
        build_app(product, with_worker=False),
        host="127.0.0.1",
        port=product.settings.port,
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    wait_until(lambda: server.started)
    site = Site(product, server, f"http://127.0.0.1:{product.settings.port}")
    try:
        yield site
    finally:
        if thread.is_alive() and server.servers:
            site.stop()
        thread.join(timeout=10)


def wait_until(true: Any, seconds: float = 10.0) -> None:
    """Waits for something that another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


__all__ = ["OPEN_HOURS", "PHONE", "Clerk", "Site", "make_product", "served", "wait_until"]
