"""How every residents' page leaves: its language, its headers, its cookies."""

import gzip
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.phones import format_phone
from kit.references import Reference
from kit.typography import NBSP
from portal.deps import PortalDeps
from web.pages import PRIVATE, FacePages
from web.refusals import refusal_of, refusal_of_status

LANGUAGE_COOKIE = "guichet_language"
_PROBLEMS = 400
_YEAR = 365 * 24 * 3600
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
    **PRIVATE,
}


def example_reference(deps: PortalDeps) -> str:
    """A reference that looks like those of the town's cases."""
    return str(Reference(deps.settings.reference_prefix, 2026, 4231))


class PortalPages(FacePages):
    """Renders templates in the resident's language, with the headers that keep the pages safe."""

    def __init__(self, deps: PortalDeps) -> None:
        super().__init__(deps.templates, cookie=LANGUAGE_COOKIE)
        self._deps = deps
        self._common = {
            "town_name": deps.town.name,
            "town_call": f"tel:{deps.town.phone}",
            "town_address": deps.town.address,
            "town_languages": deps.town.languages,
            "accent": deps.town.accent,
            "demo": deps.settings.demo,
            "max_text": deps.settings.max_text,
            "max_file_bytes": deps.settings.max_file_bytes,
            "example": example_reference(deps),
        }

    def render(
        self, request: Request, template: str, *, status: int = 200, frame_ancestors: str = "'none'", **context: Any
    ) -> Response:
        """A page. Remembers a language chosen in the address."""
        language = self.language_of(request)
        moment = self._deps.clock.now()
        common = {"path": request.url.path, "now": moment, "opening": self._deps.town.opening(moment), **self._common}
        common["town_phone"] = format_phone(self._deps.town.phone, language).replace(" ", NBSP)
        html = self.html(template, language, common | context)
        response = HTMLResponse(html, status, headers=dict(_HEADERS))
        if "gzip" in request.headers.get("accept-encoding", ""):
            _compress(response)
        response.headers["content-security-policy"] = _POLICY.format(ancestors=frame_ancestors)
        response.headers["vary"] = "cookie, accept-language, accept-encoding"
        if request.query_params.get("lang") == language:
            self.remember(request, response, LANGUAGE_COOKIE, language, max_age=_YEAR)
        return response

    def problem(self, request: Request, status: int, key: str | None = None) -> Response:
        """The page that tells what went wrong and what to do now, for a status of 400 and above."""
        known = key and self._deps.words.has(self.languages[0], f"problem.{key}.title")
        kind = key if known else refusal_of_status(status).key
        return self.render(request, "problem.html", status=status, kind=kind, code=status)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The answer to what was refused; the headers of an HTTP problem are kept."""
        refusal = refusal_of(error)
        headers = getattr(error, "headers", None) or {}
        if refusal.status < _PROBLEMS:  # no problem at all: such as 204 for a stream that has nothing to tell
            return Response(status_code=refusal.status, headers=headers)
        response = self.problem(request, refusal.status, refusal.key)
        response.headers.update(headers)
        return response

    def remember(self, request: Request, response: Response, name: str, value: str, *, max_age: int) -> None:
        """Sets a cookie that scripts cannot read and other sites cannot send.

        In a frame on another site browsers keep only a cookie of its own for that site (CHIPS), over https.
        """
        secure = self._deps.settings.secure_cookies
        if secure and _is_framed_elsewhere(request):
            response.headers.append("set-cookie", _partitioned(name, value, max_age))
            return
        response.set_cookie(name, value, max_age=max_age, httponly=True, samesite="lax", secure=secure)

    def forget(self, response: Response, name: str) -> None:
        """Takes a cookie back, also the one of a frame on another site."""
        response.delete_cookie(name)
        if self._deps.settings.secure_cookies:
            response.headers.append("set-cookie", _partitioned(name, "", 0))


def _is_framed_elsewhere(request: Request) -> bool:
    asked = request.headers.get("sec-fetch-dest"), request.headers.get("sec-fetch-site")
    return asked == ("iframe", "cross-site")


def _partitioned(name: str, value: str, max_age: int) -> str:
    """By hand: http.cookies knows the attribute from Python 3.14 on."""
    return f"{name}={value}; Max-Age={max_age}; Path=/; HttpOnly; SameSite=None; Secure; Partitioned"


def _compress(response: HTMLResponse) -> None:
    """Pages hold no secret beside what visitors type, so compressing them gives nothing away."""
    response.body = gzip.compress(bytes(response.body), 6, mtime=0)
    response.headers["content-length"] = str(len(response.body))
    response.headers["content-encoding"] = "gzip"
