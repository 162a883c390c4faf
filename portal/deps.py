"""What the composition root hands to the residents' pages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment

from case_store.engine.database import Store
from channels.contract import InboundAttachment
from kit.catalogues import Wordings
from kit.clock import Clock
from kit.files import MAX_BYTES, MAX_FILES
from kit.ports import Limiter, Presence
from services.declarations.declaration import Service
from web.live import LiveFeed


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether people answer now. `until` is when they stop, `next` when they start again (aware, None if never)."""

    open: bool
    until: datetime | None = None
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class PortalTown:
    """The town as its residents' pages tell of it. `phone` is in E.164; `accent` colours the browser's own frame.

    `opening` answers for a moment; `week` gives the opening hours as (days, hours) lines in a language.
    """

    name: str
    languages: tuple[str, ...]
    zone: str
    phone: str
    address: str
    opening: Callable[[datetime], Opening]
    week: Callable[[str], Sequence[tuple[str, str]]]
    accent: str = "#0d5c63"


@dataclass(frozen=True, slots=True)
class TeamContact:
    """The team in charge, as an acknowledgement names it."""

    label: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What a resident writes on the follow-up page; `client_id` makes sending it twice the same as once."""

    case_id: UUID
    text: str
    language: str
    client_id: str
    attachments: tuple[InboundAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """`embed_origins` are the sites that may show the chat in a frame: any, or such as "https://www.montlieu.example"."""

    demo: bool
    secure_cookies: bool
    reference_prefix: str
    public_host: str = ""
    channel_id: str = "webchat"
    embed_origins: tuple[str, ...] = ("*",)
    max_text: int = 10_000
    max_file_bytes: int = MAX_BYTES
    max_files: int = MAX_FILES


@dataclass(frozen=True, slots=True)
class PortalDeps:
    """Everything the pages use.

    `templates` holds one environment per language (app.pages.faces.face_templates). `sign_visitor` and `read_visitor`
    make and check the cookie of the web chat. `request_code(reference, language)` sends a code to the case's contact
    point, if there is any, and never tells; `use_code(reference, code)` gives the session's token or None.
    `services` are what the town offers now, `service_as_of(code, version)` what a case was filed under.
    `answer_case` puts a resident's answer into the conversation of their case. `media_path` finds a stored file.
    `icon` is the address of the town's icon.
    `stopping` is set when the server shuts down: streams end at once.
    """

    store: Store
    templates: Mapping[str, Environment]
    words: Wordings
    town: PortalTown
    services: Mapping[str, Service]
    service_as_of: Callable[[str, int], Service | None]
    settings: PortalSettings
    feed: LiveFeed
    presence: Presence
    limiter: Limiter
    clock: Clock
    stopping: asyncio.Event
    sign_visitor: Callable[[str], str]
    read_visitor: Callable[[str], str | None]
    request_code: Callable[[str, str], Awaitable[None]]
    use_code: Callable[[str, str], Awaitable[str | None]]
    answer_case: Callable[[CaseAnswer], Awaitable[None]]
    team: Callable[[str, str], TeamContact]
    document_name: Callable[[str, str], str]
    media_path: Callable[[str], Path]
    icon: str
