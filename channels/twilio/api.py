"""Twilio's HTTP API through its official client, carried by our own HTTP client to the configured base.

Twilio's own asynchronous transport warns of deprecation at each request; a blocking one costs a thread hop.
"""

import logging
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from channels.errors import (
    AddressRefused,
    CredentialsRefused,
    OptedOutAtProvider,
    ProviderUnavailable,
    RateLimited,
    SendError,
)
from channels.http import ProviderClient, refusal_of

if TYPE_CHECKING:
    from twilio.rest import Client

PUBLIC_BASE = "https://api.twilio.com"

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


class TwilioTransport(AsyncHttpClient):  # type: ignore[misc]  # twilio is not typed
    """Carries the official client's requests to the configured base.

    Raises SendError itself where the answer says nothing that the official client could read.
    """

    def __init__(self, client: ProviderClient, api_base: str, authorization: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._client = client
        self._base = api_base.rstrip("/")
        self._authorization = authorization

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Response:
        answer = await self._client.request(
            method,
            self._at_base(url),
            headers={**(headers or {}), "Authorization": self._authorization},
            params={name: str(value) for name, value in (params or {}).items()},
            data=urlencode(data, doseq=True) if data else None,
        )
        if answer.status < 300 and not answer.text.lstrip().startswith("{"):
            raise ProviderUnavailable(f"unreadable answer, HTTP {answer.status}")
        return Response(answer.status, answer.text, answer.headers)

    def _at_base(self, url: str) -> str:
        return self._base + url.removeprefix(PUBLIC_BASE) if url.startswith(PUBLIC_BASE) else url


def basic(account_sid: str, token: str) -> str:
    """The Authorization header of an account."""
    return "Basic " + b64encode(f"{account_sid}:{token}".encode()).decode()


def connect(account_sid: str, token: str, transport: TwilioTransport) -> "Client":
    """The official client over this transport; its library is loaded at the first send."""
    from twilio.rest import Client

    # Without an environment of its own the client would read the process's: TWILIO_EDGE and the like.
    return Client(account_sid, token, http_client=transport, environment={"TWILIO_EDGE": ""})


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
    if code in _CREDENTIAL_CODES:
        return CredentialsRefused(detail)
    return refusal_of(status, detail)
