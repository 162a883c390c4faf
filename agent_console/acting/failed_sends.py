"""What failed to leave: sent again, or let be."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.gate import HOME, Command, Gate
from agent_console.acting.actions import Actions, After
from case_store.conversations.deliveries import get_delivery_conversation, retry_delivery
from case_store.conversations.failed_deliveries import give_up_delivery


class FailedSends:
    def __init__(self, deps: ConsoleDeps, gate: Gate, actions: Actions) -> None:
        self._deps, self._gate, self._actions = deps, gate, actions

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/deliveries/{{delivery_id}}/retry", self.retry, methods=["POST"])
        router.add_api_route(f"{HOME}/deliveries/{{delivery_id}}/dismiss", self.dismiss, methods=["POST"])

    async def retry(self, request: Request, delivery_id: UUID) -> Response:
        return await self._carry_out(request, delivery_id, retry_delivery, "retried")

    async def dismiss(self, request: Request, delivery_id: UUID) -> Response:
        return await self._carry_out(request, delivery_id, partial(give_up_delivery, why="dismissed"), "dismissed")

    async def _carry_out(
        self, request: Request, delivery_id: UUID, change: Callable[..., object], done: str
    ) -> Response:
        command = await self._gate.command(request)
        store, visit = self._deps.store, command.visit
        beside = await store.read(get_delivery_conversation, scope=visit.scope, delivery_id=delivery_id)

        async def carry_out(_: Command, __: UUID) -> After:
            await store.write(change, delivery_id=delivery_id, actor=visit.actor, scope=visit.scope)
            return After(done)

        return await self._actions.carry_out(command, beside, "retry", carry_out)
