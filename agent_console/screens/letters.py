"""A letter as its writer sent it, with what it quotes and its signature: the thread shows the new words alone."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import PageMissing
from agent_console.access.gate import HOME, Gate
from agent_console.showing.pages import Pages
from case_store.conversations.letters import get_visible_letter
from channels.email.reading import ReadMail, read_mail


class Letters:
    """Reads a kept letter anew: what is read of it grows better with each release."""

    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/messages/{{message_id}}/letter", self.show, methods=["GET"])

    async def show(self, request: Request, message_id: UUID) -> Response:
        visit = await self._gate.visit(request)
        kept = await self._deps.store.read(get_visible_letter, message_id=message_id, scope=visit.scope)
        try:
            letter = await asyncio.to_thread(self._read, kept.path)
        except FileNotFoundError as error:
            raise PageMissing from error
        return self._pages.page(visit, "letter.html", letter=letter, conversation_id=kept.conversation_id)

    def _read(self, path: str) -> ReadMail:
        return read_mail(self._deps.open_letter(path))
