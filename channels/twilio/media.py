"""Pictures that came with a message: fetched from the provider's hosts and from nowhere else."""

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

import aiohttp

from channels.errors import MediaError
from channels.twilio.api import PooledTransport

MAX_BYTES = 10_000_000
_MAX_REDIRECTS = 3


async def fetch(transport: PooledTransport, url: str, *, api_base: str, hosts: Collection[str]) -> tuple[bytes, str]:
    """The bytes and the stated content type. Raises MediaError.

    The token goes to the API's own host only; other `hosts` (Twilio redirects to its stores) are asked by https.
    """
    for _ in range(_MAX_REDIRECTS + 1):
        headers = _credentials(transport, url, api_base, hosts)
        try:
            async with transport.session().get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    url = urljoin(url, answer.headers.get("Location", ""))
                    continue
                _refuse(answer.status)
                return await _read(answer), answer.content_type
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MediaError("unavailable", retryable=True, detail=type(error).__name__) from error
    raise MediaError("forbidden", detail="too many redirects")


def _credentials(transport: PooledTransport, url: str, api_base: str, hosts: Collection[str]) -> dict[str, str]:
    """The headers for this address. Raises MediaError for any host but the provider's."""
    try:
        wanted, own = urlsplit(url), urlsplit(api_base)
    except ValueError as error:
        raise MediaError("forbidden", detail="not an address") from error
    if (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc):
        return {"Authorization": transport.authorization}
    if wanted.scheme == "https" and wanted.netloc in hosts:
        return {}
    raise MediaError("forbidden", detail="address outside the provider's hosts")


def _refuse(status: int) -> None:
    if status in (401, 403):
        raise MediaError("credentials", retryable=True, detail=f"HTTP {status}")
    if status in (404, 410):
        # Twilio announces a picture a little before its store can give it.
        raise MediaError("gone", retryable=status == 404, detail=f"HTTP {status}")
    if status != 200:
        raise MediaError("unavailable", retryable=True, detail=f"HTTP {status}")


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        content += chunk
        if len(content) > MAX_BYTES:
            raise MediaError("too_large", detail=f"more than {MAX_BYTES} bytes")
    return bytes(content)
