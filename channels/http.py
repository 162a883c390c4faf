"""The one outgoing HTTP client of the channels: time limits, what a status means, pauses asked for, no secret told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import aiohttp

from channels.errors import (
    ContentRefused,
    CredentialsRefused,
    MediaError,
    ProviderUnavailable,
    RateLimited,
    SendError,
)

_LONGEST_PAUSE = 3600.0
_LONGEST_DETAIL = 300
_KEEP_ALIVE_SECONDS = 30
_CHUNK = 65_536
_HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered. Header names are read in any case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def read_object(self) -> dict[str, Any]:
        """The JSON object in it. Raises ProviderUnavailable for anything else: perhaps it was accepted."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ProviderUnavailable(f"unreadable answer, HTTP {self.status}")
        return found


@dataclass(frozen=True, slots=True)
class File:
    """What was fetched from one address: the bytes, or where to ask instead (`location`)."""

    content: bytes = b""
    content_type: str = ""
    location: str | None = None


FindPause = Callable[[Answer], float | None]
"""The seconds that a provider asks to be left alone."""


def read_pause(answer: Answer) -> float | None:
    """Seconds asked for by Retry-After, an hour at most; dates and nonsense count as not asked."""
    try:
        seconds = float(answer.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if isfinite(seconds) else None


def refusal_of(status: int, detail: str) -> SendError:
    """What an answer of 300 to 499 means where its provider says nothing more precise."""
    if status in (401, 403, 404, 405, 407):
        # An address that is not there, or takes no message, is a wrong setting as a wrong key is.
        return CredentialsRefused(detail)
    if 400 <= status < 500:
        return ContentRefused(detail)
    return ProviderUnavailable(detail, accepted="no" if 300 <= status < 400 else "perhaps")


class ProviderClient:
    """Keeps connections to one provider. `timeout` in seconds, for a whole exchange; redirects are never followed.

    `secrets` are taken out of every error it raises. `find_pause` is for providers that ask for a pause in their body.
    """

    def __init__(
        self,
        *,
        timeout: float,
        connections: int = 32,
        secrets: tuple[str, ...] = (),
        find_pause: FindPause = read_pause,
    ) -> None:
        self._timeout = timeout
        self._connections = connections
        self._secrets = tuple(filter(None, secrets))
        self._find_pause = find_pause
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        data: str | bytes | None = None,
    ) -> Answer:
        """The provider's answer where it concerns the message: below 500, and not 429.

        Raises RateLimited and ProviderUnavailable for what concerns the connection.
        """
        try:
            async with self._connected().request(
                method, url, headers=headers, params=params, data=data, allow_redirects=False
            ) as found:
                answer = Answer(found.status, found.headers, await found.text())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise ProviderUnavailable(self.redact(error), accepted="no") from None
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
            raise ProviderUnavailable(self.redact(error)) from None
        self._refuse_trouble(answer)
        return answer

    async def post(self, url: str, body: str | bytes, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object that a provider answers; a signature holds for these very bytes.

        Raises SendError for every status but 2xx.
        """
        answer = await self.request("POST", url, data=body, headers=headers)
        if not 200 <= answer.status < 300:
            raise refusal_of(answer.status, self.redact(f"HTTP {answer.status}: {answer.text}"))
        return answer.read_object()

    async def post_json(self, url: str, body: object, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """As `post`, of an object."""
        return await self.post(url, json.dumps(body), headers={**(headers or {}), "Content-Type": "application/json"})

    async def fetch(self, url: str, *, limit: int, headers: Mapping[str, str] | None = None) -> File:
        """The file at an address, `limit` bytes at most, or where it is now. Raises MediaError."""
        try:
            async with self._connected().get(url, headers=headers, allow_redirects=False) as found:
                if found.status in (301, 302, 303, 307, 308):
                    return File(location=found.headers.get("Location", ""))
                _refuse_file(found.status)
                return File(await _read(found, limit), found.content_type)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaError("unavailable", retryable=True, detail=self.redact(error)) from None

    def redact(self, told: str | Exception) -> str:
        """What may stand in an error or a log: without our secrets, and not longer than a few lines."""
        text = f"{type(told).__name__} {told}".strip() if isinstance(told, Exception) else told
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text[:_LONGEST_DETAIL]

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _connected(self) -> aiohttp.ClientSession:
        """The shared session, opened at first use because it belongs to the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _refuse_trouble(self, answer: Answer) -> None:
        if answer.status >= 500:
            detail = f"HTTP {answer.status}"
            raise ProviderUnavailable(detail, retry_after=self._find_pause(answer), accepted="unlikely")
        if answer.status == 429:
            raise RateLimited("HTTP 429", retry_after=self._find_pause(answer))


def _refuse_file(status: int) -> None:
    if status in (401, 403):
        raise MediaError("credentials", retryable=True, detail=f"HTTP {status}")
    if status in (404, 410):
        # Twilio announces a picture a little before its store can give it.
        raise MediaError("gone", retryable=status == 404, detail=f"HTTP {status}")
    if status != 200:
        raise MediaError("unavailable", retryable=True, detail=f"HTTP {status}")


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise MediaError("too_large", detail=f"more than {limit} bytes")
    return bytes(content)
