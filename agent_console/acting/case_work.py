"""Moving a case: the resident is told on their channel in the same transaction."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import ChoiceMissing
from agent_console.access.forms import number, optional_text
from agent_console.access.gate import HOME, Command, Gate
from agent_console.acting.actions import Actions, After
from agent_console.showing.case_messages import CASE_UPDATE, case_sentence, case_subject, outgoing, way_to_answer
from agent_console.showing.case_steps import Target, chosen, is_told
from agent_console.showing.case_view import told_language
from case_store.cases.moving import ChosenStep, move_case
from case_store.cases.visible import CaseListener, find_case_listeners, get_case_at_hand
from case_store.conversations.saying import Outgoing
from case_store.errors import ChangedMeanwhile, NotFound
from case_store.models import Case


class CaseWork:
    def __init__(self, deps: ConsoleDeps, gate: Gate, actions: Actions) -> None:
        self._deps, self._gate, self._actions = deps, gate, actions

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/cases/{{case_id}}/state", self.change_state, methods=["POST"])

    async def change_state(self, request: Request, case_id: UUID) -> Response:
        """The form names the conversation it stands beside, where its answer is shown."""
        command = await self._gate.command(request)
        at_hand = await self._deps.store.read(get_case_at_hand, case_id=case_id, scope=command.visit.scope)
        listeners = await self._deps.store.read(find_case_listeners, scope=command.visit.scope, case_id=case_id)
        beside = _shown_beside(command, listeners)

        async def change(command: Command, _: UUID) -> After:
            return After(await self._move(command, at_hand.case, listeners))

        return await self._actions.carry_out(command, beside, f"case:{case_id}", change)

    async def _move(self, command: Command, case: Case, listeners: tuple[CaseListener, ...]) -> str:
        """Gives the word for what was done."""
        deps, seen, reason = self._deps, number(command.text("version")), optional_text(command, "reason")
        if seen not in {None, case.version}:
            raise ChangedMeanwhile
        target = chosen(deps, case, command.visit, step=command.text("step"), state=command.text("state"))
        if target is None:
            raise ChoiceMissing
        tells = is_told(deps, case, target, reason=reason)
        await deps.store.write(
            move_case,
            case_id=case.id,
            scope=command.visit.scope,
            state=target.state,
            reason=reason,
            actor=command.visit.actor,
            expected_version=seen,
            tellings={each.conversation_id: self._telling(case, target, reason, each) for each in listeners}
            if tells
            else None,
            step=ChosenStep(target.step.code, target.step.stands_still) if target.step else None,
        )
        return _told(listeners) if tells else "step_changed"

    def _telling(self, case: Case, target: Target, reason: str, listener: CaseListener) -> Outgoing:
        deps, language = self._deps, told_language(self._deps, listener.language)
        way = way_to_answer(deps, listener.channel_id, is_owner=listener.is_owner)
        return outgoing(
            deps.present,
            channel_id=listener.channel_id,
            text=case_sentence(deps, case=case, target=target, reason=reason, language=language, way=way),
            language=language,
            kind=CASE_UPDATE,
            subject=case_subject(deps, case=case, state=target.state, language=language),
        )


def _told(listeners: tuple[CaseListener, ...]) -> str:
    """What the agent reads of it: whoever has stopped messages has not been told."""
    silenced = sum(each.opted_out for each in listeners)
    if not silenced:
        return "case_changed"
    return "case_changed_untold" if silenced == len(listeners) else "case_changed_partly"


def _shown_beside(command: Command, listeners: tuple[CaseListener, ...]) -> UUID:
    """The conversation whose screen the form came from; it must be one in which the case is told."""
    ids = [listener.conversation_id for listener in listeners]
    named = command.text("conversation")
    found = next((id_ for id_ in ids if str(id_) == named), ids[0] if ids else None)
    if found is None:
        raise NotFound("conversation")
    return found
