"""Putting a filed case right: its place and its answers, with a reason that agents read in the history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps, ReadCorrection
from agent_console.access.errors import NothingChanged
from agent_console.access.forms import identifier, number, optional_text
from agent_console.access.gate import HOME, Command, Gate, Visit
from agent_console.screens.inbox import conversation_path
from agent_console.showing.pages import Pages
from case_store.cases.correcting import correct_case
from case_store.cases.visible import get_case_at_hand
from case_store.errors import Forbidden
from case_store.models import Case
from web.refusals import REFUSALS, refusal_of


@dataclass(frozen=True, slots=True)
class Corrected:
    """The page's form: what stands in it, what is wrong, and what may be meant by unknown places."""

    texts: Mapping[str, str]
    wrong: frozenset[str] = frozenset()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = 0
    beside: str = ""


class Correcting:
    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages) -> None:
        self._deps, self._gate, self._pages = deps, gate, pages

    def add_to(self, router: APIRouter) -> None:
        path = f"{HOME}/cases/{{case_id}}/correction"
        router.add_api_route(path, self.show, methods=["GET"])
        router.add_api_route(path, self.correct, methods=["POST"])

    async def show(self, request: Request, case_id: UUID) -> Response:
        """The case as a form. Raises NotFound, Forbidden."""
        visit = await self._gate.visit(request)
        case = await self._case(visit, case_id)
        beside = request.query_params.get("conversation", "")[:36]
        return await self._page(
            visit, case, Corrected(self._deps.case_corrections.texts(case), version=case.version, beside=beside)
        )

    async def correct(self, request: Request, case_id: UUID) -> Response:
        """Puts it right, and leads back to the case; what is wrong comes back with all that was filled in."""
        command = await self._gate.command(request)
        case = await self._case(command.visit, case_id)
        read = self._deps.case_corrections.read(case, command.fields)
        form = Corrected(
            texts={**command.fields, **read.settled},
            wrong=read.wrong,
            places=read.places,
            version=number(command.text("version")) or 0,
            beside=command.text("conversation")[:36],
        )
        if read.wrong:
            text = self._pages.text(command.visit.language, "new.wrong.wrong")
            return await self._page(command.visit, case, form, told=text, status=422)
        try:
            await self._write(command, case, read, form.version)
        except REFUSALS as error:
            text = self._pages.refusal_text(command.visit.language, error)
            return await self._page(command.visit, case, form, told=text, status=refusal_of(error).status)
        beside = identifier(form.beside)
        path = conversation_path(beside, view="open") if beside else f"{HOME}/cases/{case.reference}"
        return self._pages.go(request, path, done="case_corrected")

    async def _write(self, command: Command, case: Case, read: ReadCorrection, version: int) -> None:
        if read.correction is None:
            raise NothingChanged
        await self._deps.store.write(
            correct_case,
            scope=command.visit.scope,
            case_id=case.id,
            actor=command.visit.actor,
            expected_version=version,
            reason=optional_text(command, "because"),
            correction=read.correction,
        )

    async def _case(self, visit: Visit, case_id: UUID) -> Case:
        at_hand = await self._deps.store.read(get_case_at_hand, scope=visit.scope, case_id=case_id)
        if not at_hand.may_change:
            raise Forbidden
        return at_hand.case

    async def _page(self, visit: Visit, case: Case, form: Corrected, *, told: str = "", status: int = 200) -> Response:
        visit = await self._gate.with_alarms(visit)
        fields = self._deps.case_corrections.fields(case, visit.language)
        return self._pages.page(
            visit, "correction.html", status=status, case=case, filled=form, fields=fields, told=told
        )
