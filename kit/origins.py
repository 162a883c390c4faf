"""Whether a post was made by one of our own pages: browsers say where each one comes from."""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_OURS = frozenset({"same-origin", "none"})


def address_parts(address: str) -> SplitResult:
    """The parts of an address that a stranger wrote; all empty where it is none ("http://[")."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def came_from_here(headers: Mapping[str, str], public_host: str) -> bool:
    """False when another site's page made this browser send the request.

    `headers` have lower-case names; `public_host` is the town's name with its port, as residents call it. The Host
    header is accepted too, as a server may answer to several names; a proxy may not pass it, so it is not needed.
    A request that names no origin was not made by a page.
    """
    if site := headers.get("sec-fetch-site"):
        return site in _OURS
    origin = headers.get("origin")
    if origin is None:
        return True
    host = address_parts(origin).netloc
    return bool(host) and host in (public_host, headers.get("host"))
