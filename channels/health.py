"""Whether a provider is there, as far as can be told without sending anything."""

import asyncio
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443, "smtp": 25, "smtps": 465}
_PATIENCE_SECONDS = 3.0


async def await_answer(url: str) -> str:
    """ "host:port answers" for the server of an address. Raises ConnectionError, which names the place."""
    where = urlsplit(url)
    host, port = where.hostname or "", where.port or _PORTS[where.scheme]
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "no answer"
        raise ConnectionError(f"{host}:{port} cannot be reached: {reason}") from None
    writer.close()
    return f"{host}:{port} answers"
