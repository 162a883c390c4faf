"""The keyboard: whether one wants its single letters, and where "next" leads."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import HOME, Gate
from agent_console.screens.inbox import conversation_path
from agent_console.showing.reading import read_list
from case_store.staff.accounts import save_shortcuts

_ASIDE = 2
"""The conversation that is open, and the one after it."""


class Shortcuts:
    def __init__(self, deps: ConsoleDeps, gate: Gate) -> None:
        self._deps, self._gate = deps, gate

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/next", self.open_next, methods=["GET"])
        router.add_api_route(f"{HOME}/shortcuts", self.choose, methods=["POST"])

    async def open_next(self, request: Request) -> Response:
        """The first conversation of the queue but the one named by `from`; the empty queue when there is none."""
        visit = await self._gate.visit(request)
        lines = await self._deps.store.read(read_list, scope=visit.scope, view="queue", after=None, limit=_ASIDE)
        here = request.query_params.get("from", "")
        found: UUID | None = next((line.id for line in lines.page.lines if str(line.id) != here), None)
        return RedirectResponse(conversation_path(found, view="queue"), 303)

    async def choose(self, request: Request) -> Response:
        command = await self._gate.command(request)
        active = command.text("active") == "yes"
        await self._deps.store.write(save_shortcuts, staff_id=command.visit.staff.id, active=active)
        return Response(status_code=204)
