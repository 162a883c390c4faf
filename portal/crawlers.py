"""What machines ask of every site without being told to: robots.txt and an icon."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from portal.deps import PortalDeps

_ROBOTS = """\
User-agent: *
Disallow: /chat
Disallow: /suivi
Disallow: /console
Disallow: /channels/
"""
"""The home page may be found; what is somebody's own is nobody's to list."""


class ForMachines:
    """`/robots.txt` and `/favicon.ico`."""

    def __init__(self, deps: PortalDeps) -> None:
        self._deps = deps

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/robots.txt", self.robots, methods=["GET"])
        router.add_api_route("/favicon.ico", self.favicon, methods=["GET"])

    async def robots(self) -> Response:
        return PlainTextResponse(_ROBOTS)

    async def favicon(self) -> Response:
        return RedirectResponse(self._deps.icon, 307)
