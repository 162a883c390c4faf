"""Who is asking: the visitor's signed cookie and the follow-up session."""

import secrets

from fastapi import Request

from portal.deps import PortalDeps

VISITOR_COOKIE = "guichet_visitor"
VISITOR_LIFE = 180 * 24 * 3600
FOLLOW_UP_COOKIE = "guichet_followup"
FOLLOW_UP_PATHS = ("/suivi", "/chat/attachments")


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
