"""A console on a small application of its own, with a town of few words and ports that remember."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from fastapi import FastAPI, Response
from jinja2 import Environment
from starlette.requests import ClientDisconnect

from agent_console.access.deps import ConsoleDeps
from agent_console.routes import build_router
from app.configuration.settings import Settings
from app.faces.case_corrections import TownCorrections
from app.faces.case_forms import TownCaseForms
from app.faces.teaching import TownTeaching
from app.live.memory import MemoryBus, MemoryLimiter, MemoryPresence
from app.pages.assets import Assets
from app.pages.faces import face_templates, face_words
from app.serving.middleware import HeadersMiddleware
from bot.keeping import keep_file
from case_store.actors import BOT, Actor
from case_store.cases.filing import NewCase, open_case
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.media import MediaStore
from case_store.conversations.ownership import hand_off
from case_store.conversations.reaching import ensure_conversation
from case_store.conversations.receiving import NewAttachment, NewMessage, Received, receive_message
from case_store.conversations.saying import Outgoing, Part, say
from case_store.engine import migrate
from case_store.engine.database import Store
from case_store.models import Attachment, Staff
from case_store.residents.people import ensure_contact_point
from case_store.staff.accounts import save_staff
from kit.catalogues import Wordings
from kit.clock import Clock
from kit.theme import town_css
from tests.console.small_town import SmallTown, measure, montlieu, present
from web.live import LiveFeed

ZONE = "Europe/Paris"
PASSWORD = "sesame-ouvre-toi"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)


async def _preview_hand_back(conversation_id: UUID, briefing: str, resume: bool) -> list[Part]:
    """An assistant of few words: it repeats what it was told."""
    return [Part("L'assistant est de retour."), *([Part(f"J'ai noté : {briefing}")] if briefing else [])]


@cache
def _face() -> tuple[Wordings, Assets, dict[str, Environment]]:
    """Words, files and templates are the same in every test: read and compiled once."""
    words = face_words("agent_console", ("fr", "en"))
    assets = Assets(generated={"town.css": town_css("#0d5c63")})
    return words, assets, face_templates("agent_console", words=words, asset=assets.url, zone=ZONE, globals_={})


class Console:
    """The application, its store, and short ways to people it."""

    def __init__(self, store: Store, clock: Clock, folder: Path, **settings: Any) -> None:
        self.store, self.clock, self.folder = store, clock, folder
        self.bus = MemoryBus()
        store.on_commit = self.bus.publish
        self.presence, self.limiter = MemoryPresence(), MemoryLimiter()
        self.stopping = asyncio.Event()
        words, assets, environments = _face()
        forms = TownCaseForms(montlieu(), clock)
        self.deps = ConsoleDeps(
            store=store,
            environments=environments,
            words=words,
            town=SmallTown(),
            live=self.bus,
            feed=LiveFeed(self.bus, self.stopping),
            presence=self.presence,
            limiter=self.limiter,
            clock=clock,
            present=present,
            measure=measure,
            is_heard=lambda kind: kind != "email",
            tells_arrival=lambda kind: kind != "email",
            keep_file=partial(keep_file, MediaStore(folder)),
            open_attachment=self._open,
            open_letter=lambda path: MediaStore(folder).path(path).read_bytes(),
            preview_hand_back=_preview_hand_back,
            reach={"phone": ("sms", "sms"), "email": ("email", "email")}.get,
            case_forms=forms,
            case_corrections=TownCorrections(montlieu(), forms),
            teaching=TownTeaching(Settings(_env_file=None, city_dir=folder / "town"), montlieu(), store),
            stopping=self.stopping,
            zone=ZONE,
            **settings,
        )
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.add_exception_handler(ClientDisconnect, lambda request, error: Response(status_code=400))
        self.app.mount("/static", assets)
        self.app.include_router(build_router(self.deps, hasher=CHEAP))
        self.app.add_middleware(HeadersMiddleware, ancestors=lambda path: "'none'", secure=False)

    def _open(self, attachment: Attachment, thumbnail: bool) -> Path:
        path = self.folder / str(attachment.thumbnail if thumbnail else attachment.path)
        if not path.is_file():
            raise FileNotFoundError(attachment.filename)
        return path

    def add_staff(self, name: str, *teams: str, role: str = "agent", language: str = "fr", demo: bool = False) -> Staff:
        email = f"{name.split(maxsplit=1)[0].lower()}@montlieu.example"
        return self.store.write_now(
            save_staff,
            email=email,
            name=name,
            password_hash=HASH,
            role=role,
            teams=teams,
            language=language,
            demo=demo,
        )

    def receive(self, text: str, *, sender: str = "+33639980001", kind: str = "sms", **more: Any) -> Received:
        """A resident writes."""
        number = next(_numbers)
        message = NewMessage(
            channel_id=more.pop("channel_id", kind),
            channel_kind=kind,
            contact_kind={"sms": "phone", "webchat": "visitor", "email": "email"}[kind],
            address=sender,
            external_id=f"external-{number}",
            text=text,
            language=more.pop("language", "fr"),
            payload=more.pop("payload", {}),
            **more,
        )
        return self.store.write_now(receive_message, message=message)

    def say(self, conversation_id: UUID, text: str, choices: Sequence[tuple[str, str]] = ()) -> list[UUID]:
        """The bot answers; gives the deliveries."""

        def command(session: Any) -> list[UUID]:
            conversation = lock_conversation(session, conversation_id=conversation_id)
            outgoing = Outgoing(text=text, parts=(Part(text, tuple(choices)),), choices=tuple(choices))
            _, deliveries = say(session, conversation, author="bot", actor=BOT, outgoing=outgoing)
            save_conversation(session, conversation)
            return deliveries

        return self.store.write_now(command)

    def queue(self, conversation_id: UUID, *, reason: str = "requested", team: str | None = None, **more: Any) -> None:
        """The bot hands the conversation to the agents."""

        def command(session: Any) -> None:
            conversation = lock_conversation(session, conversation_id=conversation_id)
            summary = more.pop("summary", "Demande un agent.")
            hand_off(session, conversation, actor=BOT, reason=reason, summary=summary, team_code=team, **more)
            save_conversation(session, conversation)

        self.store.write_now(command)

    def waiting(self, text: str = "Je veux parler à quelqu'un", **more: Any) -> UUID:
        """A conversation that waits in the queue."""
        queue = {name: more.pop(name) for name in ("reason", "team", "urgent", "summary") if name in more}
        conversation_id = self.receive(text, **more).conversation_id
        self.queue(conversation_id, **queue)
        return conversation_id

    def only_told(self, address: str, beside: UUID) -> UUID:
        """A copy that went to the mail address of the resident of another conversation."""

        def command(session: Any) -> UUID:
            resident_id = lock_conversation(session, conversation_id=beside).resident_id
            contact = ensure_contact_point(
                session, kind="email", address=address, language="fr", resident_id=resident_id
            )
            facts = {"channel_id": "email", "channel_kind": "email", "language": "fr"}
            conversation_id = ensure_conversation(session, contact=contact, **facts)
            conversation = lock_conversation(session, conversation_id=conversation_id)
            say(session, conversation, author="bot", actor=BOT, outgoing=Outgoing("Enregistré", (Part("Enregistré"),)))
            save_conversation(session, conversation)
            return conversation_id

        return self.store.write_now(command)

    def file_case(
        self,
        conversation_id: UUID,
        *,
        state: str = "new",
        team: str = "voirie",
        due_in: int = 3,
        service: str = "report.pothole",
    ) -> UUID:
        """A pothole reported in this conversation, unless it is about another service."""

        def command(session: Any) -> UUID:
            conversation = lock_conversation(session, conversation_id=conversation_id)
            case = NewCase(
                prefix="MTL",
                kind=service.partition(".")[0],
                service_code=service,
                service_version=1,
                team_code=team,
                title="Nid-de-poule, 12 rue de Paris",
                state=state,
                priority="normal",
                fields=[("location", "12 rue de Paris"), ("danger", "yes")],
                due_at=self.clock.now() + timedelta(days=due_in),
                language="fr",
                channel_kind=conversation.channel_kind,
                resident_id=conversation.resident_id,
                contact_point_id=conversation.contact_point_id,
                conversation_id=conversation_id,
                documents={"identity": "later"},
                location_text="12 rue de Paris",
                location_known=True,
            )
            return open_case(session, case=case, actor=BOT).id

        return self.store.write_now(command)


def picture(name: str = "trou.jpg") -> NewAttachment:
    return NewAttachment(name, "image/jpeg", "stored", path="trou.jpg", thumbnail="petit.jpg", size=120_000)


def actor(staff: Staff) -> Actor:
    return Actor("agent", staff.id, staff.name)


def make_store(url: str, clock: Clock) -> Store:
    store = Store(url, clock)
    migrate.upgrade(store.url)
    return store


def _count() -> Any:
    number = 0
    while True:
        number += 1
        yield number


_numbers = _count()


class MovingClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)
