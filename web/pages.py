"""Pages of a face: the language of whoever asks, and its templates rendered in it."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse

PRIVATE = {"cache-control": "no-store"}
"""What a page shows is its visitor's own: no cache keeps it."""
_MOST_LANGUAGES = 20
"""So many languages of a browser are looked at."""


class FacePages:
    """Renders one face. `environments` are keyed by language, the town's own first; `cookie` remembers a choice."""

    def __init__(self, environments: Mapping[str, Environment], *, cookie: str | None = None) -> None:
        self._environments, self._cookie = environments, cookie

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._environments)

    def language_of(self, request: Request) -> str:
        """Asked for in the address, else remembered, else the browser's, else the town's own."""
        asked = [request.query_params.get("lang")]
        if self._cookie:
            asked.append(request.cookies.get(self._cookie))
        known = self.languages
        return next((code for code in (*asked, *_preferred(request)) if code in known), known[0]) or known[0]

    def html(self, template: str, language: str, values: Mapping[str, Any]) -> str:
        """A template in a language."""
        return self._environments[language].get_template(template).render(values)


def see_other(address: str) -> RedirectResponse:
    """After a form: the browser fetches this address, and reloading it posts nothing again."""
    return RedirectResponse(address, 303, headers=PRIVATE)


def _preferred(request: Request) -> list[str]:
    """The browser's languages, most wanted first (RFC 9110 section 12.5.4), as two letters."""
    weighted = []
    accepted = request.headers.get("accept-language", "").split(",")[:_MOST_LANGUAGES]
    for position, part in enumerate(accepted):
        name, _, quality = part.partition(";q=")
        weighted.append((-_number(quality), position, name.strip()[:2].lower()))
    return [name for _, _, name in sorted(weighted)]


def _number(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
