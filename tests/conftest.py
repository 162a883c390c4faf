"""Fixtures that every test may use; the private servers start at the first test that asks for them."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from playwright.sync_api import Browser, Page

from kit.clock import FixedClock
from tests.support.browser import DESKTOP, chromium_browser, find_chromium, watched_page
from tests.support.network import loopback_only
from tests.support.postgres import PostgresServer, find_programs, postgres_server
from tests.support.product import RunningProduct, running_product
from tests.support.redis import redis_server
from tests.support.requirements import missing

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def no_way_out() -> Iterator[None]:
    """Only this machine can be reached; even a refusal that the code swallowed fails the test."""
    with loopback_only() as refused:
        yield
    assert refused == [], f"the test tried to reach {', '.join(refused)}"


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Stack traces without the values of variables: a town's gazetteer takes minutes to print."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, renderer])


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The product runs on asyncio alone."""
    return "asyncio"


@pytest.fixture
def clock() -> FixedClock:
    """A Tuesday morning in opening hours: 24 November 2026, 10:00 in Montlieu."""
    return FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def city_dir() -> Path:
    """The demo town's data."""
    return ROOT / "data"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A private PostgreSQL server."""
    programs = find_programs()
    if programs is None:
        missing("postgresql", "install the package postgresql to run these tests")
    assert programs is not None
    with postgres_server(programs) as server:
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database, one per test module."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a private Redis server."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        missing("redis", "install the package redis-server to run these tests")
    assert program is not None
    with redis_server(program) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    program = find_chromium()
    if program is None:
        missing("chromium", "install the package chromium, or name the program in CHROMIUM")
    assert program is not None
    return program


# One browser per module, not per session: while Playwright's synchronous interface is open, its event loop
# runs in this thread, and the asynchronous tests of other modules could not start theirs.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with chromium_browser(chromium) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page of a visitor of its own, in French."""
    context = browser.new_context(viewport=DESKTOP, locale="fr-FR", timezone_id="Europe/Paris")
    with watched_page(context) as page:
        yield page
    context.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProduct]:
    """The demo town, running: one for the whole run, so tests bring visitors and numbers of their own."""
    with running_product(tmp_path_factory.mktemp("product")) as product:
        yield product
