"""What an open chat page is told: by questions, and by the stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from app.wiring import Product, visitor_keys
from channels.webchat.visitors import sign_visitor
from portal.chat_feed import MOST_STREAMS
from tests.portal.conftest import talk
from tests.portal.site import Clerk, Site, make_product, served
from tests.support.product import free_ports

Resident = tuple[TestClient, Clerk]
VISITOR = "visitor-of-the-test"


def test_a_question_brings_what_is_new(resident: Resident) -> None:
    client, clerk = resident
    first = client.get("/chat/messages?after=0").json()
    clerk.answer("Merci, c'est noté.")
    update = client.get(f"/chat/messages?after={first['last']}").json()
    assert "Merci, c" in update["html"]
    assert "12 rue de Paris" not in update["html"]
    assert update["last"] > first["last"]
    assert update["seen"] >= first["last"]


def test_nothing_new_is_an_empty_answer(resident: Resident) -> None:
    client, _ = resident
    last = client.get("/chat/messages?after=0").json()["last"]
    assert client.get(f"/chat/messages?after={last}").json()["html"] == ""


def test_the_answer_tells_who_holds_the_conversation(resident: Resident) -> None:
    client, clerk = resident
    clerk.take_over("Camille Durand")
    update = client.get("/chat/messages?after=0").json()
    assert update["held_by"] == "agent"
    assert "Camille Durand vous répond" in update["status"]


@pytest.mark.parametrize("path", ["/chat/messages", "/chat/live"])
def test_nobody_listens_without_a_cookie_of_ours(browser_of: TestClient, path: str) -> None:
    assert browser_of.get(path).status_code == 403
    browser_of.cookies.set("guichet_visitor", "somebody-else-1.0000")
    assert browser_of.get(path).status_code == 403


@pytest.mark.parametrize(
    "address", ["/chat?before=", "/chat/messages?after=", "/chat/live?after=", "POST /chat/seen?sequence="]
)
def test_a_number_no_database_keeps_is_refused(resident: Resident, address: str) -> None:
    method, _, path = address.rpartition(" ")
    for number in (2**31, 10**23):
        assert resident[0].request(method or "GET", f"{path}{number}").status_code == 422
    assert resident[0].get(f"/chat/messages?after={2**31 - 1}").json()["html"] == ""


def test_who_has_said_nothing_has_nothing_to_listen_to(browser_of: TestClient) -> None:
    browser_of.get("/chat")
    assert browser_of.get("/chat/live").status_code == 204


@pytest.mark.parametrize("after", ["-1", "x", "1e9"])
def test_a_senseless_number_is_refused(resident: Resident, after: str) -> None:
    client, _ = resident
    assert client.get(f"/chat/messages?after={after}").status_code == 422


def test_reading_is_noted_once_and_never_beyond_what_was_said(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Bonjour.")
    last = clerk.conversation.seq
    assert client.post("/chat/seen?sequence=100000").status_code == 204
    assert clerk.conversation.resident_seen_seq == last
    assert client.post("/chat/seen?sequence=1").status_code == 204
    assert clerk.conversation.resident_seen_seq == last


def test_nobody_notes_reading_for_somebody_else(browser_of: TestClient) -> None:
    assert browser_of.post("/chat/seen?sequence=1").status_code == 403


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served(make_product(tmp_path, port=free_ports())) as site:
        yield site


def cookie(product: Product) -> dict[str, str]:
    return {"guichet_visitor": sign_visitor(visitor_keys(product.settings)[0], VISITOR)}


async def say(site: Site, text: str, client_id: str) -> int:
    async with httpx2.AsyncClient(base_url=site.url, cookies=cookie(site.product)) as client:
        body = {"client_id": client_id, "text": text, "language": "fr"}
        answer = await client.post("/channels/webchat/inbound", json=body)
    return int(answer.json()["accepted"][0]["sequence"])


async def stream(site: Site, path: str, **headers: str) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream: their name, their number and their data."""
    async with (
        httpx2.AsyncClient(base_url=site.url, cookies=cookie(site.product), timeout=20) as client,
        client.stream("GET", path, headers=headers) as answer,
    ):
        event: dict[str, Any] = {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name in ("event", "id", "data"):
                event[name] = value
            elif not line and "event" in event:
                yield event
                event = {}


async def next_update(events: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    async with asyncio.timeout(5):
        async for event in events:
            if event["event"] == "update":
                return {**json.loads(event["data"]), "id": event["id"]}
    raise AssertionError("the stream ended")


async def test_an_answer_arrives_at_once(site: Site) -> None:
    await say(site, "Bonjour", "one-message")
    async with aclosing(stream(site, "/chat/live?after=0")) as events:  # type: ignore[type-var]
        assert "Bonjour" in (await next_update(events))["html"]
        await asyncio.to_thread(site.clerk(VISITOR).answer, "Que puis-je faire ?", "Signaler")
        update = await next_update(events)
    assert "Que puis-je faire" in update["html"]
    assert 'value="Signaler"' in update["html"]
    assert "Bonjour" not in update["html"]


async def test_a_stream_resumes_after_the_last_number_heard(site: Site) -> None:
    heard = await say(site, "Premier", "one-message")
    await say(site, "Deuxième", "two-message")
    path = "/chat/live?after=0"
    async with aclosing(stream(site, path, **{"last-event-id": str(heard)})) as events:  # type: ignore[type-var]
        update = await next_update(events)
    assert "Deuxième" in update["html"]
    assert "Premier" not in update["html"]


async def test_a_stream_tells_that_a_person_took_over(site: Site) -> None:
    await say(site, "Un agent svp", "one-message")
    async with aclosing(stream(site, "/chat/live?after=0")) as events:  # type: ignore[type-var]
        await next_update(events)
        await asyncio.to_thread(site.clerk(VISITOR).take_over, "Camille Durand")
        update = await next_update(events)
    assert update["held_by"] == "agent"
    assert update["html"] == ""


async def test_a_browser_holds_a_dozen_streams_and_asks_beyond(site: Site) -> None:
    await say(site, "Bonjour", "one-message")
    async with AsyncExitStack() as pages:
        for _ in range(MOST_STREAMS):
            events = await pages.enter_async_context(aclosing(stream(site, "/chat/live?after=0")))  # type: ignore[type-var]
            await next_update(events)
        async with httpx2.AsyncClient(base_url=site.url, cookies=cookie(site.product), timeout=20) as client:
            assert (await client.get("/chat/live?after=0")).status_code == 429
            assert (await client.get("/chat/messages?after=0")).status_code == 200


async def test_streams_end_when_the_server_stops(site: Site) -> None:
    await say(site, "Bonjour", "one-message")
    async with aclosing(stream(site, "/chat/live?after=0")) as events:  # type: ignore[type-var]
        await next_update(events)
        site.stop()
        async with asyncio.timeout(2):
            assert [event async for event in events] == []


def test_another_number_is_another_message(browser_of: TestClient) -> None:
    talk(browser_of, "Encore", "first-time")
    talk(browser_of, "Encore", "second-time")
    assert browser_of.get("/chat").text.count('<p dir="auto">Encore</p>') == 2
