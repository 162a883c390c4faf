"""Residents' text messages as the provider posts them: signed, over kept-alive connections, tried until accepted.

Plain protocol code: the generator shares the machine with what it measures.
"""

import asyncio
import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

PATH = "/channels/sms/inbound"
_RETRY_AFTER = 0.2


def signature(url: str, fields: Mapping[str, str], token: str) -> str:
    """Twilio's (https://www.twilio.com/docs/usage/security#validating-requests)."""
    signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class _Connection(asyncio.Protocol):
    """One request at a time; the result is the status, 0 when the connection broke."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) >= int(length or b"0"):
            self._received = b""
            self._settle(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self._settle(0)

    def _settle(self, status: int) -> None:
        if self.answer and not self.answer.done():
            self.answer.set_result(status)


class Gateway:
    """Posts to the product's processes in turn. `refused` counts answers other than 200, by status."""

    def __init__(self, ports: Sequence[int], *, public_url: str, account_sid: str, token: str, number: str) -> None:
        self._ports = list(ports)
        self._url = public_url + PATH
        self._account_sid, self._token, self._number = account_sid, token, number
        self._idle: dict[int, list[_Connection]] = {port: [] for port in ports}
        self._next = 0
        self.refused: defaultdict[int, int] = defaultdict(int)

    async def deliver(self, sid: str, sender: str, text: str) -> int:
        """Until it is accepted, as providers do; gives how many tries it took."""
        request = self._request(sid, sender, text)
        tries = 1
        while (status := await self._post(request)) != 200:
            self.refused[status] += 1
            tries += 1
            await asyncio.sleep(_RETRY_AFTER)
        return tries

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                if connection.transport:
                    connection.transport.close()

    def _request(self, sid: str, sender: str, text: str) -> bytes:
        fields = {
            "AccountSid": self._account_sid,
            "Body": text,
            "From": sender,
            "MessageSid": sid,
            "NumMedia": "0",
            "SmsStatus": "received",
            "To": self._number,
        }
        body = urlencode(fields).encode()
        head = [
            f"POST {PATH} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/x-www-form-urlencoded",
            f"X-Twilio-Signature: {signature(self._url, fields, self._token)}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    async def _post(self, request: bytes) -> int:
        port = self._ports[self._next % len(self._ports)]
        self._next += 1
        loop = asyncio.get_running_loop()
        connection = await self._connected(port)
        if connection is None or connection.transport is None:
            return 0
        connection.answer = loop.create_future()
        connection.transport.write(request)
        status = await connection.answer
        if connection.transport is not None:
            self._idle[port].append(connection)
        return status

    async def _connected(self, port: int) -> _Connection | None:
        idle = self._idle[port]
        while idle:
            connection = idle.pop()
            if connection.transport is not None:
                return connection
        try:
            _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
        except OSError:
            return None
        return connection
