"""A provider that accepts every message at once and tells nothing later: for when the sandbox would be the bottleneck.

Takes the sandbox's options and writes the same journal: `python -m benchmarks.support.light_provider --port N ...`.
"""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs

_NUMBERS = count(1)


class Provider(asyncio.Protocol):
    """Answers one kept-alive connection."""

    journal: IO[str]

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
            if len(rest) < length:
                return
            self._received = rest[length:]
            self._answer(head, rest[:length])

    def _answer(self, head: bytes, body: bytes) -> None:
        answer = accept(body) if head.startswith(b"POST") else {"messages": [], "next_page_uri": None}
        if head.startswith(b"POST"):
            line = {
                "sid": answer["sid"],
                "to": answer["to"],
                "body": answer["body"],
                "callback": answer["status_callback"],
                "at": datetime.now(UTC).isoformat(),
            }
            self.journal.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.journal.flush()
        content = json.dumps(answer).encode()
        status = b"201 Created" if head.startswith(b"POST") else b"200 OK"
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(content)).encode() + b"\r\n\r\n" + content
        )  # fmt: skip


def accept(body: bytes) -> dict[str, Any]:
    """The message resource the provider gives back."""
    form = parse_qs(body.decode())
    return {
        "sid": f"SM{next(_NUMBERS):032x}",
        "status": "queued",
        "to": form["To"][0],
        "from": form["From"][0],
        "body": form["Body"][0],
        "direction": "outbound-api",
        "num_segments": "1",
        "num_media": "0",
        "error_code": None,
        "status_callback": form.get("StatusCallback", [""])[0],
    }


async def serve(port: int, journal: Path) -> None:
    with journal.open("a", encoding="utf-8") as Provider.journal:
        server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", port)
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    given, _ = parser.parse_known_args()
    asyncio.run(serve(given.port, given.journal))


if __name__ == "__main__":
    main()
