"""A Rasa 3.6 server over HTTP, asked for what a text means and for nothing else.

`POST {base}/model/parse {"text": ...}` answers `{"intent": {"name", "confidence"}, "intent_ranking": [...], ...}`;
`GET {base}/status` names the model that is loaded.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar

import aiohttp
import structlog

from intents.contract import EngineUnavailable
from intents.rasa.breaker import Breaker
from intents.rasa.limits import LONGEST_TEXT, TIME_LIMIT_SECONDS

log = structlog.get_logger(__name__)

Ranking = list[tuple[str, float]]
"""(name, confidence), descending; the names are Rasa's."""

_T = TypeVar("_T")

FALLBACK = "nlu_fallback"
_UNUSABLE = (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError)


class RasaServer:
    """Asks the server at one address, within a time limit, and leaves it alone while it keeps failing."""

    def __init__(
        self, base_url: str, *, token: str = "", seconds: float = TIME_LIMIT_SECONDS, breaker: Breaker | None = None
    ) -> None:
        """`token`: what the server was started with as `--auth-token`; `seconds`: the time limit."""
        self.address = base_url.rstrip("/")
        self._query = {"token": token} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._breaker = breaker or Breaker()

    async def parse(self, texts: Sequence[str]) -> list[Ranking]:
        """One ranking a text, in order. Raises EngineUnavailable when one is not answered, or not as Rasa does."""
        return await self._guarded(self._parse_all(texts)) if texts else []

    async def ready(self) -> str:
        """The name of the loaded model. Raises EngineUnavailable when nobody answers, or no model is loaded."""
        return await self._guarded(self._loaded())

    async def _guarded(self, asked: Coroutine[Any, Any, _T]) -> _T:
        if not self._breaker.allows():
            asked.close()
            raise EngineUnavailable(f"the Rasa server at {self.address} has failed several times and is let rest")
        try:
            answer = await asyncio.wait_for(asked, self._timeout.total)
        except _UNUSABLE as error:
            reason = str(error) or type(error).__name__
            if self._breaker.failed():
                log.warning("rasa_away", reason=reason)
            raise EngineUnavailable(f"no answer from the Rasa server at {self.address}: {reason}") from error
        if self._breaker.succeeded():
            log.info("rasa_back")
        return answer

    async def _parse_all(self, texts: Sequence[str]) -> list[Ranking]:
        async with self._session() as session:
            return list(await asyncio.gather(*(self._parse(session, text[:LONGEST_TEXT]) for text in texts)))

    async def _parse(self, session: aiohttp.ClientSession, text: str) -> Ranking:
        url = f"{self.address}/model/parse"
        async with session.post(url, params=self._query, json={"text": text}, allow_redirects=False) as answer:
            return _ranking(await _content(answer))

    async def _loaded(self) -> str:
        async with (
            self._session() as session,
            session.get(f"{self.address}/status", params=self._query, allow_redirects=False) as answer,
        ):
            file = (await _content(answer))["model_file"]
            if not file:
                raise ValueError("it has no model loaded")
            return PurePosixPath(str(file)).name

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())


async def _content(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status != 200:
        raise ValueError(f"HTTP {answer.status}")
    content: dict[str, Any] = await answer.json(content_type=None)
    return content


def _ranking(answer: dict[str, Any]) -> Ranking:
    """From an answer of /model/parse. Raises what a wrong shape raises."""
    best = answer["intent"]
    ranked = answer.get("intent_ranking") or [best]
    pairs = [(str(item["name"]), round(float(item["confidence"]), 4)) for item in ranked if item.get("name")]
    pairs.sort(key=lambda pair: -pair[1])
    if best.get("name") == FALLBACK:  # the fallback stands first whatever it outranks
        pairs = [(FALLBACK, 1.0), *(pair for pair in pairs if pair[0] != FALLBACK)]
    return pairs
