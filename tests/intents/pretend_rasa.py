"""A server that speaks as Rasa does: it ranks the intents of a project by the words they share with a text."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import exp
from pathlib import Path
from typing import Any

from aiohttp import web
from yaml import safe_load

_SHARPNESS = 20.0
_HEARD_AS_INTENT = re.compile(r"/([A-Za-z][\w.]*)")


class PretendRasa:
    """Knows the examples of `nlu.yml`; like Rasa it takes "/name" for an intent whatever it has learned."""

    def __init__(self, project: Path) -> None:
        blocks = safe_load((project / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
        self._examples = [
            (block["intent"], set(line.removeprefix("- ").split()))
            for block in blocks
            for line in block["examples"].splitlines()
        ]
        self.name = safe_load((project / "config.yml").read_text(encoding="utf-8"))["assistant_id"]
        self.heard: list[str] = []

    async def parse(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        self.heard.append(text)
        ranking = self._ranking(text)
        best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        return web.json_response({"text": text, "intent": best, "intent_ranking": ranking, "entities": []})

    async def status(self, request: web.Request) -> web.Response:
        return web.json_response({"model_file": f"/somewhere/{self.name}.tar.gz", "num_active_training_jobs": 0})

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        if told := _HEARD_AS_INTENT.match(text):
            return [{"name": told[1], "confidence": 1.0}]
        words = set(text.split())
        best: dict[str, float] = {}
        for intent, known in self._examples:
            best[intent] = max(best.get(intent, 0.0), len(words & known) / max(1, len(words | known)))
        if not any(best.values()):
            best["out_of_scope"] = 1.0
        raised = {name: exp(_SHARPNESS * share) for name, share in best.items()}
        whole = sum(raised.values())
        ranked = sorted(raised.items(), key=lambda item: -item[1])[:10]
        return [{"name": name, "confidence": share / whole} for name, share in ranked]


@asynccontextmanager
async def pretend_rasa(project: Path) -> AsyncIterator[tuple[str, PretendRasa]]:
    """The address of a running server, and the server."""
    rasa = PretendRasa(project)
    application = web.Application()
    application.router.add_post("/model/parse", rasa.parse)
    application.router.add_get("/status", rasa.status)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}", rasa
    finally:
        await runner.cleanup()
