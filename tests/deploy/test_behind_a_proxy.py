"""A town in production behind the proxies that are shipped: what residents and agents do works, the demo does not."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.deploy.proxies import PROXIES, Proxy, running_proxy
from tests.support.processes import free_port
from tests.support.product import RunningProduct, free_ports, product_environment, running_product

AGENT, PASSWORD = "claire.martin@montlieu.example", "correct horse battery"
PATIENCE = 30
DEMO = {"email": "admin@demo.example", "password": "guichet-demo", "next": "/console"}


@dataclass(frozen=True, slots=True)
class Town:
    """A process in production and the proxy before it."""

    product: RunningProduct
    proxy: Proxy


@pytest.fixture(scope="module", params=PROXIES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder, public, port = tmp_path_factory.mktemp("town"), free_port(), free_ports()
    settings = {
        "GUICHET_MODE": "production",
        "GUICHET_PUBLIC_URL": f"https://localhost:{public}",
        "GUICHET_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    }
    with running_proxy(request.param, folder / "proxy", port=public, upstream=port) as proxy:
        subprocess.run(
            [sys.executable, "-m", "app.cli", "staff", "add", AGENT, "--name", "Claire Martin", "--role", "admin"],
            input=f"{PASSWORD}\n",
            text=True,
            check=True,
            capture_output=True,
            cwd=folder,
            env=product_environment(folder / "data", port, settings),
        )
        with running_product(folder / "data", command="serve", port=port, **settings) as product:
            yield Town(product, proxy)


@pytest.fixture
def browser(town: Town) -> Iterator[httpx2.Client]:
    with town.proxy.browser() as client:
        yield client


def sign_in(client: httpx2.Client, fields: dict[str, str], **headers: str) -> httpx2.Response:
    return client.post("/console/sign-in", data=fields, headers=headers)


def test_cookies_travel_encrypted_only(browser: httpx2.Client) -> None:
    page = browser.get("/chat")
    assert page.status_code == 200
    assert "Secure" in page.headers["set-cookie"]
    assert "max-age" in page.headers["strict-transport-security"]


def test_an_answer_arrives_while_the_page_is_open(browser: httpx2.Client) -> None:
    browser.get("/chat")
    origin = {"origin": str(browser.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    sent = browser.post("/channels/webchat/inbound", json={"client_id": "abcdefgh", "text": "Bonjour"}, headers=origin)
    assert sent.status_code == 200
    with browser.stream("GET", "/chat/live") as stream:
        for line in stream.iter_lines():  # the stream does not end: a proxy that gathers it would make this wait
            if "assistant automatique" in line:
                break


@pytest.mark.parametrize("fetching", [{"sec-fetch-site": "same-origin"}, {}], ids=["present browsers", "older ones"])
def test_an_agent_signs_in(browser: httpx2.Client, fetching: dict[str, str]) -> None:
    fields = {"email": AGENT, "password": PASSWORD, "next": "/console"}
    answer = sign_in(browser, fields, origin=str(browser.base_url).rstrip("/"), **fetching)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert browser.get("/console/conversations").status_code == 200


def test_another_site_signs_nobody_in(browser: httpx2.Client) -> None:
    fields = {"email": AGENT, "password": PASSWORD, "next": "/console"}
    assert sign_in(browser, fields, origin="https://elsewhere.example").status_code == 403


def test_the_demo_signs_nobody_in(browser: httpx2.Client) -> None:
    assert sign_in(browser, DEMO).status_code in {401, 403, 422}
    assert browser.get("/sandbox").status_code in {403, 404}


def test_the_proxys_log_joins_the_products(town: Town, browser: httpx2.Client) -> None:
    trace_id = browser.get("/chat").headers["x-request-id"]
    deadline = time.monotonic() + PATIENCE
    while trace_id not in town.proxy.log.read_text():  # written when the answer has left
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_request_that_is_too_large_stops_at_the_proxy(tmp_path: Path) -> None:
    public = free_port()
    with (
        running_proxy("nginx", tmp_path / "proxy", port=public, upstream=free_port()) as proxy,
        socket.create_connection(("127.0.0.1", public), PATIENCE) as plain,
        proxy.trust.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(b"POST /channels/webchat/inbound HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000000\r\n\r\n")
        assert b" 413 " in line.recv(1000)


@pytest.mark.parametrize("kind", PROXIES)
def test_a_demo_that_was_put_behind_a_proxy_is_closed(kind: str, tmp_path: Path) -> None:
    public, port = free_port(), free_ports()
    with (
        running_product(tmp_path / "data", command="serve", port=port),
        running_proxy(kind, tmp_path / "proxy", port=public, upstream=port) as proxy,
        proxy.browser() as client,
    ):
        answer = sign_in(client, DEMO)
        assert answer.status_code == 403
        assert "GUICHET_MODE=production" in answer.text
        assert client.get("/console").status_code == 403
