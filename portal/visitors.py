"""Who is asking: the visitor's signed cookie and the follow-up session."""

import secrets
from collections.abc import Callable

import structlog
from fastapi import HTTPException, Request

from kit.origins import came_from_here
from portal.deps import PortalDeps

log = structlog.get_logger(__name__)

VISITOR_COOKIE = "guichet_visitor"
VISITOR_LIFE = 180 * 24 * 3600
FOLLOW_UP_COOKIE = "guichet_followup"


def other_sites_refused(public_host: str) -> Callable[[Request], None]:
    """A dependency that raises 403 for a form that another site made this browser post."""

    def refuse_other_sites(request: Request) -> None:
        if request.method not in ("GET", "HEAD") and not came_from_here(request.headers, public_host):
            log.warning("cross_site_refused", origin=request.headers.get("origin"), host=request.headers.get("host"))
            raise HTTPException(403)

    return refuse_other_sites


def visitor_of(request: Request, deps: PortalDeps) -> str | None:
    """The visitor whose cookie we signed, or None."""
    return deps.read_visitor(request.cookies.get(VISITOR_COOKIE, ""))


def new_visitor() -> str:
    return secrets.token_urlsafe(16)


def follow_up_token(request: Request) -> str | None:
    """The secret of a follow-up session, unchecked: the store knows whether it is any good."""
    return request.cookies.get(FOLLOW_UP_COOKIE) or None


def caller(request: Request) -> str:
    """The network address, by which attempts of unknown browsers are counted."""
    return request.client.host if request.client else "unknown"
