"""Who is asking: the visitor's signed cookie and the follow-up session."""

import secrets
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from portal.deps import PortalDeps

VISITOR_COOKIE = "guichet_visitor"
VISITOR_LIFE = 180 * 24 * 3600
FOLLOW_UP_COOKIE = "guichet_followup"


def refuse_other_sites(request: Request) -> None:
    """Raises 403 for a form that another site made this browser post; every browser names where a post comes from."""
    if request.method in ("GET", "HEAD"):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise HTTPException(403)
    if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)


def visitor_of(request: Request, deps: PortalDeps) -> str | None:
    """The visitor whose cookie we signed, or None."""
    return deps.read_visitor(request.cookies.get(VISITOR_COOKIE, ""))


def new_visitor() -> str:
    return secrets.token_urlsafe(16)


def follow_up_token(request: Request) -> str | None:
    """The secret of a follow-up session, unchecked: the store knows whether it is any good."""
    return request.cookies.get(FOLLOW_UP_COOKIE) or None


def caller(request: Request) -> str:
    """What attempts are counted by when nobody is known: the network address."""
    return request.client.host if request.client else "unknown"
