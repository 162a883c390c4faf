"""Five hundred web chats open on one process: memory and CPU of an idle chat, time to a live reply.

`python -m benchmarks.idle_chats [--chats 500] [--replies 100] [--idle 20]`. Every chat has said something and listens
to its stream; then residents drawn by lot write, one at a time, and hear the answer on theirs. One JSON object.
"""

import argparse
import asyncio
import json
import random
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from benchmarks.support import machine
from benchmarks.support.town import Town, new_town
from tests.support.processes import stop

_AT_ONCE = 4
_PATIENCE = 60.0


@dataclass
class Chat:
    """One browser: its cookie, and the answers that arrive on its stream."""

    cookie: str
    answers: "asyncio.Queue[float]" = field(default_factory=asyncio.Queue)
    heard: int = 0

    async def listen(self, port: int, opened: asyncio.Event) -> None:
        """Notes when each update with something of the town's in it arrives."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /chat/live?after={self.heard} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {self.cookie}\r\n\r\n"
        writer.write(head.encode())
        try:
            async for line in reader:
                if line.startswith(b"event: beat") or line.startswith(b": "):
                    opened.set()
                elif line.startswith(b"data: {"):
                    opened.set()
                    if json.loads(line[6:])["last"] > self.heard + 1:  # beyond the resident's own words
                        self.answers.put_nowait(time.perf_counter())
        finally:
            writer.close()


class Browsers:
    """The residents' side."""

    def __init__(self, town: Town) -> None:
        self._port = town.ports[0]
        self._web = httpx2.AsyncClient(base_url=town.public_url, timeout=_PATIENCE)
        self._said = 0

    async def new_chat(self) -> Chat:
        """A visitor who greets and is answered."""
        page = await self._web.get("/chat")
        chat = Chat(page.headers["set-cookie"].partition(";")[0])
        await self.say(chat, "Bonjour")
        while (last := await self.last(chat)) < 2:
            await asyncio.sleep(0.05)
        chat.heard = last
        return chat

    async def say(self, chat: Chat, text: str) -> None:
        self._said += 1
        self._web.cookies.clear()
        body = {"client_id": f"bench-{self._said:08d}", "text": text, "language": "fr"}
        answer = await self._web.post("/channels/webchat/inbound", json=body, headers={"cookie": chat.cookie})
        answer.raise_for_status()

    async def last(self, chat: Chat) -> int:
        self._web.cookies.clear()
        answer = await self._web.get("/chat/messages", headers={"cookie": chat.cookie})
        return int(answer.raise_for_status().json()["last"])

    async def listen(self, chat: Chat) -> "asyncio.Task[None]":
        opened = asyncio.Event()
        task = asyncio.create_task(chat.listen(self._port, opened))
        await asyncio.wait_for(opened.wait(), _PATIENCE)
        return task

    async def aclose(self) -> None:
        await self._web.aclose()


async def _gathered(count: int, browsers: Browsers) -> list[Chat]:
    """New chats, a few at a time."""
    chats: list[Chat] = []

    async def some() -> None:
        while len(chats) < count:
            chats.append(await browsers.new_chat())

    await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
    return chats[:count]


async def _live_reply(browsers: Browsers, chat: Chat) -> float:
    """Milliseconds from pressing "send" to the answer on the stream."""
    while not chat.answers.empty():
        chat.answers.get_nowait()
    begun = time.perf_counter()
    await browsers.say(chat, "Quels sont les horaires de la mairie ?")
    heard = await asyncio.wait_for(chat.answers.get(), _PATIENCE)
    chat.heard = await browsers.last(chat)
    return (heard - begun) * 1000


async def measure(town: Town, pid: int, *, count: int, replies: int, idle: float) -> dict[str, object]:
    browsers = Browsers(town)
    try:
        chats = await _gathered(count, browsers)
        before = machine.memory_bytes(pid)
        streams = [await browsers.listen(chat) for chat in chats]
        after, cpu = machine.memory_bytes(pid), machine.cpu_seconds(pid)
        await asyncio.sleep(idle)
        spent = machine.cpu_seconds(pid) - cpu
        taken = [await _live_reply(browsers, chat) for chat in random.choices(chats, k=replies)]
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    finally:
        await browsers.aclose()
    return {
        "chats": count,
        "process_mb": round(after / 1e6),
        "kb_per_chat": round((after - before) / count / 1e3, 1),
        "idle_cpu_percent": round(100 * spent / idle, 1),
        "live_reply_ms": machine.spread(taken),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle_chats", description=__doc__)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--replies", type=int, default=100)
    parser.add_argument("--idle", type=float, default=30.0)
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    with tempfile.TemporaryDirectory(prefix="guichet-idle-") as folder:
        town = new_town(Path(folder))
        process = town.start("serve", town.ports[0])
        try:
            town.await_ready(process, town.ports[0])
            told = asyncio.run(measure(town, process.pid, count=given.chats, replies=given.replies, idle=given.idle))
        finally:
            stop(process, signal.SIGTERM)
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
