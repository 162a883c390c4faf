"""The addresses of the web chat."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from case_store.conversations.own_threads import record_seen
from portal.chat_feed import ChatFeed, new_client_id, seen
from portal.deps import PortalDeps
from portal.responses import Pages, see_other
from portal.visitors import VISITOR_COOKIE, VISITOR_LIFE, new_visitor, visitor_of

_LARGEST = 2**31 - 1
"""The largest number of a message that a database keeps."""

Number = Annotated[int, Query(ge=0, le=_LARGEST)]


@dataclass(frozen=True, slots=True)
class Listener:
    """A visitor who has said something: only they have anything to listen to."""

    visitor: str
    conversation_id: str
    language: str


INBOUND = "/channels/webchat/inbound"


def build_router(deps: PortalDeps, pages: Pages) -> APIRouter:
    """`/chat` and what its page asks for."""
    router, feed = APIRouter(include_in_schema=False), ChatFeed(deps)

    def visitor(request: Request) -> str:
        found = visitor_of(request, deps)
        if found is None:
            raise HTTPException(403)
        return found

    known_visitor = Annotated[str, Depends(visitor)]

    async def listener(request: Request, visitor: known_visitor) -> Listener:
        chat = await feed.read(visitor, limit=1)
        if chat.conversation is None:
            raise HTTPException(204)  # tells an EventSource not to come back by itself
        if feed.is_crowded(str(chat.conversation.id)):
            raise HTTPException(429, headers={"retry-after": "20"})
        return Listener(visitor, str(chat.conversation.id), pages.language(request))

    async def show(request: Request, draft: str, *, before: int | None = None, embed: bool = False) -> Response:
        known = visitor_of(request, deps) or new_visitor()
        chat = await (feed.read_answered(known) if before is None else feed.read(known, before=before))
        response = pages.render(
            request,
            "chat.html",
            frame_ancestors=" ".join(["'self'", *deps.settings.embed_origins]) if embed else "'none'",
            chat=chat,
            bubbles=feed.bubbles(chat),
            last=max((entry.seq for entry in chat.messages), default=0),
            seen=seen(chat),
            before=before,
            draft=draft,
            client_id=new_client_id(),
            starters=starters(deps, pages.language(request)),
            new_client_id=new_client_id,
            embed=embed,
        )
        pages.remember(request, response, VISITOR_COOKIE, deps.sign_visitor(known), max_age=VISITOR_LIFE)
        return response

    @router.get("/chat")
    async def page(request: Request, start: str = "", before: Number | None = None, embed: bool = False) -> Response:
        return await show(request, first_phrase(deps, pages.language(request), start), before=before, embed=embed)

    @router.post("/chat")
    async def begin(
        request: Request, text: Annotated[str, Form()] = "", choice: Annotated[str, Form()] = ""
    ) -> Response:
        """Words or a service chosen on the home page: gives a newcomer their cookie; the post goes on to the chat.

        307 lets the browser send the same form there by itself, with scripts or without.
        """
        if not (text.strip() or choice.strip()):
            return see_other("/chat")
        response = RedirectResponse(INBOUND, 307, headers={"cache-control": "no-store"})
        known = visitor_of(request, deps) or new_visitor()
        pages.remember(request, response, VISITOR_COOKIE, deps.sign_visitor(known), max_age=VISITOR_LIFE)
        return response

    @router.get("/chat/messages")
    async def messages(request: Request, visitor: known_visitor, after: Number = 0) -> Response:
        update = await feed.update(visitor, pages.language(request), after)
        return JSONResponse(update.as_json(), headers={"cache-control": "no-store"})

    @router.get("/chat/live", response_class=EventSourceResponse)
    async def live(
        listener: Annotated[Listener, Depends(listener)],
        after: Number = 0,
        last_event_id: Annotated[int | None, Header(ge=0, le=_LARGEST)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        start = after if last_event_id is None else last_event_id
        updates = feed.updates(listener.visitor, listener.conversation_id, listener.language, start)
        async with aclosing(updates) as feeding:  # type: ignore[type-var]
            async for update in feeding:
                if update is None:
                    yield ServerSentEvent(event="beat", raw_data="")
                else:
                    yield ServerSentEvent(event="update", data=update.as_json(), id=str(update.last))

    @router.post("/chat/seen")
    async def note_seen(visitor: known_visitor, sequence: Annotated[int, Query(ge=1, le=_LARGEST)]) -> Response:
        chat = await feed.read(visitor, limit=1)
        if chat.conversation is not None and sequence > chat.conversation.resident_seen_seq:
            shown = min(sequence, chat.conversation.seq)
            await deps.store.write(record_seen, conversation_id=chat.conversation.id, seq=shown)
        return Response(status_code=204)

    @router.post("/chat/leave")
    async def leave(embed: bool = False) -> Response:
        """Forgets the conversation on this device, a shared one perhaps; the town keeps it."""
        response = see_other("/chat?embed=1" if embed else "/?left=1")
        pages.forget(response, VISITOR_COOKIE)
        return response

    return router


def starters(deps: PortalDeps, language: str) -> list[dict[str, str]]:
    """What a newcomer may begin with: a title to press, and the words it says."""
    return [
        {"title": deps.words.text(language, f"services.{code}.title"), "phrase": first_phrase(deps, language, code)}
        for code in deps.services
        if deps.words.has(language, f"services.{code}.title")
    ]


def first_phrase(deps: PortalDeps, language: str, service_code: str) -> str:
    """The first words for somebody who chose a service on the home page."""
    if service_code not in deps.services:
        return ""
    key = f"services.{service_code}.phrase"
    if deps.words.has(language, key):
        return deps.words.text(language, key)
    return deps.services[service_code].names.on(language)
