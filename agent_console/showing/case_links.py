"""A case's reference is a link, wherever it stands: to the conversation that carries the case, or to its resident."""

import re

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import HOME, Gate
from case_store.cases.visible import get_visible_place

_REFERENCE = re.compile(r"\b[A-Z]{2,5}-\d{2}-[0-9A-HJKMNP-TV-Z]{6}\b")


class CaseLinks:
    def __init__(self, deps: ConsoleDeps, gate: Gate) -> None:
        self._deps, self._gate = deps, gate

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/cases/{{reference}}", self.open, methods=["GET"])

    async def open(self, request: Request, reference: str) -> Response:
        """To where the case can be worked on. Raises NotFound for one that the scope may not see."""
        visit = await self._gate.visit(request)
        place = await self._deps.store.read(get_visible_place, reference=reference.upper(), scope=visit.scope)
        if place.conversation_id is None:
            return RedirectResponse(f"{HOME}/residents/{place.resident_id}", 303)
        return RedirectResponse(f"{HOME}/conversations/{place.conversation_id}?view=open#case-{place.case_id}", 303)


def link_references(text: str) -> Markup:
    """The text with its references as links; work linear in its length."""
    linked = Markup('<a class="reference" href="{0}/cases/{1}">{1}</a>')
    pieces, end = [], 0
    for found in _REFERENCE.finditer(text):
        pieces += [escape(text[end : found.start()]), linked.format(HOME, found[0])]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
