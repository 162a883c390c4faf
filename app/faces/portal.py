"""Hands the residents' pages what they need, and gives every problem its page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.faces.follow_up import FollowUp
from app.pages.assets import Assets
from app.pages.faces import face_templates, face_words
from app.pages.town_pages import find_pictures, lay_page_words
from app.wiring import Product, visitor_keys
from channels.webchat.visitors import read_visitor_by, sign_visitor
from kit.catalogues import Wordings
from portal.deps import Opening, PortalDeps, PortalSettings, PortalTown, TeamContact
from portal.responses import PortalPages
from portal.routes import build_router
from services.town_hall.open_places import closes_at, is_open, next_opening

_FOR_MACHINES = ("/channels/", "/api/", "/livez", "/readyz", "/metrics")
_MAY_BE_FRAMED = "/chat"


def install(app: FastAPI, product: Product, assets: Assets) -> None:
    """The pages at `/`, and the problem pages of the whole product."""
    words = lay_page_words(product.town.files, face_words("portal", product.town.city.languages))[0]
    templates = face_templates(
        "portal", words=words, asset=assets.url, zone=product.town.city.timezone, globals_=_globals(product)
    )
    icon = assets.url(str(find_pictures(product.town.files).named()["town_icon"]))
    deps = _deps(product, words, templates, icon)
    pages = PortalPages(deps)
    app.include_router(build_router(deps, pages))
    _install_problem_pages(app, pages)


def frame_ancestors(path: str) -> str:
    """Only the chat may stand in a frame, and then on any of the town's sites."""
    return "*" if path == _MAY_BE_FRAMED else "'none'"


def _globals(product: Product) -> dict[str, Any]:
    city = product.town.city
    return {
        "town": _town(product),
        "demo": not product.settings.is_production,
        "languages": city.languages,
        **find_pictures(product.town.files).named(),
    }


def _deps(product: Product, words: Wordings, templates: Mapping[str, Environment], icon: str) -> PortalDeps:
    keys = visitor_keys(product.settings)
    follow_up = FollowUp(product, words)
    return PortalDeps(
        store=product.store,
        templates=templates,
        words=words,
        town=_town(product),
        services=product.town.services,
        service_as_of=product.town.service_as_of,
        settings=PortalSettings(
            demo=not product.settings.is_production,
            secure_cookies=product.settings.base_url.startswith("https://"),
            public_host=product.settings.public_host,
            reference_prefix=product.town.city.prefix,
            embed_origins=product.settings.framing_sites,
        ),
        feed=product.feed,
        presence=product.presence,
        limiter=product.limiter,
        clock=product.clock,
        stopping=product.stopping,
        sign_visitor=lambda visitor: sign_visitor(keys[0], visitor),
        read_visitor=lambda cookie: read_visitor_by(keys, cookie),
        request_code=follow_up.request_code,
        use_code=follow_up.use_code,
        answer_case=follow_up.answer_case,
        team=lambda code, language: _team(product, code, language),
        document_name=product.town.document_name,
        media_path=product.media.path,
        icon=icon,
    )


def _town(product: Product) -> PortalTown:
    town = product.town
    return PortalTown(
        name=town.city.name,
        languages=town.city.languages,
        zone=town.city.timezone,
        phone=town.city.phone,
        address=town.city.address,
        accent=town.city.accent,
        opening=lambda moment: _opening(product, moment),
        week=lambda language: town.opening.week(town.reception, language),
    )


def _opening(product: Product, moment: datetime) -> Opening:
    place, calendar = product.town.reception, product.town.calendar
    if is_open(place, moment, calendar):
        return Opening(True, until=closes_at(place, moment, calendar))
    return Opening(False, next=next_opening(place, moment, calendar))


def _team(product: Product, code: str, language: str) -> TeamContact:
    """A team that is gone leaves its cases to the town hall."""
    team = product.town.teams.get(code)
    if team is None:
        city = product.town.city
        return TeamContact(city.name, city.phone, city.address)
    return TeamContact(team.label(language), team.phone, team.address)


def _install_problem_pages(app: FastAPI, pages: PortalPages) -> None:
    """For addresses that no face has, and for faults of ours anywhere."""

    def answer(request: Request, status: int, detail: str) -> Response:
        if request.url.path.startswith(_FOR_MACHINES):
            return JSONResponse({"error": detail}, status)
        return pages.problem(request, status)

    async def http_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = answer(request, error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        return answer(request, 422, "the request cannot be read")

    async def unexpected(request: Request, error: Exception) -> Response:
        return answer(request, 500, "unexpected")

    async def hung_up(request: Request, error: Exception) -> Response:
        """The browser closed the connection while it was sending: 400, which is not logged as a fault."""
        return Response(status_code=400)

    app.add_exception_handler(ClientDisconnect, hung_up)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)
