"""The echo service's language: JSON, signed with HMAC-SHA256 over the body in both directions."""

import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from channels.contract import (
    Capabilities,
    DeliveryUpdate,
    InboundEvent,
    InboundMessage,
    OutboundMessage,
    Secrets,
    Sent,
    WebhookRequest,
)
from channels.errors import PayloadInvalid, ProviderUnavailable, SignatureInvalid
from channels.health import await_answer
from channels.http import ProviderClient
from channels.incoming import clean_text

SIGNATURE = "x-echo-signature"
_HANDLE = re.compile(r"@[a-z0-9_]{2,32}")


def sign(key: str, body: bytes) -> str:
    return hmac.new(key.encode(), body, sha256).hexdigest()


def read_handle(text: str) -> str | None:
    """The handle in small letters; None for anything else."""
    handle = text.strip().lower()
    return handle if _HANDLE.fullmatch(handle) else None


@dataclass(frozen=True, slots=True)
class EchoConfig:
    """`keys`: the first signs, all are accepted. `timeout` in seconds."""

    url: str
    keys: tuple[str, ...] = field(repr=False)
    timeout: float


class EchoAdapter:
    """One account at the echo service."""

    kind: ClassVar[str] = "echo"
    capabilities: Capabilities = Capabilities(max_text=500, choices="numbered", attachments=False, receipts=True)

    def __init__(self, config: EchoConfig) -> None:
        self._config = config
        self._http = ProviderClient(timeout=config.timeout, secrets=config.keys)

    @property
    def secrets(self) -> Secrets:
        return Secrets(self._config.keys)

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get(SIGNATURE, "").encode()
        wanted = (sign(key, request.body).encode() for key in self._config.keys)
        if not any(hmac.compare_digest(given, signature) for signature in wanted):
            raise SignatureInvalid("wrong signature")

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        event = _read(request.body)
        if event.get("event") == "message":
            sender = read_handle(_text(event, "from"))
            if sender is None:
                raise PayloadInvalid("from is no handle")
            return [InboundMessage(_text(event, "id"), sender, "handle", clean_text(_text(event, "text")))]
        return [DeliveryUpdate(_text(event, "id"), "delivered")] if event.get("event") == "delivered" else []

    async def send(self, message: OutboundMessage) -> Sent:
        body = json.dumps({"key": str(message.delivery_id), "to": message.to, "text": message.text})
        headers = {SIGNATURE: sign(self._config.keys[0], body.encode()), "Content-Type": "application/json"}
        answer = await self._http.post(self._config.url, body, headers=headers)
        if not isinstance(id_ := answer.get("id"), str):
            raise ProviderUnavailable("answer without message id")
        return Sent(id_)

    async def examine(self) -> str:
        return await await_answer(self._config.url)

    async def aclose(self) -> None:
        await self._http.aclose()


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid("not JSON") from error
    if not isinstance(event, dict):
        raise PayloadInvalid("not a JSON object")
    return event


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str):
        raise PayloadInvalid(f"{name} is no text")
    return value
