from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, ClassVar

import pytest

from channels.contract import WebhookRequest
from channels.email.adapter import EmailAdapter, EmailConfig
from channels.errors import (
    AddressRefused,
    ContentRefused,
    CredentialsRefused,
    PayloadInvalid,
    ProviderUnavailable,
    SendError,
    SignatureInvalid,
)
from kit.clock import FixedClock
from tests.channels import recordings
from tests.channels.conformance import DegradingConformance, SendingConformance
from tests.channels.email.stub_mail_server import StubMailServer, stub_mail_server

SHOWN = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language")
MESSAGE = recordings.outgoing("email")[0].message


def config(url: str) -> EmailConfig:
    return EmailConfig(
        channel_id="email",
        smtp_url=url,
        sender="ne-pas-repondre@montlieu.example",
        sender_name="Mairie de Montlieu",
        subject="Mairie de Montlieu",
        clock=FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        timeout=0.5,
    )


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass
class PretendPostOffice:
    server: StubMailServer
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"smtp://town:s3cr%C3%A9t@127.0.0.1:{self.server.port}"

    def prepare(self, trouble: str) -> None:
        self.server.trouble = trouble

    def got(self) -> list[Any]:
        return [
            {**{name: str(mail[name]) for name in SHOWN}, "text": plain(mail).replace("\r\n", "\n")}
            for mail in self.server.mails
        ]


class TestEmailConformance(SendingConformance, DegradingConformance):
    adapter_class = EmailAdapter
    troubles: ClassVar[Mapping[str, type[SendError]]] = {
        "broken": ProviderUnavailable,
        "busy": ProviderUnavailable,
        "content": ContentRefused,
        "credentials": CredentialsRefused,
        "address": AddressRefused,
        "timeout": ProviderUnavailable,
        "unreadable": ProviderUnavailable,
        "down": ProviderUnavailable,
    }

    def build(self, provider_url: str) -> EmailAdapter:
        return EmailAdapter(config(provider_url))

    @asynccontextmanager
    async def provider(self) -> AsyncIterator[PretendPostOffice]:
        async with stub_mail_server(password="s3crét") as server:
            yield PretendPostOffice(server)


async def test_the_same_delivery_has_the_same_message_id_at_each_try() -> None:
    async with stub_mail_server() as server:
        adapter = EmailAdapter(config(f"smtp://127.0.0.1:{server.port}"))
        first, second = await adapter.send(MESSAGE), await adapter.send(MESSAGE)
    assert first.provider_id == second.provider_id == f"<{MESSAGE.delivery_id}@montlieu.example>"


@pytest.mark.parametrize("address", ["", "anne", "anne@", "a@b.example, c@d.example", "a b@c.example", "<a@b.example>"])
async def test_what_is_no_address_is_refused_without_asking_anybody(address: str) -> None:
    with pytest.raises(AddressRefused):
        await EmailAdapter(config("smtp://127.0.0.1:9")).send(replace(MESSAGE, to=address))


async def test_nobody_listening_is_unavailable_and_has_nothing() -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        await EmailAdapter(config("smtp://127.0.0.1:9")).send(MESSAGE)
    assert caught.value.accepted == "no"


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
async def test_a_mail_put_off_is_tried_again_later_and_nobody_has_it(step: str) -> None:
    async with stub_mail_server() as server:
        server.refusals[step] = "450 4.2.1 greylisted"
        with pytest.raises(ProviderUnavailable) as caught:
            await EmailAdapter(config(f"smtp://127.0.0.1:{server.port}")).send(MESSAGE)
    assert caught.value.accepted == "no"


async def test_a_server_that_hangs_up_may_have_it() -> None:
    async with stub_mail_server() as server:
        server.trouble = "down"
        with pytest.raises(ProviderUnavailable) as caught:
            await EmailAdapter(config(f"smtp://127.0.0.1:{server.port}")).send(MESSAGE)
    assert caught.value.accepted == "perhaps"


def test_mail_takes_no_webhook() -> None:
    request = WebhookRequest("POST", "https://guichet.test/channels/email/inbound", {}, b"{}")
    adapter = EmailAdapter(config("smtp://127.0.0.1:9"))
    with pytest.raises(SignatureInvalid):
        adapter.verify(request)
    with pytest.raises(PayloadInvalid):
        adapter.parse(request)
