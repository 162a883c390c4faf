from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from channels.echo.adapter import SIGNATURE, EchoAdapter, EchoConfig, sign

from channels.contract import InboundMessage, WebhookRequest
from channels.errors import ContentRefused, CredentialsRefused, ProviderUnavailable, RateLimited, SendError
from tests.channels.conformance import ChannelConformance
from tests.support.stub_provider import Answer, StubProvider, stub_provider

KEYS = ("first-key", "second-key")
ANSWERS = {
    "broken": Answer(500),
    "busy": Answer(429, headers={"Retry-After": "7"}),
    "content": Answer(422),
    "address": Answer(410),
    "credentials": Answer(401),
    "timeout": Answer(200, b'{"id": "1"}', delay=0.6),
    "unreadable": Answer(200, b"<html>"),
    "down": Answer(drop=True),
}


@dataclass
class PretendEcho:
    stub: StubProvider
    url: str

    def prepare(self, trouble: str) -> None:
        self.stub.answer(ANSWERS[trouble])

    def got(self) -> list[Any]:
        return [{"signature": asked.headers[SIGNATURE], "body": asked.body.decode()} for asked in self.stub.asked]


class TestEchoConformance(ChannelConformance):
    adapter_class = EchoAdapter
    keys = KEYS
    troubles: ClassVar[Mapping[str, type[SendError]]] = {
        "broken": ProviderUnavailable,
        "busy": RateLimited,
        "content": ContentRefused,
        "address": ContentRefused,
        "credentials": CredentialsRefused,
        "timeout": ProviderUnavailable,
        "unreadable": ProviderUnavailable,
        "down": ProviderUnavailable,
    }

    def build(self, provider_url: str) -> EchoAdapter:
        return EchoAdapter(EchoConfig(f"{provider_url}/send", KEYS, timeout=0.4))

    def sign(self, request: WebhookRequest, key: str) -> WebhookRequest:
        return replace(request, headers={**request.headers, SIGNATURE: sign(key, request.body)})

    def tampered(self, request: WebhookRequest) -> Iterator[WebhookRequest]:
        yield replace(request, body=request.body + b" ")
        yield replace(request, body=b"")
        yield replace(request, headers={**request.headers, SIGNATURE: "é"})

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        return replace(request, headers={})

    def is_normal(self, message: InboundMessage) -> bool:
        return message.sender_kind == "handle" and message.sender.startswith("@")

    @asynccontextmanager
    async def provider(self) -> AsyncIterator[PretendEcho]:
        async with stub_provider() as stub:
            stub.answer(Answer(200, b'{"id": "echo-1"}'))
            yield PretendEcho(stub, stub.url)
