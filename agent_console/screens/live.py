"""The live stream of a page: new entries, moved deliveries, who else looks, and hints that the list has changed.

Everything is read again from the store, so a lost hint costs a few seconds and never a message. A page that was cut
off asks for what came after the last number it has.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from agent_console.access.deps import ConsoleDeps
from agent_console.access.forms import identifier, number
from agent_console.access.gate import HOME, Gate, Visit
from agent_console.showing.entries import entry_view
from agent_console.showing.pages import Pages
from agent_console.showing.reading import News, read_news
from agent_console.showing.thread_view import place_of
from case_store.conversations.given import find_given
from case_store.conversations.threads import Entry, find_messages_by_id, get_conversation
from case_store.errors import NotFound
from kit.clock import machine_time
from kit.ports import Viewer
from kit.text import dictionary_order
from web.live import Bell

BEAT = 10.0
LIST_EVERY = 1.0
NO_ALARM = "<!-- none -->"
_UNSETTLED_EVERY = 1.5
_REPEATED = 20
_UNSETTLED = ("queued", "sending", "pending")


@dataclass(slots=True)
class Watch:
    """What one page looks at, and what it has been sent."""

    visit: Visit
    conversation_id: UUID | None
    after: int
    mark: str
    marks: dict[UUID, str] = field(default_factory=dict)
    people: str | None = None
    alarm: str | None = None
    given: str = ""
    lines_at: float = 0.0
    beat_at: float = 0.0
    first: bool = True

    @property
    def unsettled(self) -> bool:
        return any(word in mark for mark in self.marks.values() for word in _UNSETTLED)


class Live:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        async def live(watch: Annotated[Watch, Depends(self.watch)]) -> AsyncIterator[ServerSentEvent]:
            async with aclosing(self.events(watch)) as events:
                async for event in events:
                    yield event

        router.add_api_route(f"{HOME}/live", live, methods=["GET"], response_class=EventSourceResponse)

    async def watch(self, request: Request) -> Watch:
        """Raises SignInNeeded, and NotFound for a conversation outside the scope."""
        visit = await self._gate.visit(request)
        query = request.query_params
        conversation_id = identifier(query.get("conversation", ""))
        if conversation_id is not None:
            await self._deps.store.read(get_conversation, conversation_id=conversation_id, scope=visit.scope)
        known = [number(query.get("after", "")), number(request.headers.get("last-event-id", ""))]
        after = max((each for each in known if each is not None), default=0)
        shown = None if query.get("alarm") else ""  # a bar that the page shows must be told when it is over
        return Watch(visit, conversation_id, after, query.get("mark", ""), alarm=shown)

    async def events(self, watch: Watch) -> AsyncGenerator[ServerSentEvent, None]:
        """Until the browser goes away, the session ends or the process stops."""
        conversation_id = str(watch.conversation_id) if watch.conversation_id else None
        async with self._deps.feed.watch(conversation_id, for_lists=True) as bell:
            try:
                while not self._deps.stopping.is_set():
                    for event in await self._news(watch, bell):
                        yield event
                        if event.event == "gone":
                            return
                    await bell.wait(_pause(watch, bell))
            finally:
                with anyio.CancelScope(shield=True):
                    await self._leave(watch)

    async def _news(self, watch: Watch, bell: Bell) -> list[ServerSentEvent]:
        events: list[ServerSentEvent] = []
        moment = machine_time()
        if moment - watch.beat_at >= BEAT:
            watch.beat_at, bell.talk, bell.people = moment, True, True
            if await self._gate.find_visit(watch.visit.request) is None:
                return [_event("gone", "signed-out")]
            events.append(_event("beat", str(watch.after)))
        if watch.conversation_id is not None and (bell.talk or watch.unsettled):
            bell.talk = False
            events += await self._talk(watch, watch.conversation_id)
        if watch.conversation_id is not None and bell.people:
            bell.people = False
            events += await self._people(watch, watch.conversation_id)
        if bell.lines and moment - watch.lines_at >= LIST_EVERY:
            bell.lines, watch.lines_at = False, moment
            events.append(_event("list", "changed"))
            events += await self._alarm(watch)
            events += await self._given(watch)
        watch.first = False
        return events

    async def _talk(self, watch: Watch, conversation_id: UUID) -> list[ServerSentEvent]:
        try:
            news = await self._deps.store.read(
                read_news, scope=watch.visit.scope, conversation_id=conversation_id, after_seq=watch.after
            )
        except NotFound:
            return [_event("gone", "out-of-scope")]
        if not news.complete:
            return [_event("gone", "reload")]
        events = await self._moved(watch, news)
        if news.entries:
            watch.after = news.entries[-1].seq
            html = self._html(watch, news, news.entries)
            events.append(ServerSentEvent(event="entries", id=str(watch.after), raw_data=html))
        if news.fingerprint != watch.mark:
            watch.mark = news.fingerprint
            events.append(_event("parts", news.fingerprint))
        return events

    async def _moved(self, watch: Watch, news: News) -> list[ServerSentEvent]:
        """The messages whose deliveries or files moved since the page was told; at first, the latest ones."""
        fresh = {entry.message.id for entry in news.entries if hasattr(entry, "message")}
        moved = [id_ for id_, mark in news.marks.items() if watch.marks.get(id_) != mark and id_ not in fresh]
        watch.marks = dict(news.marks)
        if watch.first:
            moved = sorted(moved)[-_REPEATED:]
        if not moved:
            return []
        messages = await self._deps.store.read(find_messages_by_id, scope=watch.visit.scope, message_ids=moved)
        return [ServerSentEvent(event="messages", raw_data=self._html(watch, news, messages))]

    def _html(self, watch: Watch, news: News, entries: Iterable[Entry]) -> str:
        visit, head = watch.visit, news.head
        labels = self._pages.labels(visit.language)
        place = place_of(head.conversation, opted_out=head.contact.opted_out)
        views = [entry_view(entry, place, labels, self._deps) for entry in entries]
        return self._pages.render("entries_part.html", visit, visit.language, entries=views, view="")

    async def _alarm(self, watch: Watch) -> list[ServerSentEvent]:
        """The red bar, when it has changed; empty when nobody is in distress any more."""
        visit = await self._gate.with_alarms(watch.visit)
        html = self._pages.render("alarm.html", visit, visit.language, alarms=visit.alarms).strip()
        if html == watch.alarm:
            return []
        watch.alarm = html
        return [ServerSentEvent(event="alarm", raw_data=html or NO_ALARM)]

    async def _given(self, watch: Watch) -> list[ServerSentEvent]:
        """What colleagues have given to this person; the page tells each once."""
        visit = watch.visit
        given = await self._deps.store.read(find_given, scope=visit.scope)
        html = self._pages.render("given.html", visit, visit.language, given=given).strip()
        if not given or html == watch.given:
            return []
        watch.given = html
        return [ServerSentEvent(event="given", raw_data=html)]

    async def _people(self, watch: Watch, conversation_id: UUID) -> list[ServerSentEvent]:
        viewers = await self._deps.presence.viewers(str(conversation_id))
        others = [viewer for viewer in viewers if viewer.staff_id != str(watch.visit.staff.id)]
        visit = watch.visit
        html = self._pages.render("viewers.html", visit, visit.language, viewers=_sorted(others)).strip()
        if html == watch.people:
            return []
        watch.people = html
        return [ServerSentEvent(event="viewers", raw_data=html)]

    async def _leave(self, watch: Watch) -> None:
        if watch.conversation_id is not None:
            conversation_id = str(watch.conversation_id)
            await self._deps.presence.left(conversation_id, str(watch.visit.staff.id))
            self._deps.live.publish([("presence", {"id": conversation_id})])


def _pause(watch: Watch, bell: Bell) -> float:
    if bell.lines:
        return max(0.05, LIST_EVERY - (machine_time() - watch.lines_at))
    return _UNSETTLED_EVERY if watch.unsettled else BEAT


def _sorted(viewers: Iterable[Viewer]) -> list[Viewer]:
    return sorted(viewers, key=lambda viewer: (not viewer.typing, *dictionary_order(viewer.name)))


def _event(name: str, text: str) -> ServerSentEvent:
    return ServerSentEvent(event=name, raw_data=text)
