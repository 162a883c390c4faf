"""What the resident would read, shown before it is sent: a case's new state, and a conversation handed back."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import PageMissing
from agent_console.access.forms import identifier, optional_text
from agent_console.access.gate import HOME, Gate
from agent_console.screens.inbox import CONVERSATIONS
from agent_console.showing.case_view import find_moves
from agent_console.showing.pages import Pages
from case_store.cases.visible import get_case_at_hand
from case_store.conversations.threads import get_conversation


class Previews:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/cases/{{case_id}}/preview", self.case, methods=["POST"])
        router.add_api_route(f"{CONVERSATIONS}/{{conversation_id}}/hand-back/preview", self.hand_back, methods=["POST"])

    async def case(self, request: Request, case_id: UUID) -> Response:
        """Every state or step that is offered, with the reason as it stands in the form."""
        command = await self._gate.command(request)
        visit, store = command.visit, self._deps.store
        at_hand = await store.read(get_case_at_hand, case_id=case_id, scope=visit.scope)
        beside = identifier(command.text("conversation"))
        if beside is None:
            raise PageMissing
        head = await store.read(get_conversation, conversation_id=beside, scope=visit.scope)
        moves = find_moves(
            at_hand.case,
            head.conversation,
            visit=visit,
            labels=self._pages.labels(visit.language),
            deps=self._deps,
            reason=optional_text(command, "reason"),
        )
        return self._pages.page(visit, "told_part.html", case_id=case_id, moves_offered=moves)

    async def hand_back(self, request: Request, conversation_id: UUID) -> Response:
        """What the assistant would say at once."""
        command = await self._gate.command(request)
        visit, store = command.visit, self._deps.store
        head = await store.read(get_conversation, conversation_id=conversation_id, scope=visit.scope)
        parts = await self._deps.preview_hand_back(
            conversation_id, optional_text(command, "briefing"), command.text("resume") == "yes"
        )
        channel_id = head.conversation.channel_id
        segments = sum(self._deps.measure(channel_id, part.text).segments for part in parts)
        return self._pages.page(visit, "hand_back_part.html", parts=parts, segments=segments)
