"""The residents' home: what can be done here, in plain words."""

from fastapi import APIRouter, Request, Response

from kit.text import fold
from portal.chat import first_phrase
from portal.chat_feed import new_client_id
from portal.deps import PortalDeps
from portal.responses import PortalPages
from services.declarations.declaration import Service

_ICONS = {
    "report.pothole": "traffic-cone",
    "report.illegal_dumping": "trash-2",
    "report.street_light": "lightbulb",
    "request.birth_certificate": "baby",
    "request.bulky_collection": "sofa",
    "request.parking_permit": "square-parking",
}


class HomePage:
    """`/`."""

    def __init__(self, deps: PortalDeps, pages: PortalPages) -> None:
        self._deps, self._pages = deps, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/", self.show, methods=["GET"])

    async def show(self, request: Request, left: bool = False) -> Response:
        """The services to choose from and the opening hours; `left` thanks who has just left the chat."""
        language = self._pages.language_of(request)
        return self._pages.render(
            request,
            "home.html",
            tasks={kind: self._tasks(kind, language) for kind in ("report", "request")},
            week=self._deps.town.week(language),
            left=left,
            new_client_id=new_client_id,
        )

    def _tasks(self, kind: str, language: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """The lines of the services that are asked for most, and those of the others by their name."""
        services = [each for each in self._deps.services.values() if each.kind == kind]
        often = [each for each in services if each.common] or services
        rare = [_task(self._deps, each, language) for each in services if each not in often]
        return [_task(self._deps, each, language) for each in often], sorted(rare, key=lambda task: fold(task["title"]))


def _task(deps: PortalDeps, service: Service, language: str) -> dict[str, str]:
    """A service as a line to choose: the words residents use, else the catalogue's name for it."""
    title, hint = f"services.{service.code}.title", f"services.{service.code}.hint"
    has_words = deps.words.has(language, title)
    return {
        "phrase": first_phrase(deps, language, service.code),
        "title": deps.words.text(language, title) if has_words else service.names.on(language),
        "hint": deps.words.text(language, hint) if deps.words.has(language, hint) else "",
        "icon": _ICONS.get(service.code, "message-circle" if service.kind == "report" else "file-text"),
    }
