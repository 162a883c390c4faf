"""Now: who waits, who holds how much, what failed, what is late - and the means to do something about it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.deps import ConsoleDeps
from agent_console.gate import HOME, Gate
from agent_console.pages import Pages
from case_store.console_handed_off import find_handed_off
from case_store.console_load import CAP, count_failed_conversations, find_load
from case_store.conversation_lists import find_conversations

_SHOWN = 12


class Now:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/now", self.show, methods=["GET"])

    async def show(self, request: Request) -> Response:
        visit = await self._gate.with_alarms(await self._gate.supervisor(request))
        store, scope = self._deps.store, visit.scope
        load = await store.read(find_load)
        waiting = await store.read(find_conversations, scope=scope, view="queue", limit=_SHOWN)
        failed = await store.read(find_conversations, scope=scope, view="failed", limit=_SHOWN)
        done = request.query_params.get("done", "")
        known = done in self._deps.words.under(visit.language, "done")
        return self._pages.page(
            visit,
            "now.html",
            load=load,
            waiting=waiting.lines,
            failed=failed.lines,
            handed_off=await store.read(find_handed_off, since=self._midnight()),
            failed_count=await store.read(count_failed_conversations),
            cap=CAP,
            at=lambda seconds: datetime.fromtimestamp(seconds, UTC),
            done=self._pages.text(visit.language, f"done.{done}") if known else "",
        )

    def _midnight(self) -> datetime:
        """When the town's day began."""
        today = self._deps.clock.now().astimezone(ZoneInfo(self._deps.zone)).date()
        return datetime.combine(today, time(), ZoneInfo(self._deps.zone)).astimezone(UTC)
