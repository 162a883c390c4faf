"""Now: who waits, who holds how much, what failed, what is late - and the means to do something about it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.forms import identifier
from agent_console.access.gate import HOME, Gate, Visit
from agent_console.showing.pages import Pages
from case_store.conversations.first_things import find_waiting
from case_store.conversations.lists import find_conversations
from case_store.errors import NotFound
from case_store.oversight.failed_notices import count_failed_notices, find_failed_notices, retry_notice
from case_store.oversight.handed_off import find_handed_off
from case_store.oversight.load import CAP, Load, count_failed_conversations, find_load

_SHOWN = 12


class Now:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/now", self.show, methods=["GET"])
        router.add_api_route(f"{HOME}/notices/{{notice_id}}/retry", self.retry, methods=["POST"])

    async def show(self, request: Request) -> Response:
        visit = await self._gate.with_alarms(await self._gate.supervisor(request))
        store, scope = self._deps.store, visit.scope
        load = await store.read(find_load, scope=scope)
        waiting = await store.read(find_waiting, scope=scope, limit=_SHOWN)
        failed = await store.read(find_conversations, scope=scope, view="failed", limit=_SHOWN)
        return self._pages.page(
            visit,
            "now.html",
            load=load,
            waiting=waiting,
            waiting_count=sum(team.waiting for team in load.teams),
            failed=failed.lines,
            handed_off=await store.read(find_handed_off, scope=scope, since=self._midnight()),
            failed_count=await store.read(count_failed_conversations, scope=scope),
            cap=CAP,
            at=lambda seconds: datetime.fromtimestamp(seconds, UTC),
            notices=await store.read(find_failed_notices, scope=scope),
            notices_count=await store.read(count_failed_notices, scope=scope),
            done=self._done(visit, load),
        )

    def _done(self, visit: Visit, load: Load) -> str:
        """What was done, and whom a conversation was given to."""
        query, language = visit.request.query_params, visit.language
        done, (kind, _, code) = query.get("done", ""), query.get("to", "").partition(":")
        names = {str(agent.staff_id): agent.name for agent in load.agents if kind == "staff"}
        names |= {team: self._deps.town.team_label(team, language) for team in self._deps.town.team_codes()}
        if done == "reassigned" and code in names:
            return self._pages.text(language, "given_to", name=names[code])
        known = done in self._deps.words.under(language, "done")
        return self._pages.text(language, f"done.{done}") if known else ""

    async def retry(self, request: Request, notice_id: str) -> Response:
        """Sends a notice again that could not be sent. Raises NotFound, also for agents; TransitionRefused."""
        command = await self._gate.command(request)
        known = identifier(notice_id)
        if known is None or not command.visit.is_supervisor:
            raise NotFound("notice")
        await self._deps.store.write(retry_notice, scope=command.visit.scope, notice_id=known)
        return self._pages.go(request, f"{HOME}/now", done="retried")

    def _midnight(self) -> datetime:
        """When the town's day began."""
        today = self._deps.clock.now().astimezone(ZoneInfo(self._deps.zone)).date()
        return datetime.combine(today, time(), ZoneInfo(self._deps.zone)).astimezone(UTC)
