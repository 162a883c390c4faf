"""Whoever sends slowly is hung up on, and holds nobody else up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message
from uvicorn.server import ServerState

from app.serving import hurrying
from app.serving.hurrying import HurryingMiddleware, HurryingProtocol, most_connections


async def tell_length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def wait_for_the_client_to_leave(request: Request) -> Response:
    await request.body()
    return PlainTextResponse(str((await request.receive())["type"]))


def app(**limits: float) -> HurryingMiddleware:
    routes = [Route("/", tell_length, methods=["POST"]), Route("/live", wait_for_the_client_to_leave)]
    return HurryingMiddleware(Starlette(routes=routes), **limits)


async def ask(asked: HurryingMiddleware, *pieces: Message | float, path: str = "/", method: str = "POST") -> Message:
    """The beginning of the answer to a request whose body comes in these pieces; a number waits so many seconds."""
    coming, sent = list(pieces), []

    async def receive() -> Message:
        while coming and isinstance(coming[0], float):
            await asyncio.sleep(coming.pop(0))  # type: ignore[arg-type]
        if not coming:
            await asyncio.Event().wait()
        return coming.pop(0)  # type: ignore[return-value]

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    await asyncio.wait_for(asked(scope, receive, send), 20)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return {**sent[0], "body": sent[1]["body"]}


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_pieces_arrives() -> None:
    answer = await ask(app(), piece(b"ab"), piece(b"cd", more=False))
    assert (answer["status"], answer["body"]) == (200, b"4")


async def test_a_body_that_stops_coming_is_answered_408() -> None:
    answer = await ask(app(pause=0.05), piece(b"ab"))
    assert (answer["status"], (b"connection", b"close") in answer["headers"]) == (408, True)


async def test_a_body_that_never_ends_is_answered_408() -> None:
    drops = [part for _ in range(100) for part in (piece(b"a"), 0.02)]
    assert (await ask(app(whole=0.2), *drops))["status"] == 408


async def test_a_page_that_stays_open_may_stay() -> None:
    answer = await ask(
        app(pause=0.05, whole=0.05),
        piece(b"", more=False),
        0.2,
        {"type": "http.disconnect"},
        path="/live",
        method="GET",
    )
    assert (answer["status"], answer["body"]) == (200, b"http.disconnect")


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    config = uvicorn.Config(app(), lifespan="off", log_config=None)
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: HurryingProtocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"POST / HTTP/1.1\r\nHost: here\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nabPOST / HTTP/1.1\r\nHost:",
    ],
)
async def test_a_connection_that_brings_no_request_is_ended(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(hurrying, "HEAD_SECONDS", 0.2)
    async with listening() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        heard = await asyncio.wait_for(_until_the_end(reader), 10)
        writer.close()
    assert heard.startswith(b"HTTP/1.1 200") == said.count(b"\r\n\r\n")


async def _until_the_end(reader: asyncio.StreamReader) -> bytes:
    heard = b""
    try:
        while more := await reader.read(1000):
            heard += more
    except ConnectionResetError:
        pass
    return heard


def test_connections_are_bounded_by_the_files_the_system_allows() -> None:
    assert 100 <= most_connections() <= 4_000


@pytest.fixture(autouse=True)
def limits_as_they_were() -> Any:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
