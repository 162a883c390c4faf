"""Signing in and out, and the language one works in."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import HOME, Gate, local_path, read_fields
from agent_console.access.passwords import Passwords
from agent_console.showing.pages import Pages
from case_store.models import Staff
from case_store.staff.accounts import (
    SESSION_LENGTH,
    close_session,
    find_demo_staff,
    find_staff_by_email,
    open_session,
    save_language,
    save_password,
)

WINDOW = 15 * 60
ATTEMPTS = 10
"""By one address on one account: somebody guessing, or who has forgotten."""
BY_ADDRESS = 60
"""By one address on any account: a town hall's agents all come from one, at nine in the morning."""
BY_ACCOUNT = 50
"""On one account from anywhere: few enough against many machines, enough that one cannot shut an agent out."""
_LONGEST_PASSWORD = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and where they want to go."""

    email: str
    password: str
    next: str


class SignIn:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages, passwords: Passwords) -> None:
        self._deps, self._gate, self._pages, self._passwords = deps, gate, pages, passwords

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/sign-in", self.form, methods=["GET"])
        router.add_api_route(f"{HOME}/sign-in", self.sign_in, methods=["POST"])
        router.add_api_route(f"{HOME}/sign-out", self.sign_out, methods=["POST"])
        router.add_api_route(f"{HOME}/language", self.choose_language, methods=["POST"])

    async def form(self, request: Request) -> Response:
        back = local_path(request.query_params.get("next"))
        if await self._gate.find_visit(request) is not None:
            return RedirectResponse(back, 303)
        return await self._page(request, Attempt("", "", back))

    async def sign_in(self, request: Request) -> Response:
        self._gate.check_origin(request)
        fields = await read_fields(request)
        attempt = Attempt(
            fields.get("email", "").strip().lower(), fields.get("password", ""), local_path(fields.get("next"))
        )
        if not await self._allowed(request, attempt):
            return await self._page(request, attempt, error="too_many", status=429)
        staff = await self._check(attempt)
        if staff is None:
            return await self._page(request, attempt, error="wrong", status=422)
        for name, key, _ in _limits(request, attempt):
            await self._deps.limiter.give_back(name, key, seconds=WINDOW)  # who knows the password was not guessing
        return await self._open(request, staff, attempt)

    async def _allowed(self, request: Request, attempt: Attempt) -> bool:
        for name, key, limit in _limits(request, attempt):
            if not await self._deps.limiter.allow(name, key, limit=limit, seconds=WINDOW):
                return False
        return True

    async def _check(self, attempt: Attempt) -> Staff | None:
        """The account, when the password is right; the work is the same when there is none."""
        staff = await self._deps.store.read(find_staff_by_email, email=attempt.email)
        usable = staff is not None and staff.active and (self._deps.demo or not staff.demo)
        known_hash = staff.password_hash if staff is not None and usable else None
        right = await self._passwords.verify(known_hash, attempt.password[:_LONGEST_PASSWORD])
        return staff if right else None

    async def _open(self, request: Request, staff: Staff, attempt: Attempt) -> Response:
        renewed = await self._passwords.renewed(staff.password_hash, attempt.password)
        if renewed is not None:
            await self._deps.store.write(save_password, staff_id=staff.id, password_hash=renewed)
        agent = request.headers.get("user-agent", "")
        token = await self._deps.store.write(open_session, staff_id=staff.id, user_agent=agent)
        response = RedirectResponse(attempt.next, 303)
        response.set_cookie(
            self._gate.cookie,
            token,
            max_age=int(SESSION_LENGTH.total_seconds()),
            path="/",
            secure=self._deps.secure_cookies,
            httponly=True,
            samesite="lax",
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        command = await self._gate.command(request)
        await self._deps.store.write(close_session, token=command.visit.token)
        response = RedirectResponse(f"{HOME}/sign-in?bye=1", 303)
        response.delete_cookie(
            self._gate.cookie, path="/", secure=self._deps.secure_cookies, httponly=True, samesite="lax"
        )
        return response

    async def choose_language(self, request: Request) -> Response:
        command = await self._gate.command(request)
        if command.text("language") in self._deps.languages:
            staff_id = command.visit.staff.id
            await self._deps.store.write(save_language, staff_id=staff_id, language=command.text("language"))
        return RedirectResponse(local_path(command.text("next")), 303)

    async def _page(self, request: Request, attempt: Attempt, *, error: str = "", status: int = 200) -> Response:
        demo = await self._deps.store.read(find_demo_staff) if self._deps.demo else []
        return self._pages.open_page(
            request,
            "sign_in.html",
            status=status,
            attempt=attempt,
            error=error,
            demo_staff=demo,
            demo_password=self._deps.demo_password if self._deps.demo else None,
            bye=request.query_params.get("bye") == "1",
            ended=request.query_params.get("ended") == "1",
            minutes=WINDOW // 60,
        )


def _limits(request: Request, attempt: Attempt) -> tuple[tuple[str, str, int], ...]:
    """The narrow limit first: whoever has reached it no longer counts against anybody else."""
    address = request.client.host if request.client else ""
    return (
        ("sign-in", f"{address} {attempt.email}", ATTEMPTS),
        ("sign-in-address", address, BY_ADDRESS),
        ("sign-in-mail", attempt.email, BY_ACCOUNT),
    )
