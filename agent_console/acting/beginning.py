"""What an agent begins: writing first to somebody, or filing a case for somebody at the telephone or the counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps, FormField, ReadForm
from agent_console.access.gate import HOME, Command, Gate, Visit
from agent_console.acting.filing import file_case, keep_files, wrong_files
from agent_console.screens.inbox import conversation_path
from agent_console.showing.pages import Pages, with_query
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.starting import Address, start_conversation
from case_store.residents.finding import FoundResident, find_residents
from case_store.residents.search_keys import LEAST_DIGITS
from channels.contacts import EMAIL, PHONE
from channels.registry import read_contact
from kit.files import MAX_FORM
from kit.text import fold
from web.refusals import REFUSALS, refusal_of

NEW = f"{HOME}/new"
_CLIENT_ID = 100
_LEAST_LETTERS = 2
_MOST_FOUND = 12
_MOST_POSTED = 50
"""Files beyond which a form is no person's; too many for a case is told from fewer on (`kit.files`)."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The page's form: the address as typed, the service chosen, what was filled in, and what is wrong with it.

    `places`: what may be meant by the places that the town does not know.
    """

    contact: str = ""
    service: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_address(self) -> bool:
        """Whether it is an address already, and nobody need be looked for."""
        return read_contact(self.contact) is not None

    def has_answers(self, fields: Sequence[FormField]) -> bool:
        """Whether something was filled in that must not be lost."""
        return any(self.texts.get(field.name, "").strip() for field in fields)


class Beginning:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(NEW, self.show, methods=["GET"])
        router.add_api_route(NEW, self.look_again, methods=["POST"], max_body_size=MAX_FORM)
        router.add_api_route(f"{NEW}/message", self.write, methods=["POST"])
        router.add_api_route(f"{NEW}/case", self.file, methods=["POST"], max_body_size=MAX_FORM)

    async def show(self, request: Request) -> Response:
        """The form: for whom, and which service."""
        visit, query = await self._gate.visit(request), request.query_params
        begun = Begun(query.get("contact", "")[:200], query.get("service", ""))
        return await self._page(visit, begun, filed=query.get("filed", "")[:20])

    async def look_again(self, request: Request) -> Response:
        """The page anew for another address or service, with all that was filled in: nothing is filed."""
        command = await self._gate.command(request, max_files=_MOST_POSTED)
        contact = (command.text("chosen") or command.text("contact"))[:200]
        return await self._page(command.visit, Begun(contact, command.text("service"), command.fields))

    async def write(self, request: Request) -> Response:
        """Opens the conversation with the address; what to write is written there."""
        command = await self._gate.command(request)
        begun = Begun(command.text("contact")[:200])
        to = self._address(begun.contact, command.visit)
        if to is None:
            return await self._page(command.visit, begun, told="address", status=422)
        try:
            id_ = await self._deps.store.write(
                start_conversation, scope=command.visit.scope, actor=command.visit.actor, to=to
            )
        except REFUSALS as error:
            text = self._pages.refusal_text(command.visit.language, error)
            return await self._page(command.visit, begun, refused=text, status=refusal_of(error).status)
        return self._pages.go(request, conversation_path(id_, view="mine"))

    async def file(self, request: Request) -> Response:
        """Files the case and tells its reference; wrong fields come back with all that was filled in."""
        command = await self._gate.command(request, max_files=_MOST_POSTED)
        contact, service, language = command.text("contact")[:200], command.text("service"), self._deps.languages[0]
        begun = Begun(contact, service, command.fields)
        if not self._deps.case_forms.fields(service, language):
            return await self._page(command.visit, begun, told="service", status=422)
        read, to = self._deps.case_forms.read(service, command.fields, language), self._address(contact, command.visit)
        begun = Begun(contact, service, {**command.fields, **read.settled}, read.wrong, read.places)
        if to is None or read.wrong:
            return await self._page(command.visit, begun, told="wrong" if to else "address", status=422)
        if wrong := wrong_files(command.files):
            return await self._page(command.visit, begun, told=wrong, status=422)
        files = await keep_files(self._deps, command.files)
        if refused := [file for file in files if file.state == "refused"]:
            text = self._refused_files(command.visit.language, refused)
            return await self._page(command.visit, begun, refused=text, status=422)
        reference = await self._file(command, to, read, files)
        return self._pages.go(request, with_query(NEW, filed=reference))

    def _refused_files(self, language: str, refused: Sequence[NewAttachment]) -> str:
        named = ", ".join(
            f"{file.filename} ({self._pages.text(language, f'refusal.{file.refusal}')})" for file in refused
        )
        return self._pages.text(language, "new.wrong.files", named=named)

    async def _file(self, command: Command, to: Address, read: ReadForm, files: Sequence[NewAttachment]) -> str:
        return await self._deps.store.write(
            file_case,
            actor=command.visit.actor,
            to=to,
            read=read,
            files=files,
            client_id=command.text("client_id")[:_CLIENT_ID],
            deps=self._deps,
        )

    def _address(self, typed: str, visit: Visit) -> Address | None:
        """Where the typed address is reached; None for none, and where the town cannot write first."""
        contact = read_contact(typed)
        channel = self._deps.reach(contact[0]) if contact else None
        return Address(*contact, *channel, self._deps.languages[0]) if contact and channel else None

    def _shown(self, typed: str, language: str) -> str:
        """An address as people read it; anything else as it is."""
        contact = read_contact(typed)
        return self._pages.labels(language).address(*contact) if contact else typed

    async def _find(self, visit: Visit, typed: str) -> list[FoundResident]:
        """Whom the words may mean: residents of that name, or with that piece of a number or of a mail address."""
        digits = "".join(filter(str.isdigit, typed))
        if len(digits) < LEAST_DIGITS or any(map(str.isalpha, typed)):
            letters = typed.strip().lower() if len(fold(typed)) >= _LEAST_LETTERS else ""
            return await self._found(visit, letters, {EMAIL.kind: letters})
        # "0639..." begins a number as it is dialled at home, "0104" may as well be the end of one.
        found: dict[UUID, FoundResident] = {}
        for piece in {digits, digits.lstrip("0")}:
            if len(piece) >= LEAST_DIGITS:
                found |= {one.id: one for one in await self._found(visit, "", {PHONE.kind: piece})}
        return sorted(found.values(), key=lambda one: one.id, reverse=True)[:_MOST_FOUND]

    async def _found(self, visit: Visit, name: str, pieces: Mapping[str, str]) -> list[FoundResident]:
        return await self._deps.store.read(
            find_residents, scope=visit.scope, name=name, pieces=pieces, limit=_MOST_FOUND
        )

    async def _page(
        self, visit: Visit, begun: Begun, *, filed: str = "", told: str = "", refused: str = "", status: int = 200
    ) -> Response:
        visit = await self._gate.with_alarms(visit)
        forms, language = self._deps.case_forms, visit.language
        fields = forms.fields(begun.service, language)
        is_asked = begun.is_address or bool(told) or begun.has_answers(fields)
        return self._pages.page(
            visit,
            "new.html",
            status=status,
            begun=begun,
            found=await self._find(visit, begun.contact),
            most_found=_MOST_FOUND,
            shown_contact=self._shown(begun.contact, language),
            services=forms.services(language),
            fields=fields if is_asked else (),
            told=self._pages.text(language, f"new.wrong.{told}") if told else refused,
            filed=filed,
            client_id=begun.texts.get("client_id") or uuid4().hex,
        )
