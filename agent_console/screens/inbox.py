"""The main screen: views on the left, one conversation in the middle, its surroundings on the right."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.forms import NO_FORM, FormState, identifier, number
from agent_console.access.gate import HOME, Gate, Visit
from agent_console.lists.cursors import read_cursor, write_cursor
from agent_console.lists.filter_form import filters_of
from agent_console.lists.list_choice import ListChoice, read_choice
from agent_console.lists.snoozes import usual_snoozes
from agent_console.showing.pages import Pages, with_query
from agent_console.showing.reading import ListPage, OpenThread, read_list, read_screen, read_thread
from agent_console.showing.thread_view import thread_view
from case_store.conversations.by_agents import mark_seen
from case_store.conversations.first_things import find_first, is_urgent, still_stands
from case_store.conversations.lists import VIEWS, View

PAGE_LINES = 30
MOST_LINES = 150
CONVERSATIONS = f"{HOME}/conversations"


class Inbox:
    """Shows; `agent_console.acting.actions` changes."""

    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(HOME, self.home, methods=["GET"])
        router.add_api_route(CONVERSATIONS, self.show_list, methods=["GET"])
        router.add_api_route(f"{HOME}/list", self.list_part, methods=["GET"])
        router.add_api_route(f"{HOME}/first", self.first_part, methods=["GET"])
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}", self.show_conversation, methods=["GET"])
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}/parts", self.show_parts, methods=["GET"])
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}/entries", self.earlier_entries, methods=["GET"])

    async def home(self, request: Request) -> Response:
        """To the view of what comes first; with nothing to do, to what the agent holds, else to the empty queue."""
        visit = await self._gate.visit(request)
        first = await self._deps.store.read(find_first, scope=visit.scope)
        view: View = first.view if first else "queue"
        if first is None:
            lines = await self._deps.store.read(read_list, scope=visit.scope, view="mine", after=None, limit=1)
            view = "mine" if lines.page.lines else "queue"
        return RedirectResponse(conversation_path(view=view), 303)

    async def first_part(self, request: Request) -> Response:
        """What comes first now; nothing while what the page shows (`known`) still stands and nobody is in distress."""
        visit = await self._gate.visit(request)
        store, query = self._deps.store, request.query_params
        first = await store.read(find_first, scope=visit.scope)
        known = identifier(query.get("known", ""))
        stands = await store.read(still_stands, scope=visit.scope, conversation_id=known) if known else None
        gives_way = first is not None and first.is_urgent and not (stands and is_urgent(stands))
        if (stands and not gives_way) or (first is None and query.get("known") == "none"):
            return Response(status_code=204)
        view = read_choice(query.get("view")).view
        return self._pages.page(visit, "first.html", first=first, view=view, view_code=view)

    async def show_list(self, request: Request) -> Response:
        visit = await self._gate.visit(request)
        return await self.screen(visit, None)

    async def list_part(self, request: Request) -> Response:
        """The list alone: refreshed in place, or its next lines."""
        visit = await self._gate.visit(request)
        query = request.query_params
        after, choice = read_cursor(query.get("after", "")), read_choice(query.get("view"), query)
        limit = PAGE_LINES if after else max(PAGE_LINES, min(MOST_LINES, number(query.get("lines", "")) or 0))
        lines = await self._deps.store.read(
            read_list,
            scope=visit.scope,
            view=choice.view,
            after=after,
            limit=limit,
            only=choice.filter(self._deps.clock.now()),
        )
        template = "list_more.html" if after else "list_part.html"
        values = self._list_values(visit, choice, lines)
        return self._pages.page(visit, template, **values, open_id=query.get("open", ""))

    async def show_conversation(self, request: Request, conversation_id: UUID) -> Response:
        visit = await self._gate.visit(request)
        return await self.screen(visit, conversation_id)

    async def screen(
        self, visit: Visit, conversation_id: UUID | None, *, form: FormState = NO_FORM, status: int = 200
    ) -> Response:
        """The whole screen. Raises NotFound for a conversation outside the scope."""
        query, visit = visit.request.query_params, await self._gate.with_alarms(visit)
        choice = read_choice(form.fields.get("view") or query.get("view"), query)
        lines, thread = await self._deps.store.read(
            read_screen,
            scope=visit.scope,
            view=choice.view,
            only=choice.filter(self._deps.clock.now()),
            after=read_cursor(query.get("after", "")),
            limit=PAGE_LINES,
            conversation_id=conversation_id,
            before_seq=number(query.get("before", "")),
        )
        if thread is not None and thread.line.unread:
            await self._deps.store.write(mark_seen, conversation_id=thread.line.id, scope=visit.scope)
        values = self._list_values(visit, choice, lines) | self.thread_values(visit, thread, form)
        first = None if thread else await self._deps.store.read(find_first, scope=visit.scope)
        return self._pages.page(
            visit,
            "inbox.html",
            first=first,
            status=status,
            open_id=str(conversation_id or ""),
            paged=bool(query.get("after")),
            done=self._done(visit),
            undo=identifier(query.get("undo", "")),
            **values,
        )

    async def show_parts(self, request: Request, conversation_id: UUID) -> Response:
        """What may have changed around the thread, for the page's script."""
        visit = await self._gate.visit(request)
        return await self.parts(visit, conversation_id)

    async def parts(
        self,
        visit: Visit,
        conversation_id: UUID,
        *,
        form: FormState = NO_FORM,
        status: int = 200,
        done: str | None = None,
    ) -> Response:
        """Head, composer, surroundings, and the entries after the last one that the page has."""
        after = number(visit.request.headers.get("x-guichet-after", ""))
        thread = await self._deps.store.read(
            read_thread, scope=visit.scope, conversation_id=conversation_id, after_seq=after or 0
        )
        values = self.thread_values(visit, thread, form)
        view = read_choice(form.fields.get("view") or visit.request.query_params.get("view")).word
        word = self._pages.text(visit.language, f"done.{done}") if done else ""
        return self._pages.page(
            visit, "parts.html", status=status, view=view, done=word, appended=after is not None, **values
        )

    async def earlier_entries(self, request: Request, conversation_id: UUID) -> Response:
        """Older entries, to be put above the ones shown."""
        visit = await self._gate.visit(request)
        thread = await self._deps.store.read(
            read_thread,
            scope=visit.scope,
            conversation_id=conversation_id,
            before_seq=number(request.query_params.get("before", "")),
        )
        return self._pages.page(visit, "entries_part.html", **self.thread_values(visit, thread, NO_FORM), view="queue")

    def thread_values(self, visit: Visit, thread: OpenThread | None, form: FormState) -> dict[str, Any]:
        """What the templates of the thread need."""
        labels = self._pages.labels(visit.language)
        return {
            "thread": thread_view(thread, visit=visit, labels=labels, deps=self._deps) if thread else None,
            "form": form,
            "new_client_id": lambda: uuid4().hex,
            "snoozes": usual_snoozes(self._deps.clock.now(), self._deps.zone),
        }

    def _list_values(self, visit: Visit, choice: ListChoice, lines: ListPage) -> dict[str, Any]:
        """`view` is the word of the whole choice, `view_code` the view's own."""
        return {
            "view": choice.word,
            "view_code": choice.view,
            "choice": choice,
            "filters": filters_of(choice, lines, visit=visit, labels=self._pages.labels(visit.language)),
            "lines": lines.page.lines,
            "found": lines.found,
            "counts": lines.counts,
            "next_cursor": write_cursor(lines.page.next),
            "views": VIEWS,
        }

    def _done(self, visit: Visit) -> str:
        code = visit.request.query_params.get("done", "")
        known = code in self._deps.words.under(visit.language, "done")
        return self._pages.text(visit.language, f"done.{code}") if known else ""


def conversation_path(conversation_id: UUID | None = None, *, view: str | None = None) -> str:
    path = CONVERSATIONS if conversation_id is None else f"{CONVERSATIONS}/{conversation_id}"
    return with_query(path, view=view)
