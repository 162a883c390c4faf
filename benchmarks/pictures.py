"""Pictures made to be large: the memory that eight browsers with eight of them each take, and what is given back.

`python -m benchmarks.pictures [--browsers 8] [--files 8]` posts, to one process on SQLite and all at once, small files
that unfold to as many pixels as are taken (25 million in PNG, 49 million in JPEG), then 49 million in PNG, which are
refused. One JSON object for each kind.
"""

import argparse
import asyncio
import io
import json
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2
from PIL import Image

from benchmarks.support import machine
from benchmarks.support.town import Town, new_town
from tests.support.processes import stop

_PATIENCE = 600.0
_LOADING = 15.0
_KINDS: Mapping[str, tuple[str, str, tuple[int, int]]] = {
    "png_25mp": ("PNG", "RGBA", (5000, 5000)),
    "jpeg_49mp": ("JPEG", "RGB", (7000, 7000)),
    "png_49mp": ("PNG", "RGB", (7000, 7000)),
    "png_wide": ("PNG", "RGB", (25_000, 1000)),
}
"""By name: format, mode, size. PNG_49MP is what once took 3.7 GB."""


def _picture(kind: str, mode: str, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "teal").save(buffer, kind)
    return buffer.getvalue()


async def _post(town: Town, content: bytes, files: int, number: int) -> list[int]:
    """One browser's posts, one file each: a browser may send so many within the minute."""
    statuses = []
    async with httpx2.AsyncClient(base_url=town.public_url, timeout=_PATIENCE) as web:
        await web.get("/chat")
        for index in range(files):
            fields = {"client_id": f"{number:04d}-{index:04d}-{len(content)}", "text": "Voici"}
            sent = {"files": (f"{index}.png", content, "image/png")}
            answer = await web.post("/channels/webchat/inbound", data=fields, files=sent)
            statuses.append(answer.status_code)
    return statuses


async def _watch(pid: int, ended: asyncio.Event) -> int:
    """The most memory the process held, in bytes."""
    most = 0
    while not ended.is_set():
        most = max(most, machine.memory_bytes(pid))
        await asyncio.sleep(0.01)
    return most


async def _measure(town: Town, pid: int, name: str, *, browsers: int, files: int) -> dict[str, object]:
    content = _picture(*_KINDS[name])
    before, ended = machine.memory_bytes(pid), asyncio.Event()
    watching = asyncio.create_task(_watch(pid, ended))
    statuses = await asyncio.gather(*(_post(town, content, files, number) for number in range(browsers)))
    await asyncio.sleep(1)
    ended.set()
    most, after = await watching, machine.memory_bytes(pid)
    return {
        "kind": name,
        "file_kb": len(content) // 1000,
        "accepted": sum(status < 400 for found in statuses for status in found),
        "before_mb": before // 1_000_000,
        "peak_mb": (most - before) // 1_000_000,
        "kept_mb": (after - before) // 1_000_000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--browsers", type=int, default=8)
    parser.add_argument("--files", type=int, default=8)
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    with tempfile.TemporaryDirectory(prefix="guichet-pictures-") as folder:
        town = new_town(Path(folder))
        process = town.start("serve", town.ports[0])
        try:
            town.await_ready(process, town.ports[0])
            asyncio.run(_post(town, _picture("PNG", "RGB", (8, 8)), 1, 9999))
            time.sleep(_LOADING)  # the model, which is loaded beside the first answers, is none of the pictures' memory
            for name in _KINDS:
                told = asyncio.run(_measure(town, process.pid, name, browsers=given.browsers, files=given.files))
                print(json.dumps(told), flush=True)
        finally:
            stop(process, signal.SIGTERM)


if __name__ == "__main__":
    main()
