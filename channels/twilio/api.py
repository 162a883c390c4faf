"""Twilio's HTTP API through its official client, carried by a pooled aiohttp session to the configured base.

Twilio's own asynchronous transport warns of deprecation at each request; a blocking one costs a thread hop.
"""

import logging
from base64 import b64encode
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from channels.errors import (
    AddressRefused,
    ContentRefused,
    CredentialsRefused,
    OptedOutAtProvider,
    ProviderUnavailable,
    RateLimited,
    SendError,
)

if TYPE_CHECKING:
    from twilio.rest import Client

PUBLIC_BASE = "https://api.twilio.com"
_LONGEST_PAUSE = 3600.0

# https://www.twilio.com/docs/api/errors
_ADDRESS_CODES = frozenset(
    {
        21211,  # not a valid number
        21214,  # cannot be reached
        21217,  # does not look like a number
        21408,  # no permission for this region
        21612,  # not reachable from this sender
        21614,  # not a mobile number
        30003,  # handset unreachable
        30004,  # blocked
        30005,  # unknown handset
        30006,  # landline or unreachable carrier
    }
)
OPT_OUT_CODE = 21610  # the resident has told Twilio STOP
_CREDENTIAL_CODES = frozenset({20003, 20404, 21603, 21606, 21659, 21660})  # account, token or sender number
_RATE_CODES = frozenset({20429, 14107, 21611, 30022})


class PooledTransport(AsyncHttpClient):  # type: ignore[misc]  # twilio is not typed
    """Carries the official client's requests; keeps connections alive between them.

    Raises SendError itself where the answer says nothing that the official client could read.
    """

    def __init__(self, api_base: str, auth: tuple[str, str], *, connections: int, timeout: float) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout)
        self._base = api_base.rstrip("/")
        self._authorization = "Basic " + b64encode(":".join(auth).encode()).decode()
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Response:
        sent_headers = {**(headers or {}), "Authorization": self._authorization}
        query = {name: str(value) for name, value in (params or {}).items()}
        body = urlencode(data, doseq=True) if data else None
        try:
            async with self.session().request(
                method, self._at_base(url), params=query, data=body, headers=sent_headers, allow_redirects=False
            ) as answer:
                text = await answer.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ProviderUnavailable(type(error).__name__, accepted="no") from error
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        _refuse_unreadable(answer.status, text, answer.headers)
        return Response(answer.status, text, answer.headers)

    def session(self) -> aiohttp.ClientSession:
        """The shared session, opened at first use because it belongs to the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=self.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    @property
    def authorization(self) -> str:
        return self._authorization

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _at_base(self, url: str) -> str:
        return self._base + url.removeprefix(PUBLIC_BASE) if url.startswith(PUBLIC_BASE) else url


def connect(account_sid: str, token: str, transport: PooledTransport) -> "Client":
    """The official client over this transport; its library is loaded at the first send."""
    from twilio.rest import Client

    # Without an environment of its own the client would read the process's: TWILIO_EDGE and the like.
    return Client(account_sid, token, http_client=transport, environment={"TWILIO_EDGE": ""})


def _refuse_unreadable(status: int, text: str, headers: Mapping[str, str]) -> None:
    """Raises for what concerns the connection rather than the message."""
    pause = _pause(headers)
    if status >= 500:
        raise ProviderUnavailable(f"HTTP {status}", retry_after=pause, accepted="unlikely")
    if status == 429:
        raise RateLimited("HTTP 429", retry_after=pause)
    if status < 300 and not text.lstrip().startswith("{"):
        raise ProviderUnavailable(f"unreadable answer, HTTP {status}")


def _pause(headers: Mapping[str, str]) -> float | None:
    """Seconds asked for by Retry-After; dates and nonsense count as not asked."""
    try:
        seconds = float(headers["Retry-After"])
    except (KeyError, ValueError):
        return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if isfinite(seconds) else None


def error_from(error: TwilioException) -> SendError:
    """The edge's error for a refusal read by the official client."""
    status = int(getattr(error, "status", 0) or 0)
    code = int(getattr(error, "code", 0) or 0)
    detail = f"Twilio {code or status}: {getattr(error, 'msg', None) or getattr(error, 'title', '')}"
    if code in _RATE_CODES:
        return RateLimited(detail)
    if code == OPT_OUT_CODE:
        return OptedOutAtProvider(detail)
    if code in _ADDRESS_CODES:
        return AddressRefused(detail)
    if status in (401, 403, 404) or code in _CREDENTIAL_CODES:
        return CredentialsRefused(detail)
    if 400 <= status < 500:
        return ContentRefused(detail)
    return ProviderUnavailable(detail, accepted="no" if 300 <= status < 400 else "perhaps")
