"""What the assistant missed, for supervisors: grouped, without names; and the phrases that teach it better."""

from datetime import timedelta

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps, MissedGroup, Taught
from agent_console.access.errors import SupervisorsOnly
from agent_console.access.forms import number
from agent_console.access.gate import HOME, Command, Gate, Visit
from agent_console.showing.pages import Pages

log = structlog.get_logger(__name__)

DAYS = (1, 7, 30)
USUAL_DAYS = 7
NO_ANSWER = "no_answer"
_SHOWN = 40
_MOST_PHRASES = 20


class Missed:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/missed", self.show, methods=["GET"])
        router.add_api_route(f"{HOME}/missed", self.teach, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """Raises SupervisorsOnly."""
        visit = await self._gate.supervisor(request)
        return await self._page(visit, number(request.query_params.get("days", "")))

    async def teach(self, request: Request) -> Response:
        """Teaches the phrases of one group, a line each, and tells what became of them. Raises SupervisorsOnly."""
        command = await self._gate.command(request)
        if not command.visit.is_supervisor:
            raise SupervisorsOnly
        days, code = number(command.text("days")), command.text("code")
        phrases = [line.strip() for line in command.text("phrases").splitlines() if line.strip()]
        if not code or not phrases or len(phrases) > _MOST_PHRASES:
            return await self._page(command.visit, days, refused="missed.nothing", command=command, status=422)
        try:
            taught = await self._deps.teaching.teach(code, phrases, command.text("language"))
        except ValueError:
            return await self._page(command.visit, days, refused="missed.refused", command=command, status=422)
        log.info("phrases_taught", code=code, count=len(taught.written), staff=str(command.visit.staff.id))
        return await self._page(command.visit, days, taught=taught, code=code)

    async def _page(
        self,
        visit: Visit,
        days: int | None,
        *,
        taught: Taught | None = None,
        code: str = "",
        refused: str = "",
        command: Command | None = None,
        status: int = 200,
    ) -> Response:
        visit = await self._gate.with_alarms(visit)
        chosen = days if days in DAYS else USUAL_DAYS
        groups = await self._deps.teaching.find_missed(self._deps.clock.now() - timedelta(days=chosen))
        return self._pages.page(
            visit,
            "missed.html",
            status=status,
            days=chosen,
            offered_days=DAYS,
            missed=[group for group in groups if not _is_gap(group)][:_SHOWN],
            gaps=[group for group in groups if _is_gap(group)][:_SHOWN],
            question=lambda name: self._deps.teaching.question(name, visit.language),
            codes=self._deps.teaching.codes(visit.language),
            can_teach=self._deps.teaching.can_teach,
            taught=taught,
            taught_code=code,
            refused=self._pages.text(visit.language, refused) if refused else "",
            kept=command.fields if command else {},
        )


def _is_gap(group: MissedGroup) -> bool:
    """Whether it was understood, and the town's data had no answer."""
    return bool(group.kinds) and group.kinds[0][0] == NO_ANSWER
