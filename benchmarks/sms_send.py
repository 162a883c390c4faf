"""What one text message costs the adapter, and the sandbox that accepts it: `python -m benchmarks.sms_send`.

Prints one JSON object: CPU milliseconds per message and messages per second, one at a time and eight at a time.
"""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from channels.contract import OutboundMessage
from channels.sms.adapter import SmsAdapter, SmsConfig

ROOT = Path(__file__).parents[1]
PORT = 18201
URL = f"http://127.0.0.1:{PORT}"
MESSAGES = 2000
TEXT = "Votre signalement est enregistré sous la référence MTL-26-004F7K. Le service voirie passe avant jeudi."


async def measure(adapter: SmsAdapter, at_once: int) -> dict[str, float]:
    message = OutboundMessage(UUID(int=1), "+33639980001", TEXT, "fr")

    async def send(count: int) -> None:
        for _ in range(count):
            await adapter.send(message)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*[send(MESSAGES // at_once) for _ in range(at_once)])
    spent = time.process_time() - cpu
    return {
        "cpu_ms": round(spent / MESSAGES * 1000, 2),
        "per_second": round(MESSAGES / (time.perf_counter() - wall)),
    }


async def get_ready() -> None:
    """Waits for the sandbox and tells it to give no news, which would be measured too."""
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.post(f"{URL}/api/modes", json={"callbacks": []}) as answer:
                    answer.raise_for_status()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    raise TimeoutError("the sandbox did not start")


async def run() -> dict[str, Any]:
    await get_ready()
    adapter = SmsAdapter(SmsConfig("sms", "AC1", ("token",), "+33199980100", "http://127.0.0.1:9", api_base=URL))
    try:
        await measure(adapter, 8)  # the client's library is loaded at the first send
        return {"one_at_a_time": await measure(adapter, 1), "eight_at_once": await measure(adapter, 8)}
    finally:
        await adapter.aclose()


def main() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", str(PORT), "--account-sid", "AC1", "--auth-token", "token"]
    with subprocess.Popen([*command, "--target", "http://127.0.0.1:9"], cwd=ROOT) as sandbox:
        try:
            print(json.dumps(asyncio.run(run())))
        finally:
            sandbox.terminate()


if __name__ == "__main__":
    main()
