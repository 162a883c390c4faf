"""The residents' home: what can be done here, in plain words."""

from fastapi import APIRouter, Request, Response

from portal.chat import first_phrase
from portal.chat_feed import new_client_id
from portal.deps import PortalDeps
from portal.responses import Pages
from services.declaration import Service

_ICONS = {
    "report.pothole": "traffic-cone",
    "report.illegal_dumping": "trash-2",
    "report.street_light": "lightbulb",
    "request.birth_certificate": "baby",
    "request.bulky_collection": "sofa",
    "request.parking_permit": "square-parking",
}


def build_router(deps: PortalDeps, pages: Pages) -> APIRouter:
    """`/`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home(request: Request, left: bool = False) -> Response:
        language = pages.language(request)
        return pages.render(
            request,
            "home.html",
            reports=[_task(deps, service, language) for service in deps.services.values() if service.kind == "report"],
            requests=[
                _task(deps, service, language) for service in deps.services.values() if service.kind == "request"
            ],
            week=deps.town.week(language),
            left=left,
            new_client_id=new_client_id,
        )

    return router


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
