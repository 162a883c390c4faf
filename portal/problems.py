"""The pages for what went wrong, in the resident's language: what it is, and what to do now."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from portal.deps import PortalDeps
from portal.responses import PortalPages

ProblemPage = Callable[[Request, int], Response]
_KNOWN = {403: "forbidden", 404: "missing", 413: "too_large", 429: "too_many", 503: "busy"}


def build_problem_page(deps: PortalDeps) -> ProblemPage:
    """A page for an HTTP status of 400 and above; the composition root calls it from its exception handlers."""
    pages = PortalPages(deps)

    def problem_page(request: Request, status: int) -> Response:
        kind = _KNOWN.get(status, "failed" if status >= 500 else "wrong")
        return pages.render(request, "problem.html", status=status, kind=kind, code=status)

    return problem_page
