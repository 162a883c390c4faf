"""A request that a resident had begun with the assistant, filed by the agent who took over: its answers as a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import Gate, Visit
from agent_console.acting.filing import file_begun_request
from agent_console.screens.inbox import CONVERSATIONS, conversation_path
from agent_console.showing.begun_requests import read_begun_request
from agent_console.showing.case_view import told_language
from agent_console.showing.pages import Pages
from case_store.conversations.threads import ConversationHead, get_conversation
from case_store.errors import NotFound
from web.refusals import REFUSALS, refusal_of

_CLIENT_ID = 64
_DOCUMENT = "document:"


@dataclass(frozen=True, slots=True)
class Filled:
    """The page's form: the service, what stands in it, what is wrong, and what may be meant by unknown places."""

    service: str
    texts: Mapping[str, str]
    wrong: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class BegunRequests:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        path = f"{CONVERSATIONS}/{{conversation_id}}/request"
        router.add_api_route(path, self.show, methods=["GET"])
        router.add_api_route(path, self.file, methods=["POST"])

    async def show(self, request: Request, conversation_id: UUID) -> Response:
        """The form with what the resident has told. Raises NotFound where nothing was begun."""
        visit = await self._gate.visit(request)
        head = await self._head(visit, conversation_id)
        begun = read_begun_request(head.conversation.dialogue)
        if begun is None:
            raise NotFound("request")
        texts = {"requester": head.resident.name or "", **self._deps.case_forms.texts(begun.code, begun.values)}
        texts |= {f"{_DOCUMENT}{code}": "yes" for code in begun.documents}
        return await self._page(visit, head, Filled(begun.code, texts))

    async def file(self, request: Request, conversation_id: UUID) -> Response:
        """Files it, and leads back to the conversation; what is wrong comes back with all that was filled in."""
        command = await self._gate.command(request)
        visit, code = command.visit, command.text("service")
        head = await self._head(visit, conversation_id)
        language = told_language(self._deps, head.conversation.language)
        if not self._deps.case_forms.fields(code, language):
            raise NotFound("service")
        read = self._deps.case_forms.read(code, command.fields, language)
        filled = Filled(code, {**command.fields, **read.settled}, read.wrong, read.places)
        if read.wrong:
            text = self._pages.text(visit.language, "new.wrong.wrong")
            return await self._page(visit, head, filled, told=text, status=422)
        try:
            await self._deps.store.write(
                file_begun_request,
                scope=visit.scope,
                conversation_id=conversation_id,
                actor=visit.actor,
                code=code,
                read=read,
                client_id=command.text("client_id")[:_CLIENT_ID],
                deps=self._deps,
            )
        except REFUSALS as error:
            text = self._pages.refusal_text(visit.language, error)
            return await self._page(visit, head, filled, told=text, status=refusal_of(error).status)
        return self._pages.go(request, conversation_path(conversation_id, view="mine"), done="case_filed")

    async def _head(self, visit: Visit, conversation_id: UUID) -> ConversationHead:
        return await self._deps.store.read(get_conversation, scope=visit.scope, conversation_id=conversation_id)

    async def _page(
        self, visit: Visit, head: ConversationHead, filled: Filled, *, told: str = "", status: int = 200
    ) -> Response:
        visit = await self._gate.with_alarms(visit)
        begun = read_begun_request(head.conversation.dialogue)
        labels = self._pages.labels(visit.language)
        return self._pages.page(
            visit,
            "begun_request.html",
            status=status,
            filled=filled,
            fields=self._deps.case_forms.fields(filled.service, visit.language),
            who=labels.who(head.resident.name, head.contact.kind, head.contact.address),
            conversation=head.conversation,
            files=len(begun.files) if begun else 0,
            remarks=begun.remarks if begun else (),
            client_id=filled.texts.get("client_id") or uuid4().hex,
            told=told,
        )
