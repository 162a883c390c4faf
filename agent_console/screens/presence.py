"""While an agent reads or writes: who is there, what is read, and how long the reply is on its channel."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent_console.access.deps import ConsoleDeps, Measured
from agent_console.access.forms import LONGEST_TEXT
from agent_console.access.gate import Gate
from agent_console.screens.inbox import CONVERSATIONS
from agent_console.showing.pages import Pages
from case_store.conversations.by_agents import mark_seen
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from kit.ports import Viewer

_NEAR = 0.9


class AtWork:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}/presence", self.here, methods=["POST"])
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}/measure", self.measure, methods=["POST"])

    async def here(self, request: Request, conversation_id: UUID) -> Response:
        """Keeps that the agent looks at a conversation, and whether they type; the page posts it every few seconds."""
        command = await self._gate.command(request)
        visit = command.visit
        head = await self._deps.store.read(get_conversation, conversation_id=conversation_id, scope=visit.scope)
        await self._note(str(conversation_id), visit.staff, command.text("typing"))
        if head.conversation.unread:
            await self._deps.store.write(mark_seen, conversation_id=conversation_id, scope=visit.scope)
        return Response(status_code=204)

    async def _note(self, conversation_id: str, staff: Staff, typing: str) -> None:
        """Colleagues hear of it when something has changed: here, writing ("yes"), no longer, or "gone"."""
        presence, viewer = self._deps.presence, Viewer(str(staff.id), staff.name, typing == "yes")
        known = await presence.viewers(conversation_id)
        if typing == "gone":
            await presence.left(conversation_id, viewer.staff_id)
        else:
            await presence.seen(conversation_id, viewer)
        if typing == "gone" or viewer not in known:
            self._deps.live.publish([("presence", {"id": conversation_id})])

    async def measure(self, request: Request, conversation_id: UUID) -> Response:
        command = await self._gate.command(request)
        head = await self._deps.store.read(get_conversation, conversation_id=conversation_id, scope=command.visit.scope)
        text = command.text("text")[:LONGEST_TEXT]
        measured = self._deps.measure(head.conversation.channel_id, text)
        label = self._pages.labels(command.visit.language).measured(measured)
        return JSONResponse({"label": label, "level": level_of(measured)})


def level_of(measured: Measured) -> str:
    """Whether the text is well within what its channel carries at once, costs more than one segment, or must be cut."""
    if measured.characters > measured.limit:
        return "over"
    return "near" if measured.segments > 1 or measured.characters > measured.limit * _NEAR else ""
