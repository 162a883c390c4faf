"""Who is asking, and may they: session, origin of the request, scope."""

import hmac
from dataclasses import dataclass, replace

import structlog
from starlette.datastructures import UploadFile
from starlette.requests import Request

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import CrossSite, SignInNeeded, SupervisorsOnly
from case_store.actors import Actor
from case_store.conversations.first_things import find_alarms
from case_store.conversations.lists import ConversationLine
from case_store.models import Staff
from case_store.staff.accounts import find_session, touch_session
from case_store.staff.duty import is_any_agent_on_duty
from case_store.staff.scope import Scope
from kit.clock import machine_time
from kit.origins import address_parts, came_from_here
from kit.text import strip_controls

log = structlog.get_logger(__name__)

HOME = "/console"
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_TOUCH_EVERY = 60.0
_REMEMBERED = 2000
_SUPERVISORS = frozenset({"supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by a signed-in member of staff.

    Where a whole page is shown, `alarms` are those who are in distress and wait; `is_uncovered` tells a supervisor that
    one of them waits for agents while none is at work.
    """

    request: Request
    staff: Staff
    token: str
    csrf_token: str
    scope: Scope
    actor: Actor
    language: str
    alarms: tuple[ConversationLine, ...] = ()
    is_uncovered: bool = False

    @property
    def is_supervisor(self) -> bool:
        return self.staff.role in _SUPERVISORS

    @property
    def wants_parts(self) -> bool:
        """Whether the page's own script asks, which takes parts of the page instead of a whole one."""
        return "x-guichet" in self.request.headers


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file as a form brought it: not yet inspected."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """A visit that changes something, with the fields of its form, and the files where it takes any."""

    visit: Visit
    fields: dict[str, str]
    files: tuple[PostedFile, ...] = ()

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()


class Gate:
    """Opens for signed-in staff; everything else is an error of `agent_console.access.errors`."""

    def __init__(self, deps: ConsoleDeps) -> None:
        self._deps = deps
        self._touched: dict[str, float] = {}
        self.cookie = "__Host-guichet_staff" if deps.secure_cookies else "guichet_staff"

    async def visit(self, request: Request) -> Visit:
        """Raises SignInNeeded."""
        visit = await self.find_visit(request)
        if visit is None:
            raise SignInNeeded(_back(request))
        await self._touch(visit.token)
        return visit

    async def with_alarms(self, visit: Visit) -> Visit:
        """For whoever shows a whole page: the visit with who is in distress now."""
        alarms = await self._deps.store.read(find_alarms, scope=visit.scope)
        is_untaken = visit.is_supervisor and any(line.held_by == "queue" for line in alarms)
        is_uncovered = is_untaken and not await self._deps.store.read(is_any_agent_on_duty)
        return replace(visit, alarms=alarms, is_uncovered=is_uncovered)

    async def find_visit(self, request: Request) -> Visit | None:
        """Who this browser is; None without a session that counts."""
        token = request.cookies.get(self.cookie)
        signed_in = await self._deps.store.read(find_session, token=token) if token else None
        if token is None or signed_in is None or (signed_in.staff.demo and not self._deps.demo):
            return None
        staff = signed_in.staff
        return Visit(
            request=request,
            staff=staff,
            token=token,
            csrf_token=signed_in.csrf_token,
            scope=scope_of(staff),
            actor=Actor("agent", staff.id, staff.name),
            language=staff.language if staff.language in self._deps.languages else self._deps.languages[0],
        )

    async def _touch(self, token: str) -> None:
        """Notes that the browser is there; the store hears of it once a minute, not at each request."""
        moment = machine_time()
        if moment - self._touched.get(token, 0.0) < _TOUCH_EVERY:
            return
        if len(self._touched) > _REMEMBERED:
            self._touched.clear()
        self._touched[token] = moment
        await self._deps.store.write(touch_session, token=token)

    async def command(self, request: Request, *, max_files: int = 0) -> Command:
        """A request that changes something. Raises SignInNeeded, CrossSite, and HTTPException for more files."""
        self.check_origin(request)
        visit = await self.visit(request)
        fields, files = await _read_form(request, max_files)
        given = request.headers.get(CSRF_HEADER) or fields.get(CSRF_FIELD, "")
        if not hmac.compare_digest(given.encode(), visit.csrf_token.encode()):
            raise CrossSite
        return Command(visit, fields, files)

    def check_origin(self, request: Request) -> None:
        """Refuses what another site's page sent. Raises CrossSite."""
        if not came_from_here(request.headers, self._deps.public_host):
            # Told, since a proxy that passes no Host looks the same to an agent with an old browser.
            log.warning("cross_site_refused", origin=request.headers.get("origin"), host=request.headers.get("host"))
            raise CrossSite

    async def supervisor(self, request: Request) -> Visit:
        """Raises SignInNeeded, SupervisorsOnly."""
        visit = await self.visit(request)
        if not visit.is_supervisor:
            raise SupervisorsOnly
        return visit


def scope_of(staff: Staff) -> Scope:
    """Supervisors see every team."""
    return Scope(staff.id, None if staff.role in _SUPERVISORS else frozenset(staff.teams))


async def read_fields(request: Request) -> dict[str, str]:
    """The texts of a form as the store can keep them; a file among them is refused."""
    return (await _read_form(request, max_files=0))[0]


async def _read_form(request: Request, max_files: int) -> tuple[dict[str, str], tuple[PostedFile, ...]]:
    """The texts of a form, and the files that were chosen: an empty file field is none."""
    async with request.form(max_fields=40, max_files=max_files, max_part_size=40_000) as form:
        values = [value for _, value in form.multi_items()]
        chosen = [value for value in values if isinstance(value, UploadFile) and value.filename]
        files = tuple([PostedFile(file.filename or "", await file.read()) for file in chosen])
        return {name: strip_controls(value) for name, value in form.items() if isinstance(value, str)}, files


def local_path(path: str | None) -> str:
    """A place inside the console to go to; anything else is the console's front page."""
    parts = address_parts(path or "")
    inside = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    if parts.scheme or parts.netloc or not inside or "\\" in parts.path:
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _back(request: Request) -> str:
    """Where the visitor was: this page, or the page whose form or script made the request."""
    if request.method == "GET" and "x-guichet" not in request.headers:
        return local_path(_path(request.url.path, request.url.query))
    referer = address_parts(request.headers.get("referer", ""))
    return local_path(_path(referer.path, referer.query))


def _path(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
