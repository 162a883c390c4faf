"""What an operator is told of a process that works, about what does not."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from app.wiring import Product
from bot.deliver import Deliverer
from case_store.actors import BOT
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.receiving import NewMessage, receive_message
from case_store.conversations.saying import Outgoing, Part, say
from case_store.engine.session import StoreSession
from case_store.work import delivery_claims
from case_store.work.turns import GIVEN_UP, record_turn
from channels.contract import Capabilities, OutboundMessage, Sent
from channels.errors import CredentialsRefused
from tests.portal.site import make_product
from tests.support.stub_provider import Answer, stub_provider


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = make_product(tmp_path)
    yield product
    product.store.close()


class Refusing:
    """A provider that does not know our account."""

    kind = "sms"
    capabilities = Capabilities(max_text=1600, choices="numbered", attachments=False, receipts=True)

    async def send(self, message: OutboundMessage) -> Sent:
        raise CredentialsRefused("20003")


def find_refusing(channel_id: str) -> Any:
    return Refusing()


def told(product: Product) -> dict[str, Any]:
    """`/readyz`, and the figures of `/metrics`."""
    with TestClient(build_app(product, with_worker=False)) as client:
        ready, figures = client.get("/readyz"), client.get("/metrics").text
    assert ready.status_code == 200, "taking the process out of service would mend nothing"
    lines = (line.split() for line in figures.splitlines() if line.startswith("guichet_") and "{" not in line)
    return ready.json() | {name: float(value) for name, value in lines}


def receive(session: StoreSession) -> Any:
    message = NewMessage(
        channel_id="sms", channel_kind="sms", contact_kind="phone", address="+33639980001", external_id="SM1",
        text="Bonjour", language="fr", payload={},
    )  # fmt: skip
    return receive_message(session, message=message).conversation_id


def test_all_is_well(product: Product) -> None:
    said = told(product)
    assert (said["queue"], said["turns"], said["providers"], said["understanding"]) == ("ok", "ok", "ok", "ok")
    assert (said["guichet_turns_given_up"], said["guichet_deliveries_refused"]) == (0, 0)


@pytest.mark.parametrize(("revision", "status"), [("0001", 503), ("9999", 200)])
def test_a_process_goes_on_while_the_next_release_is_brought_in(product: Product, revision: str, status: int) -> None:
    with product.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    with TestClient(build_app(product, with_worker=False)) as client:
        assert client.get("/readyz").status_code == status


def test_a_turn_that_was_given_up_is_told(product: Product) -> None:
    talk = product.store.write_now(receive)
    given_up = {"conversation_id": talk, "message_ids": [], "outcome": GIVEN_UP, "record": {}}
    product.store.write_now(record_turn, **given_up)
    said = told(product)
    assert said["turns"] == "failing"
    assert said["guichet_turns_given_up"] == 1


async def ready_with(folder: Path, answer: Answer) -> dict[str, Any]:
    """`/readyz` of a product whose Rasa server answers so."""
    async with stub_provider() as rasa:
        rasa.answer(answer)
        product = make_product(folder, nlu_engine="both", rasa_url=rasa.url)
        try:
            return await asyncio.to_thread(told, product)
        finally:
            product.store.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(200, b'{"model_file": "guichet-1.tar.gz"}'), "ok"),
        (Answer(200, b'{"model_file": ""}'), "without rasa"),
        (Answer(503), "without rasa"),
        (Answer(drop=True), "without rasa"),
    ],
)
async def test_a_rasa_server_that_is_away_is_told(tmp_path: Path, answer: Answer, said: str) -> None:
    assert (await ready_with(tmp_path, answer))["understanding"] == said


def test_an_account_that_its_provider_refuses_is_told_while_messages_wait(product: Product) -> None:
    talk = product.store.write_now(receive)

    def answer(session: StoreSession) -> None:
        conversation = lock_conversation(session, conversation_id=talk)
        say(session, conversation, author="bot", actor=BOT, outgoing=Outgoing(text="Oui.", parts=(Part("Oui."),)))
        save_conversation(session, conversation)

    product.store.write_now(answer)
    batch = product.store.write_now(delivery_claims.claim_deliveries, worker="w", limit=1)
    asyncio.run(Deliverer(product.store, find_refusing).deliver(batch))
    said = told(product)
    assert said["providers"] == "credentials refused"
    assert said["guichet_deliveries_refused"] == 1
