"""One resident, all channels, one order: what was said, what happened, what became of it."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import HOME, Gate
from agent_console.lists.cursors import read_cursor, write_cursor
from agent_console.showing.entries import EntryPlace, EntryView, entry_view
from agent_console.showing.labels import Labels
from agent_console.showing.pages import Pages, with_query
from case_store.conversations.lists import Cursor
from case_store.conversations.threads import ThreadEvent
from case_store.oversight.history import HistoryFilter, HistoryItem, Place, read_history
from channels.registry import takes_letters

WHATS = ("all", "messages", "cases", "events")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry with where it happened."""

    entry: EntryView
    place: Place


class Residents:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/residents/{{resident_id}}", self.show, methods=["GET"])

    async def show(self, request: Request, resident_id: UUID) -> Response:
        """Raises NotFound where the scope may see nothing of this resident."""
        visit = await self._gate.with_alarms(await self._gate.visit(request))
        query = request.query_params
        what = query.get("what", "all")
        chosen = HistoryFilter(what if what in WHATS else "all", query.get("channel", ""))
        cursor = read_cursor(query.get("before", ""))
        history = await self._deps.store.read(
            read_history,
            resident_id=resident_id,
            scope=visit.scope,
            chosen=chosen,
            before=(cursor.moment, cursor.id) if cursor else None,
        )
        labels = self._pages.labels(visit.language)
        older = write_cursor(Cursor(*history.page.next)) if history.page.next else None
        return self._pages.page(
            visit,
            "resident.html",
            resident=history.resident,
            contacts=history.contacts,
            cases=history.cases,
            channels=history.channels,
            entries=_days_in_order([self._entry(item, labels) for item in history.page.items]),
            chosen=chosen,
            whats=WHATS,
            path=request.url.path,
            view="open",
            return_to=with_query(request.url.path, what=chosen.what, channel=chosen.channel),
            later=cursor is not None,
            older=with_query(request.url.path, what=chosen.what, channel=chosen.channel, before=older)
            if older
            else None,
        )

    def _entry(self, item: HistoryItem, labels: Labels) -> HistoryEntry:
        # The kind stands for the channel here: a history tells what a message cost, and looks no channel up for it.
        kind = item.place.channel_kind or ""
        place = EntryPlace(kind, at_work=True, letters=takes_letters(kind))
        if item.message is not None:
            return HistoryEntry(entry_view(item.message, place, labels, self._deps), item.place)
        if item.event is None:
            raise AssertionError("a history item is a message or an event")
        return HistoryEntry(entry_view(ThreadEvent(item.event, item.actor_name), place, labels, self._deps), item.place)


def _days_in_order(latest_first: list[HistoryEntry]) -> list[HistoryEntry]:
    """The latest day first, and each day from its morning on: a question stands above its answer."""
    days = [list(day) for _, day in groupby(latest_first, key=lambda each: each.entry.day)]
    return [entry for day in days for entry in reversed(day)]
