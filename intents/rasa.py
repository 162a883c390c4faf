"""The interpreter that asks a Rasa 3.6 server over HTTP, and the one that lets both engines check each other.

`POST {base}/model/parse {"text": ...}` answers `{"intent": {"name", "confidence"}, "intent_ranking": [...], ...}`.
Rasa only classifies: entities and language stay with our own grammars, so that every engine names things alike.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from intents.contract import OUT_OF_SCOPE, EngineUnavailable, Interpreter, Prediction, Utterance

_ALTERNATIVES = 5
_FALLBACK = "nlu_fallback"
_LONGEST = 600
_DISAGREEMENT = 0.5
"""What is left of the confidence when the engines disagree: low enough for the dialogue to ask."""


class RasaInterpreter:
    """Understands by a Rasa server; `own` serves for entities and language."""

    def __init__(
        self,
        base_url: str,
        own: Interpreter,
        *,
        token: str = "",
        timeout: float = 5.0,
        threshold: float = 0.3,
    ) -> None:
        """`timeout` in seconds; `threshold`: Rasa's own confidence below which a text is out of scope."""
        self._base = base_url.rstrip("/")
        self._own = own
        self._query = {"token": token} if token else {}
        self._threshold = threshold
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        """Raises EngineUnavailable when the server does not answer, or not as Rasa does."""
        own = await self._own.interpret(utterances)
        async with aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            answers = await asyncio.gather(*(self._parse(session, utterance.text) for utterance in utterances))
        return [self._prediction(answer, mine) for answer, mine in zip(answers, own, strict=True)]

    async def _parse(self, session: aiohttp.ClientSession, text: str) -> list[tuple[str, float]]:
        url, asked = f"{self._base}/model/parse", {"text": text[:_LONGEST]}
        try:
            async with session.post(url, params=self._query, json=asked, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise ValueError(f"HTTP {answer.status}")
                return _ranking(await answer.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error) or type(error).__name__
            raise EngineUnavailable(f"no answer from the Rasa server at {self._base}: {reason}") from error

    def _prediction(self, ranking: list[tuple[str, float]], own: Prediction) -> Prediction:
        """The codes ranked by Rasa; its fallback and an empty text are out of scope."""
        codes = tuple(item for item in ranking if item[0] not in (OUT_OF_SCOPE, _FALLBACK))[:_ALTERNATIVES]
        refused = not codes or ranking[0][0] in (OUT_OF_SCOPE, _FALLBACK) or codes[0][1] < self._threshold
        return replace(
            own,
            intent=OUT_OF_SCOPE if refused else codes[0][0],
            confidence=codes[0][1] if codes else 0.0,
            alternatives=codes,
        )


def _ranking(answer: dict[str, Any]) -> list[tuple[str, float]]:
    """(name, confidence) descending, from an answer of /model/parse. Raises what a wrong shape raises."""
    best = answer["intent"]
    ranked = answer.get("intent_ranking") or [best]
    pairs = [(str(item["name"]), round(float(item["confidence"]), 4)) for item in ranked if item.get("name")]
    pairs.sort(key=lambda pair: -pair[1])
    if best.get("name") == _FALLBACK:  # the fallback stands first whatever it outranks
        pairs = [(_FALLBACK, 1.0), *(pair for pair in pairs if pair[0] != _FALLBACK)]
    return pairs


class BothInterpreter:
    """The embedded engine, checked by Rasa: where they disagree the confidence is halved, so the dialogue asks.

    Rasa has `patience` seconds; without its answer the embedded prediction stands (unless `strict`).
    """

    def __init__(
        self, embedded: Interpreter, rasa: Interpreter, *, patience: float = 0.5, strict: bool = False
    ) -> None:
        self._embedded = embedded
        self._rasa = rasa
        self._patience = None if strict else patience
        self._strict = strict

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        """Raises EngineUnavailable only when `strict`."""
        first = await self._embedded.interpret(utterances)
        try:
            second = await asyncio.wait_for(self._rasa.interpret(utterances), self._patience)
        except (EngineUnavailable, TimeoutError):
            if self._strict:
                raise
            return first
        return [_checked(one, other) for one, other in zip(first, second, strict=True)]


def _checked(one: Prediction, other: Prediction) -> Prediction:
    if one.intent == other.intent:
        return one
    alternatives = tuple((code, round(share * _DISAGREEMENT, 4)) for code, share in one.alternatives)
    return replace(one, confidence=round(one.confidence * _DISAGREEMENT, 4), alternatives=alternatives)
