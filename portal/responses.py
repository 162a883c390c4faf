"""How every residents' page leaves: its language, its headers, its cookies."""

import gzip
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kit.phones import format_phone
from kit.references import Reference
from kit.typography import NBSP
from portal.deps import PortalDeps

LANGUAGE_COOKIE = "guichet_language"
_YEAR = 365 * 24 * 3600
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
    "cache-control": "no-store",
}


def example_reference(deps: PortalDeps) -> str:
    """A reference that looks like those of the town's cases."""
    return str(Reference(deps.settings.reference_prefix, 2026, 4231))


class PortalPages:
    """Renders templates in the resident's language, with the headers that keep the pages safe."""

    def __init__(self, deps: PortalDeps) -> None:
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

    def language(self, request: Request) -> str:
        """Asked for in the address, else remembered, else the browser's, else the town's own."""
        known = self._deps.town.languages
        asked = request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
        return next((code for code in (*asked, *_preferred(request)) if code in known), known[0]) or known[0]

    def render(
        self, request: Request, template: str, *, status: int = 200, frame_ancestors: str = "'none'", **context: Any
    ) -> Response:
        """A page. Remembers a language chosen in the address."""
        language = self.language(request)
        page = self._deps.templates[language].get_template(template)
        moment = self._deps.clock.now()
        common = {"path": request.url.path, "now": moment, "opening": self._deps.town.opening(moment), **self._common}
        common["town_phone"] = format_phone(self._deps.town.phone, language).replace(" ", NBSP)
        html = page.render(common | context)
        response = HTMLResponse(html, status, headers=dict(_HEADERS))
        if "gzip" in request.headers.get("accept-encoding", ""):
            _compress(response)
        response.headers["content-security-policy"] = _POLICY.format(ancestors=frame_ancestors)
        response.headers["vary"] = "cookie, accept-language, accept-encoding"
        if request.query_params.get("lang") == language:
            self.remember(request, response, LANGUAGE_COOKIE, language, max_age=_YEAR)
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


def see_other(address: str) -> RedirectResponse:
    """After a form: the browser fetches this address, and reloading it posts nothing again."""
    return RedirectResponse(address, 303, headers={"cache-control": "no-store"})


def _preferred(request: Request) -> list[str]:
    """The browser's languages, most wanted first (RFC 9110 section 12.5.4), as two letters."""
    weighted = []
    for position, part in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        name, _, quality = part.partition(";q=")
        weighted.append((-_number(quality), position, name.strip()[:2].lower()))
    return [name for _, _, name in sorted(weighted)]


def _number(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
