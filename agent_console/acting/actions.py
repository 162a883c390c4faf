"""What an agent does with a conversation. Each is one form, one transaction; what was typed is never lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import ChoiceMissing, TextTooLong
from agent_console.access.forms import FormState, identifier, number, optional_text, required_text
from agent_console.access.gate import Command, Gate, local_path
from agent_console.lists.list_choice import read_choice
from agent_console.lists.snoozes import chosen_moment
from agent_console.screens.inbox import CONVERSATIONS, Inbox, conversation_path
from agent_console.showing.case_messages import outgoing
from agent_console.showing.pages import Pages, with_query
from case_store.conversations.by_agents import confirm_name_in, note_once, reassign_held, reply_once
from case_store.conversations.ownership import hand_back, reopen, resolve, snooze, take_over, wake
from case_store.conversations.threads import get_conversation
from web.refusals import REFUSALS, refusal_of

_CLIENT_ID = 64
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class After:
    """What was done (`done.<code>`), whether the agent stays with the conversation or goes on, and may take it back.

    `opens`: the agent is led to the conversation, wherever they were.
    """

    done: str
    stays: bool = True
    may_undo: bool = False
    opens: bool = False


Change = Callable[[Command, UUID], Awaitable[After]]


class Actions:
    """Every form posts to `/console/conversations/{id}/{action}`."""

    def __init__(self, deps: ConsoleDeps, gate: Gate, pages: Pages, inbox: Inbox) -> None:
        self._deps, self._gate, self._pages, self._inbox = deps, gate, pages, inbox

    def add_to(self, router: APIRouter) -> None:
        changes: dict[str, Change] = {
            "take-over": self._take_over,
            "reply": self._reply,
            "note": self._note,
            "hand-back": self._hand_back,
            "snooze": self._snooze,
            "wake": self._wake,
            "resolve": self._resolve,
            "reopen": self._reopen,
            "reassign": self._reassign,
            "name": self._name,
        }
        for name, change in changes.items():
            path = f"{CONVERSATIONS}/{{conversation_id}}/{name}"
            router.add_api_route(path, self._endpoint(name, change), methods=["POST"], name=f"console {name}")

    def _endpoint(self, name: str, change: Change) -> Callable[[Request, UUID], Awaitable[Response]]:
        async def endpoint(request: Request, conversation_id: UUID) -> Response:
            command = await self._gate.command(request)
            return await self.carry_out(command, conversation_id, name, change)

        return endpoint

    async def carry_out(self, command: Command, conversation_id: UUID, name: str, change: Change) -> Response:
        """Does it; refused, the form comes back as it was, with what is wrong."""
        try:
            after = await change(command, conversation_id)
        except REFUSALS as error:
            return await self._refused(command, conversation_id, name, error)
        return await self._done(command, conversation_id, after)

    async def _done(self, command: Command, conversation_id: UUID, after: After) -> Response:
        visit, view = command.visit, read_choice(command.text("view")).word
        back = command.text("return")
        if back:
            path = local_path(back)
            if after.done == "reassigned":
                path += ("&" if "?" in path else "?") + urlencode({"to": command.text("to")})
            return self._pages.go(visit.request, path, done=after.done)
        if not after.stays:
            undo = str(conversation_id) if after.may_undo else None
            return self._pages.go(visit.request, with_query(conversation_path(), view=view, undo=undo), done=after.done)
        if visit.wants_parts and not after.opens:
            form = FormState(fields={"view": view})
            return await self._inbox.parts(visit, conversation_id, form=form, done=after.done)
        path = with_query(conversation_path(conversation_id, view=view), view=view, done=after.done)
        return self._pages.go(visit.request, path)

    async def _refused(self, command: Command, conversation_id: UUID, name: str, error: Exception) -> Response:
        refusal = refusal_of(error)
        if refusal.status == 404:
            raise error
        visit = command.visit
        text = self._pages.refusal_text(visit.language, error)
        form = FormState(name, command.fields, refusal.key, text)
        if visit.wants_parts:
            return await self._inbox.parts(visit, conversation_id, form=form, status=refusal.status)
        return await self._inbox.screen(visit, conversation_id, form=form, status=refusal.status)

    async def _write(self, command: Command, change: Callable[..., Any], conversation_id: UUID, **facts: Any) -> Any:
        visit, store = command.visit, self._deps.store
        return await store.write(change, scope=visit.scope, conversation_id=conversation_id, actor=visit.actor, **facts)

    async def _take_over(self, command: Command, conversation_id: UUID) -> After:
        await self._write(command, take_over, conversation_id)
        return After("taken_over")

    async def _reply(self, command: Command, conversation_id: UUID) -> After:
        text = required_text(command)
        head = await self._deps.store.read(get_conversation, conversation_id=conversation_id, scope=command.visit.scope)
        message = outgoing(
            self._deps.present,
            channel_id=head.conversation.channel_id,
            text=text,
            language=head.conversation.language,
            kind="answer",
        )
        client_id = command.text("client_id")[:_CLIENT_ID]
        seen = number(command.text("seen"))
        await self._write(
            command,
            reply_once,
            conversation_id,
            outgoing=message,
            seen_seq=seen,
            client_id=client_id,
            replaces=identifier(command.text("replaces")),
        )
        return After("replied")

    async def _note(self, command: Command, conversation_id: UUID) -> After:
        text, client_id = required_text(command), command.text("client_id")[:_CLIENT_ID]
        await self._write(command, note_once, conversation_id, text=text, client_id=client_id)
        return After("noted")

    async def _hand_back(self, command: Command, conversation_id: UUID) -> After:
        briefing = optional_text(command, "briefing")
        resume = command.text("resume") == "yes"
        silent = command.text("silent") == "yes"
        await self._write(command, hand_back, conversation_id, briefing=briefing, resume=resume, silent=silent)
        return After("handed_back_silently" if silent else "handed_back")

    async def _snooze(self, command: Command, conversation_id: UUID) -> After:
        now = self._deps.clock.now()
        until = chosen_moment(command.text("until"), command.text("custom"), now, self._deps.zone)
        await self._write(command, snooze, conversation_id, until=until)
        return After("snoozed", stays=False)

    async def _wake(self, command: Command, conversation_id: UUID) -> After:
        await self._write(command, wake, conversation_id)
        return After("woken")

    async def _resolve(self, command: Command, conversation_id: UUID) -> After:
        await self._write(command, resolve, conversation_id)
        return After("resolved", stays=False, may_undo=True)

    async def _reopen(self, command: Command, conversation_id: UUID) -> After:
        await self._write(command, reopen, conversation_id)
        return After("reopened", opens=True)

    async def _reassign(self, command: Command, conversation_id: UUID) -> After:
        kind, _, code = command.text("to").partition(":")
        staff_id = identifier(code) if kind == "staff" else None
        known_team = kind == "team" and code in self._deps.town.team_codes()
        if staff_id is None and not known_team:
            raise ChoiceMissing
        await self._write(
            command,
            reassign_held,
            conversation_id,
            any_conversation=command.visit.is_supervisor,
            staff_id=staff_id,
            team_code=code if known_team else None,
        )
        return After("reassigned", stays=staff_id == command.visit.staff.id)

    async def _name(self, command: Command, conversation_id: UUID) -> After:
        """Notes what the resident is called, once the agent has made sure of it."""
        name = " ".join(required_text(command, "name").split())
        if len(name) > _LONGEST_NAME:
            raise TextTooLong
        await self._write(command, confirm_name_in, conversation_id, name=name)
        return After("named")
