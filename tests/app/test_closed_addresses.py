"""What the process tells of itself, and to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message

from app.configuration.settings import Settings
from app.serving.middleware import HostMiddleware
from app.web import build_app
from app.wiring import Product, build_product, secrets
from case_store.engine import database
from case_store.engine.migrate import upgrade
from case_store.engine.session import StoreSession

TOKEN = "token-of-the-measuring-station"


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[tuple[Product, TestClient]]:
    """A product and a browser on it."""
    given = Settings(_env_file=None, data_dir=folder, **settings)
    upgrade(given.store_url)
    product = build_product(given)
    with TestClient(build_app(product, with_worker=False)) as browser:
        yield product, browser


@pytest.mark.parametrize("address", ["/metrics", "/api/docs", "/api/openapi.json"])
def test_figures_and_the_description_are_closed_in_production(tmp_path: Path, address: str) -> None:
    with serving(tmp_path / "town", mode="production") as (_, browser):
        assert browser.get(address).status_code == 404
    with serving(tmp_path / "demo") as (_, browser):
        assert browser.get(address).status_code == 200


def test_the_description_is_open_where_the_town_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, mode="production", api_docs=True) as (_, browser):
        assert browser.get("/api/docs").status_code == browser.get("/api/openapi.json").status_code == 200


@pytest.mark.parametrize(
    ("settings", "sites"),
    [
        ({"mode": "production"}, "'self'"),
        (
            {"mode": "production", "embed_origins": "https://www.montlieu.example/, https://*.montlieu.example"},
            "'self' https://www.montlieu.example https://*.montlieu.example",
        ),
        ({}, "'self' *"),
    ],
)
def test_the_chat_is_framed_by_the_towns_sites_alone(tmp_path: Path, settings: dict[str, str], sites: str) -> None:
    with serving(tmp_path, **settings) as (_, browser):
        policy = browser.get("/chat?embed=1").headers["content-security-policy"]
        assert policy.partition("frame-ancestors ")[2] == sites
        assert "frame-ancestors 'none'" in browser.get("/chat").headers["content-security-policy"]


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_figures_are_for_who_knows_the_token(tmp_path: Path, mode: str) -> None:
    with serving(tmp_path, mode=mode, metrics_token=TOKEN) as (product, browser):
        shown = browser.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert "guichet_store_up 1.0" in shown.text
        assert browser.get("/metrics").status_code == 404
        for wrong in ("Bearer ", f"Bearer {TOKEN}s", TOKEN):
            assert browser.get("/metrics", headers={"authorization": wrong}).status_code == 404
        assert TOKEN in secrets(product.settings, product.adapters)


def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(session: StoreSession) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        session.execute(text("CREATE TABLE ballast (content)"))
        session.execute(text("INSERT INTO ballast VALUES (zeroblob(10000000))"))

    with serving(tmp_path) as (product, browser):
        assert browser.get("/readyz").json()["status"] == "ok"
        with pytest.raises(OperationalError, match="full"):
            browser.portal.call(product.store.write, fill)  # type: ignore[union-attr]
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.json()["store"]) == (503, "cannot write")
        assert "guichet_store_up 0.0" in browser.get("/metrics").text
        monkeypatch.setattr(database, "WRITE_FAILED_SECONDS", 0.0)  # as if the time had passed
        assert browser.get("/readyz").json()["status"] == "ok"


async def test_a_request_that_names_no_host_is_refused() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    asked = HostMiddleware(PlainTextResponse("welcome"))
    for version, headers in (("1.1", []), ("1.1", [(b"host", b"here")]), ("1.0", [])):
        scope = {"type": "http", "method": "GET", "path": "/", "http_version": version, "headers": headers}
        await asked(scope, receive, send)
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] == [400, 200, 200]
