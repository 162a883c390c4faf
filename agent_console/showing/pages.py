"""Pages and parts of pages, rendered in the language of the member of staff; refusals as friendly pages."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import SignInNeeded
from agent_console.access.gate import HOME, Gate, Visit
from agent_console.showing.case_links import link_references
from agent_console.showing.labels import Labels
from web.pages import PRIVATE, FacePages
from web.refusals import refusal_of

GO_HEADER = "x-guichet-go"


class Pages(FacePages):
    """Renders for one console."""

    def __init__(self, deps: ConsoleDeps, gate: Gate) -> None:
        super().__init__(deps.environments)
        self._deps = deps
        self.gate = gate
        self._labels = {
            language: Labels(deps.words, deps.town, language, deps.zone, deps.clock) for language in deps.languages
        }

    def labels(self, language: str) -> Labels:
        return self._labels[language]

    def render(self, template: str, visit: Visit | None, language: str, **values: Any) -> str:
        """A template with what every page knows: who is there, the moment, the words for codes."""
        common = {
            "visit": visit,
            "town_name": self._deps.town.name,
            "accent": self._deps.accent,
            "now": self._deps.clock.now(),
            "labels": self._labels[language],
            "languages": self.languages,
            "csrf_token": visit.csrf_token if visit else "",
            "link_references": link_references,
        }
        return self.html(template, language, common | values)

    def page(self, visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
        """A whole page, or the parts of one."""
        html = self.render(template, visit, visit.language, **values)
        return HTMLResponse(html, status, headers=PRIVATE)

    def open_page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page for somebody who is not signed in, in their browser's language."""
        html = self.render(template, None, self.language_of(request), **values)
        return HTMLResponse(html, status, headers=PRIVATE)

    def text(self, language: str, key: str, **values: Any) -> str:
        return self._deps.words.text(language, key, **values)

    def refusal_text(self, language: str, error: Exception) -> str:
        """What is wrong and how to mend it."""
        refusal = refusal_of(error)
        return self.text(language, f"refused.{refusal.key}.text", holder=getattr(error, "holder", ""))

    def go(self, request: Request, path: str, *, done: str | None = None) -> Response:
        """To another page, with a word on what was done; a script is told where to go instead."""
        if done:
            path += ("&" if "?" in path else "?") + urlencode({"done": done})
        if "x-guichet" in request.headers:
            return Response(status_code=204, headers={GO_HEADER: path})
        return RedirectResponse(path, 303)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The page that tells a refusal, for requests that have no better place to show it."""
        if isinstance(error, SignInNeeded):
            return self._to_sign_in(request, error)
        visit = await self.gate.find_visit(request)
        visit = await self.gate.with_alarms(visit) if visit else None
        language = visit.language if visit else self.language_of(request)
        refusal = refusal_of(error)
        text = self.text(language, f"refused.{refusal.key}.text", holder=getattr(error, "holder", ""))
        title = self.text(language, f"refused.{refusal.key}.title")
        template = "refusal_part.html" if "x-guichet" in request.headers else "refusal.html"
        html = self.render(template, visit, language, title_text=title, text=text, key=refusal.key, home=HOME)
        return HTMLResponse(html, refusal.status, headers=PRIVATE)

    def _to_sign_in(self, request: Request, error: SignInNeeded) -> Response:
        ended = self.gate.cookie in request.cookies or request.method == "POST" or "x-guichet" in request.headers
        query = {"next": error.back if error.back != HOME else None, "ended": "1" if ended else None}
        path = with_query(f"{HOME}/sign-in", **query)
        if "x-guichet" in request.headers or "hx-request" in request.headers:
            # A script cannot follow a redirection to another page: it is told where the page must go.
            return Response(status_code=401, headers={GO_HEADER: path, "hx-redirect": path})
        return RedirectResponse(path, 303)


def with_query(path: str, **values: str | None) -> str:
    """The path with these query values; None leaves one out."""
    kept = {name: value for name, value in values.items() if value}
    return f"{urlsplit(path).path}?{urlencode(kept)}" if kept else urlsplit(path).path
