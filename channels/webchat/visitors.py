"""The signed cookie by which a browser owns its conversation."""

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256

COOKIE = "guichet_visitor"
_VISITOR = re.compile(r"[A-Za-z0-9_-]{8,64}")


def sign_visitor(key: str, visitor_id: str) -> str:
    """The cookie's value for a visitor. Raises ValueError for an id outside 8-64 letters, digits, - and _."""
    if not _VISITOR.fullmatch(visitor_id):
        raise ValueError("a visitor id is made of 8 to 64 letters, digits, - or _")
    return f"{visitor_id}.{_signature(key, visitor_id)}"


def read_visitor(key: str, cookie: str) -> str | None:
    """The visitor's id, or None where the cookie is not one that this key signed."""
    visitor_id, _, signature = cookie.partition(".")
    good = _VISITOR.fullmatch(visitor_id) and hmac.compare_digest(
        signature.encode(errors="replace"), _signature(key, visitor_id).encode()
    )
    return visitor_id if good else None


def read_visitor_by(keys: Sequence[str], cookie: str) -> str | None:
    """The visitor's id, or None where none of the keys signed the cookie."""
    return next((visitor for key in keys if key and (visitor := read_visitor(key, cookie))), None)


def visitor_of(cookie_header: str, keys: Sequence[str]) -> str | None:
    """The visitor named by a request's Cookie header, signed by any of the keys (for rotation)."""
    pairs = (part.strip().partition("=") for part in cookie_header.split(";"))
    values = [value for name, _, value in pairs if name == COOKIE]
    signed = (read_visitor_by(keys, value) for value in values)
    return next((visitor for visitor in signed if visitor), None)


def _signature(key: str, visitor_id: str) -> str:
    return hmac.new(key.encode(), f"{COOKIE}:{visitor_id}".encode(), sha256).hexdigest()
