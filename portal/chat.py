"""The addresses of the web chat."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from case_store.conversations.own_threads import record_seen
from portal.chat_feed import ChatFeed, new_client_id, seen
from portal.deps import PortalDeps
from portal.responses import PortalPages
from portal.visitors import VISITOR_COOKIE, VISITOR_LIFE, new_visitor, visitor_of
from web.pages import see_other

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


class ChatPages:
    """`/chat` and what its page asks for."""

    def __init__(self, deps: PortalDeps, pages: PortalPages) -> None:
        self._deps, self._pages, self._feed = deps, pages, ChatFeed(deps)

    def add_to(self, router: APIRouter) -> None:
        """Adds the addresses. The stream's refusals must come before its first byte, so they are a dependency."""

        async def live(
            listener: Annotated[Listener, Depends(self.listener)],
            after: Number = 0,
            last_event_id: Annotated[int | None, Header(ge=0, le=_LARGEST)] = None,
        ) -> AsyncIterator[ServerSentEvent]:
            async with aclosing(self._events(listener, after if last_event_id is None else last_event_id)) as events:
                async for event in events:
                    yield event

        router.add_api_route("/chat", self.page, methods=["GET"])
        router.add_api_route("/chat", self.begin, methods=["POST"])
        router.add_api_route("/chat/messages", self.messages, methods=["GET"])
        router.add_api_route("/chat/live", live, methods=["GET"], response_class=EventSourceResponse)
        router.add_api_route("/chat/seen", self.note_seen, methods=["POST"])
        router.add_api_route("/chat/leave", self.leave, methods=["POST"])

    async def page(
        self, request: Request, start: str = "", before: Number | None = None, embed: bool = False
    ) -> Response:
        """The chat: its latest messages, or those before a number; `start` names a service to begin with."""
        known = visitor_of(request, self._deps) or new_visitor()
        chat = await (self._feed.read_answered(known) if before is None else self._feed.read(known, before=before))
        language = self._pages.language_of(request)
        response = self._pages.render(
            request,
            "chat.html",
            frame_ancestors=" ".join(["'self'", *self._deps.settings.embed_origins]) if embed else "'none'",
            chat=chat,
            bubbles=self._feed.bubbles(chat),
            last=max((entry.seq for entry in chat.messages), default=0),
            seen=seen(chat),
            before=before,
            draft=first_phrase(self._deps, language, start),
            client_id=new_client_id(),
            starters=starters(self._deps, language),
            new_client_id=new_client_id,
            embed=embed,
        )
        self._remember(request, response, known)
        return response

    async def begin(
        self, request: Request, text: Annotated[str, Form()] = "", choice: Annotated[str, Form()] = ""
    ) -> Response:
        """Words or a service chosen on the home page: gives a newcomer their cookie; the post goes on to the chat.

        307 lets the browser send the same form there by itself, with scripts or without.
        """
        if not (text.strip() or choice.strip()):
            return see_other("/chat")
        response = RedirectResponse(INBOUND, 307, headers={"cache-control": "no-store"})
        self._remember(request, response, visitor_of(request, self._deps) or new_visitor())
        return response

    async def messages(self, request: Request, after: Number = 0) -> Response:
        """What is new after a number, once, for a page without a stream."""
        update = await self._feed.update(self._visitor(request), self._pages.language_of(request), after)
        return JSONResponse(update.as_json(), headers={"cache-control": "no-store"})

    async def listener(self, request: Request) -> Listener:
        """Who listens to the stream. Raises 403, 204 for who has said nothing yet, 429 when too many listen."""
        visitor = self._visitor(request)
        chat = await self._feed.read(visitor, limit=1)
        if chat.conversation is None:
            raise HTTPException(204)  # tells an EventSource not to come back by itself
        if self._feed.is_crowded(str(chat.conversation.id)):
            raise HTTPException(429, headers={"retry-after": "20"})
        return Listener(visitor, str(chat.conversation.id), self._pages.language_of(request))

    async def note_seen(self, request: Request, sequence: Annotated[int, Query(ge=1, le=_LARGEST)]) -> Response:
        """Keeps how far the resident has read."""
        chat = await self._feed.read(self._visitor(request), limit=1)
        if chat.conversation is not None and sequence > chat.conversation.resident_seen_seq:
            shown = min(sequence, chat.conversation.seq)
            await self._deps.store.write(record_seen, conversation_id=chat.conversation.id, seq=shown)
        return Response(status_code=204)

    async def leave(self, embed: bool = False) -> Response:
        """Forgets the conversation on this device, a shared one perhaps; the town keeps it."""
        response = see_other("/chat?embed=1" if embed else "/?left=1")
        self._pages.forget(response, VISITOR_COOKIE)
        return response

    async def _events(self, listener: Listener, after: int) -> AsyncGenerator[ServerSentEvent, None]:
        updates = self._feed.updates(listener.visitor, listener.conversation_id, listener.language, after)
        async with aclosing(updates) as feeding:  # type: ignore[type-var]
            async for update in feeding:
                if update is None:
                    yield ServerSentEvent(event="beat", raw_data="")
                else:
                    yield ServerSentEvent(event="update", data=update.as_json(), id=str(update.last))

    def _visitor(self, request: Request) -> str:
        """Raises 403 for a browser without the chat's cookie."""
        found = visitor_of(request, self._deps)
        if found is None:
            raise HTTPException(403)
        return found

    def _remember(self, request: Request, response: Response, visitor: str) -> None:
        signed = self._deps.sign_visitor(visitor)
        self._pages.remember(request, response, VISITOR_COOKIE, signed, max_age=VISITOR_LIFE)


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
