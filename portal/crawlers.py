"""What machines ask of every site without being told to: robots.txt and an icon."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, RedirectResponse

_ROBOTS = """\
User-agent: *
Disallow: /chat
Disallow: /suivi
Disallow: /console
Disallow: /channels/
"""
"""The home page may be found; what is somebody's own is nobody's to list."""


def build_router(icon: Callable[[], str]) -> APIRouter:
    """`/robots.txt` and `/favicon.ico`, which leads to the address of `icon`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/robots.txt")
    async def robots() -> PlainTextResponse:
        return PlainTextResponse(_ROBOTS)

    @router.get("/favicon.ico")
    async def favicon() -> RedirectResponse:
        return RedirectResponse(icon(), 307)

    return router
