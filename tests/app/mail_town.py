"""A town whose mail and text messages go to the sandbox: what is read in these tests has really been sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from app.configuration.channel_values import DEMO_ACCOUNT, DEMO_TOKEN
from app.wiring import Product
from bot.deliver import by_conversation
from case_store.conversations.receiving import NewMessage, receive_message
from case_store.work.delivery_claims import claim_deliveries
from sandbox.options import Options
from tests.portal.site import make_product
from tests.sandbox.serving import sandbox_at
from tests.support.product import free_ports


@dataclass
class MailTown:
    """`sandbox` asks the pretend providers what they were given."""

    product: Product
    sandbox: httpx2.AsyncClient

    def receive(self, text: str, *, kind: str = "sms", address: str = "+33639980001", **changes: Any) -> UUID:
        """A resident writes; gives the conversation."""
        message = NewMessage(
            channel_id=kind,
            channel_kind=kind,
            contact_kind={"sms": "phone", "webchat": "visitor", "email": "email"}[kind],
            address=address,
            external_id=uuid4().hex,
            text=text,
            language=changes.pop("language", "fr"),
            payload={},
            lane=None,
            **changes,
        )
        return self.product.store.write_now(receive_message, message=message).conversation_id

    async def send_all(self) -> None:
        """Everything queued leaves."""
        while claimed := await self.product.store.write(claim_deliveries, worker="test", limit=50):
            for batch in by_conversation(claimed):
                await self.product.deliverer.deliver(batch)

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """What arrived in a mailbox, oldest first."""
        answer = await self.sandbox.get("/api/mail", params={"to": address})
        found: list[dict[str, Any]] = answer.json()["mails"]
        return found

    async def texts(self, number: str) -> list[str]:
        """The text messages that a telephone got, oldest first."""
        answer = await self.sandbox.get("/api/messages", params={"to": number})
        return [message["body"] for message in answer.json()["messages"]]


@asynccontextmanager
async def mail_town(folder: Path, **settings: Any) -> AsyncIterator[MailTown]:
    port = free_ports()
    product = make_product(folder, port=port, **settings)
    chosen = Options(
        host="127.0.0.1",
        port=port + 1,
        smtp_port=port + 2,
        target=product.settings.base_url,
        public_url=product.settings.base_url,
        account_sid=DEMO_ACCOUNT,
        auth_token=DEMO_TOKEN,
        number=product.town.city.sms.number,
        webhook_path="/channels/sms/inbound",
        capacity=200,
    )
    async with sandbox_at(chosen) as client:
        await client.post("/api/modes", json={"drop_callbacks": True})
        yield MailTown(product, client)
        await product.aclose()
