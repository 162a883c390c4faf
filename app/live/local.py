"""Hints between processes that share a data directory: on SQLite, without Redis, a worker may run apart.

Each process listens on a loopback port of its own and leaves its number, with a word only the directory's owner can
read, under the name of its role. A datagram that gets lost is found by the sweep, like any lost hint.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.live.memory import RESYNC, MemoryBus
from kit.ports import Hint

_LARGEST = 32_000
_LOOK_AGAIN = 1.0


class LocalBus(MemoryBus):
    """A MemoryBus whose hints also go to the other roles' processes."""

    def __init__(self, folder: Path, role: str) -> None:
        super().__init__()
        self._folder, self._role = folder, role
        self._word = secrets.token_urlsafe(16)
        self._transport: asyncio.DatagramTransport | None = None
        self._peers: list[tuple[int, str]] = []
        self._looked = 0.0

    def publish(self, hints: Sequence[Hint]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, tuple(hints))

    async def run(self) -> None:
        """Listens until cancelled."""
        self._loop = asyncio.get_running_loop()
        transport, _ = await self._loop.create_datagram_endpoint(lambda: _Ear(self._heard), local_addr=("127.0.0.1", 0))
        self._transport = transport
        sign = self._folder / self._role
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sign.touch(mode=0o600)
            sign.write_text(f"{transport.get_extra_info('sockname')[1]} {self._word}")
            await asyncio.get_running_loop().create_future()
        finally:
            sign.unlink(missing_ok=True)
            self._transport = None
            transport.close()

    def _publish(self, hints: Sequence[Hint]) -> None:
        self.offer(hints)
        if self._transport is None:
            return
        for port, word in self._others():
            letter = json.dumps([word, hints]).encode()
            if len(letter) > _LARGEST:
                letter = json.dumps([word, [RESYNC]]).encode()
            self._transport.sendto(letter, ("127.0.0.1", port))

    def _others(self) -> list[tuple[int, str]]:
        """Where the other roles listen; looked up once a second, since processes come and go."""
        if time.monotonic() - self._looked > _LOOK_AGAIN:
            self._looked = time.monotonic()
            signs = [path for path in self._folder.iterdir() if path.name != self._role]
            self._peers = [peer for path in signs if (peer := _read_sign(path)) is not None]
        return self._peers

    def _heard(self, letter: bytes) -> None:
        """Anybody on this machine can write to a port: what does not carry our word is nothing."""
        try:
            word, hints = json.loads(letter)
            known = isinstance(word, str) and secrets.compare_digest(word.encode(), self._word.encode())
            heard = [(str(topic), dict(payload)) for topic, payload in hints] if known else []
        except (ValueError, TypeError, RecursionError):
            return
        self.offer(heard)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._heard(data)

    def error_received(self, exc: Exception) -> None:
        """A process that has ended cannot hear; its successor leaves a new number."""


def _read_sign(path: Path) -> tuple[int, str] | None:
    try:
        port, word = path.read_text().split()
        return int(port), word
    except (OSError, ValueError):
        return None
