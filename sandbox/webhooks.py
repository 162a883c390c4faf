"""What the provider posts to the town: signed, tried again, and as unreliable as the modes want it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator

from sandbox.messages import Message
from sandbox.modes import Modes
from sandbox.options import Options

TRIES = 3
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try."""
_TIMEOUT = 15.0

Told = Callable[[Message], None]
"""Called at each change of a message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is accepted, refused or unreachable; `http_status` is None when nobody answered."""

    state: str
    http_status: int | None
    attempts: int


class Webhooks:
    """Signs and posts. `counts` holds outcomes by kind of webhook."""

    def __init__(self, options: Options, modes: Modes) -> None:
        self._options = options
        self._modes = modes
        self._validator = RequestValidator(options.auth_token)
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()

    async def post(self, url: str, fields: Mapping[str, str], *, kind: str) -> Outcome:
        """Posts until the town answers for good: 5xx and silence are tried again, as providers do."""
        signature = self._validator.compute_signature(url, fields)
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
        }
        body = urlencode(fields)
        status: int | None = None
        attempt = 0
        while attempt < TRIES:
            if attempt:
                await asyncio.sleep(PAUSES[attempt - 1])
            attempt += 1
            status = await self._try(self._reachable(url), body, headers)
            if status is not None and status < 500:
                break
        state = "unreachable" if status is None else "accepted" if status < 400 else "refused"
        self.counts[f"{kind}_{state}"] += 1
        return Outcome(state, status, attempt)

    async def post_inbound(self, message: Message) -> Outcome:
        """The resident's message; the twin of a duplicated one carries the same id."""
        url = self._options.public_url + self._options.lines[message.to]
        fields = _inbound_fields(message, self._options.account_sid)
        if self._modes.duplicate_webhooks:
            self._later(self._twin(url, fields))
        return await self.post(url, fields, kind="inbound")

    def follow(self, message: Message, told: Told) -> None:
        """Walks an accepted message through its states, in the background."""
        self._later(self._follow(message, told))

    async def aclose(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _follow(self, message: Message, told: Told) -> None:
        modes = self._modes
        states: list[str] = [state for state in modes.callbacks if state != "delivered" or not modes.undeliverable]
        if modes.undeliverable:
            states.append("undelivered")
        last = states[-1] if states else ""
        for state in reversed(states) if modes.disorder_callbacks else states:
            await asyncio.sleep(modes.callback_delay_ms / 1000)
            if message.status != last:  # told out of order, what happened first stays
                message.status = state
                message.error_code = 30003 if state == "undelivered" else None
                told(message)
            await self._call_back(message, state)

    async def _call_back(self, message: Message, state: str) -> None:
        if not message.status_callback or self._modes.drop_callbacks:
            self.counts["callback_dropped"] += bool(message.status_callback)
            return
        fields = _status_fields(message, state, self._options.account_sid)
        for _ in range(2 if self._modes.duplicate_callbacks else 1):
            await self.post(message.status_callback, fields, kind="callback")

    async def _twin(self, url: str, fields: Mapping[str, str]) -> None:
        await self.post(url, fields, kind="inbound_duplicate")

    async def _try(self, url: str, body: str, headers: Mapping[str, str]) -> int | None:
        try:
            async with self._connected().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_TIMEOUT),
                connector=aiohttp.TCPConnector(limit=32),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _reachable(self, url: str) -> str:
        """The public address may lead through a proxy that is not there in a demo."""
        public = self._options.public_url
        return self._options.target + url.removeprefix(public) if url.startswith(public) else url

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _inbound_fields(message: Message, account_sid: str) -> dict[str, str]:
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "Body": message.body,
        "From": message.sender,
        "FromCountry": "FR",
        "MessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "NumSegments": "1",
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
        "ToCountry": "FR",
    }
    for index, media in enumerate(message.media):
        fields[f"MediaUrl{index}"] = media.url
        fields[f"MediaContentType{index}"] = media.content_type
    return fields


def _status_fields(message: Message, state: str, account_sid: str) -> dict[str, str]:
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": state,
        "SmsSid": message.sid,
        "SmsStatus": state,
        "To": message.to,
    }
    return {**fields, "ErrorCode": "30003"} if state == "undelivered" else fields
