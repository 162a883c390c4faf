"""How the routes of a face are put together: screens that add their addresses, and refusals that become its pages."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from web.refusals import SHOWN

Refuse = Callable[[Request, Exception], Awaitable[Response]]
"""(request, what was raised) -> the answer that tells it."""


class Screen(Protocol):
    """Something with addresses of its own."""

    def add_to(self, router: APIRouter) -> None: ...


def build_face(
    screens: Iterable[Screen],
    refuse: Refuse,
    *,
    largest_form: int,
    also: Sequence[type[Exception]] = (),
    dependencies: Sequence[Depends] = (),
) -> APIRouter:
    """One router with every screen's addresses. `largest_form` in bytes; a longer body is refused unread.

    `refuse` answers what web.refusals knows, and the face's `also`.
    """
    router = APIRouter(
        route_class=_refusing(refuse, (*SHOWN, *also)),
        include_in_schema=False,
        dependencies=list(dependencies),
        max_body_size=largest_form,
    )
    for screen in screens:
        screen.add_to(router)
    return router


def _refusing(refuse: Refuse, shown: tuple[type[Exception], ...]) -> type[APIRoute]:
    """A route class that turns refusals into the face's answers."""

    class RefusingRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handle_or_refuse(request: Request) -> Response:
                try:
                    return await handle(request)
                except shown as error:
                    return await refuse(request, error)

            return handle_or_refuse

    return RefusingRoute
