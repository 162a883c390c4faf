"""The product's adapter runs against the sandbox unchanged, both ways."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from channels.contract import DeliveryUpdate, InboundMessage, OutboundMessage
from channels.email.adapter import EmailAdapter, EmailConfig
from channels.errors import (
    AddressRefused,
    ContentRefused,
    OptedOutAtProvider,
    ProviderUnavailable,
    RateLimited,
    SendError,
)
from channels.sms.adapter import SmsAdapter, SmsConfig
from channels.webhooks import Door, WebhookPorts
from kit.clock import SystemClock
from sandbox.options import Options
from tests.channels.webhook_town import Town
from tests.sandbox.serving import ACCOUNT, TOKEN, TOWN_NUMBER, options, sandbox_at, serving
from tests.support.processes import free_port

RESIDENT = "+33639980001"
MESSAGE = OutboundMessage(UUID(int=7), RESIDENT, "C’est enregistré.", "fr")
PUBLIC_URL = "https://guichet.test"


@dataclass
class Place:
    town: Town
    sms: SmsAdapter
    sandbox: httpx2.AsyncClient
    options: Options

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it did not happen; events: {self.town.events}")

    @property
    def updates(self) -> list[str]:
        return [event.state for event in self.town.events if isinstance(event, DeliveryUpdate)]

    @property
    def messages(self) -> list[InboundMessage]:
        return [event for event in self.town.events if isinstance(event, InboundMessage)]


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    port = free_port()
    chosen = options(f"http://127.0.0.1:{port}", public_url=PUBLIC_URL, capacity=200)
    sms = SmsAdapter(
        SmsConfig("sms", ACCOUNT, (TOKEN,), TOWN_NUMBER, PUBLIC_URL, api_base=chosen.base_url, timeout=0.5)
    )
    town = Town({"sms": sms})
    app = FastAPI()
    ports = WebhookPorts(PUBLIC_URL, town.adapters.get, town.receive, town.quarantine, town.refused)
    app.add_middleware(Door, ports=ports)
    async with serving(app, port), sandbox_at(chosen) as client:
        yield Place(town, sms, client, chosen)
        await sms.aclose()


async def test_a_message_sent_reaches_the_phone_and_its_news_come_back() -> None:
    async with place() as here:
        sent = await here.sms.send(MESSAGE)
        await here.until(lambda: len(here.updates) == 3)
        [shown] = (await here.sandbox.get("/api/messages", params={"to": RESIDENT})).json()["messages"]
    assert here.updates == ["sent", "sent", "delivered"]
    assert (shown["sid"], shown["body"], shown["status"]) == (sent.provider_id, "C'est enregistré.", "delivered")
    assert not here.town.refusals


async def test_what_a_resident_types_is_received_signed() -> None:
    async with place() as here:
        answer = await here.sandbox.post("/api/resident/send", json={"from": RESIDENT, "text": "Où ça\u00a0? 🕳️"})
    assert answer.json()["state"] == "accepted"
    assert answer.json()["attempts"] == 1
    [message] = here.messages
    assert (message.sender, message.text, message.external_id) == (RESIDENT, "Où ça\u00a0? 🕳️", answer.json()["sid"])


async def test_a_photo_is_announced_by_address_and_fetched_with_the_token() -> None:
    photo = {"content_type": "image/png", "content_base64": b64encode(b"a picture").decode()}
    async with place() as here:
        await here.sandbox.post("/api/resident/send", json={"from": RESIDENT, "text": "", "media": [photo]})
        [attachment] = here.messages[0].attachments
        assert attachment.url is not None
        fetched = await here.sms.fetch_media(attachment.url)
        anonymous = await here.sandbox.get(attachment.url)
    assert fetched == (b"a picture", "image/png")
    assert anonymous.status_code == 401


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("500", ProviderUnavailable),
        ("429", RateLimited),
        ("400", ContentRefused),
        ("lost_answer", ProviderUnavailable),
        ("silence", ProviderUnavailable),
    ],
)
async def test_each_failure_is_felt_once_and_then_over(failure: str, error: type[SendError]) -> None:
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"failure": failure, "fail_next": 1})
        with pytest.raises(error):
            await here.sms.send(MESSAGE)
        await here.sms.send(MESSAGE)
        shown = (await here.sandbox.get("/api/messages")).json()["messages"]
    assert len(shown) == (2 if failure == "lost_answer" else 1)


async def test_a_message_whose_answer_got_lost_is_found_again() -> None:
    since = datetime.now(UTC) - timedelta(seconds=2)
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"failure": "lost_answer", "fail_next": 1})
        with pytest.raises(ProviderUnavailable):
            await here.sms.send(MESSAGE)
        found = await here.sms.find_sent(MESSAGE, since=since, known=frozenset())
        assert found is not None
        assert found.provider_id is not None
        assert await here.sms.find_sent(MESSAGE, since=since, known=frozenset({found.provider_id})) is None


async def test_the_lookup_reads_on_over_many_pages() -> None:
    since = datetime.now(UTC) - timedelta(seconds=2)
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"callbacks": []})
        first = await here.sms.send(MESSAGE)
        for number in range(60):  # the adapter asks for 50 at a time
            await here.sms.send(OutboundMessage(UUID(int=number), RESIDENT, f"Message {number}", "fr"))
        found = await here.sms.find_sent(MESSAGE, since=since, known=frozenset())
    assert found is not None
    assert found.provider_id == first.provider_id


@pytest.mark.parametrize(
    ("number", "error"),
    [("+15005550001", AddressRefused), ("+15005550004", OptedOutAtProvider), ("+15005550009", AddressRefused)],
)
async def test_numbers_that_cannot_receive_are_refused(number: str, error: type[SendError]) -> None:
    async with place() as here:
        with pytest.raises(error):
            await here.sms.send(OutboundMessage(UUID(int=1), number, "Bonjour", "fr"))


async def test_news_may_come_twice_and_out_of_order() -> None:
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"duplicate_callbacks": True, "disorder_callbacks": True})
        await here.sms.send(MESSAGE)
        await here.until(lambda: len(here.updates) == 6)
        [shown] = (await here.sandbox.get("/api/messages")).json()["messages"]
    assert here.updates == ["delivered", "delivered", "sent", "sent", "sent", "sent"]
    assert shown["status"] == "delivered"


async def test_a_message_may_never_reach_the_phone() -> None:
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"undeliverable": True})
        await here.sms.send(MESSAGE)
        await here.until(lambda: "failed" in here.updates)
    assert here.updates == ["sent", "sent", "failed"]
    assert [e.error_code for e in here.town.events if isinstance(e, DeliveryUpdate)][-1] == "30003"


async def test_news_may_never_come() -> None:
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"drop_callbacks": True})
        await here.sms.send(MESSAGE)
        for _ in range(200):
            if (await here.sandbox.get("/api/stats")).json()["webhooks"].get("callback_dropped") == 3:
                break
            await asyncio.sleep(0.01)
        stats = (await here.sandbox.get("/api/stats")).json()
    assert stats["webhooks"] == {"callback_dropped": 3}
    assert not here.updates


async def test_a_message_passed_on_twice_is_the_same_message() -> None:
    async with place() as here:
        await here.sandbox.post("/api/modes", json={"duplicate_webhooks": True})
        await here.sandbox.post("/api/resident/send", json={"from": RESIDENT, "text": "Bonjour"})
        await here.until(lambda: len(here.messages) == 2)
    assert len({message.external_id for message in here.messages}) == 1
    assert len(here.town.stored) == 1


async def test_a_town_out_of_order_is_asked_again_like_a_provider_does() -> None:
    async with place() as here:
        here.town.broken = True

        async def mend() -> None:
            await asyncio.sleep(0.2)
            here.town.broken = False

        mending = asyncio.create_task(mend())
        answer = await here.sandbox.post("/api/resident/send", json={"from": RESIDENT, "text": "Bonjour"})
        await mending
    assert answer.json()["state"] == "accepted"
    assert answer.json()["attempts"] == 2


async def test_mail_lands_in_the_mailbox() -> None:
    async with place() as here:
        config = EmailConfig(
            "email", f"smtp://127.0.0.1:{here.options.smtp_port}", "mairie@a.example", "Mairie", "Mairie", SystemClock()
        )
        message = OutboundMessage(UUID(int=3), "anne@b.example", "Votre code est 123456.", "fr", subject="Été")
        await EmailAdapter(config).send(message)
        [mail] = (await here.sandbox.get("/api/mail", params={"to": "anne@b.example"})).json()["mails"]
        nobody = (await here.sandbox.get("/api/mail", params={"to": "karim@b.example"})).json()["mails"]
    assert (mail["subject"], mail["text"].strip(), mail["to"]) == (
        "Été",
        "Votre code est 123456.",
        ["anne@b.example"],
    )
    assert nobody == []
