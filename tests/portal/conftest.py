"""A product of its own for each test, reached as a browser reaches it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from app.wiring import Product, visitor_keys
from channels.webchat.visitors import read_visitor
from tests.portal.site import PHONE, Clerk, make_product

Enter = Callable[..., TestClient]


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store on a Tuesday at ten."""
    return make_product(tmp_path)


@pytest.fixture
def enter(product: Product) -> Iterator[Enter]:
    """Gives a browser to a new person; French unless told."""
    app = build_app(product, with_worker=False)
    browsers: list[TestClient] = []

    def open_browser(language: str = "fr") -> TestClient:
        client = TestClient(app, follow_redirects=False, headers={"accept-language": language, "accept": "text/html"})
        browsers.append(client)
        return client

    yield open_browser
    for browser in browsers:
        browser.close()
    product.store.close()


@pytest.fixture
def browser_of(enter: Enter) -> TestClient:
    """One resident's browser."""
    return enter()


def visitor_in(client: TestClient, product: Product) -> str:
    """Whose cookie the browser holds."""
    visitor = read_visitor(visitor_keys(product.settings)[0], client.cookies["guichet_visitor"])
    assert visitor is not None
    return visitor


def talk(client: TestClient, text: str, client_id: str = "first-message") -> None:
    """Writes in the chat as a browser without scripts does."""
    if "guichet_visitor" not in client.cookies:
        client.get("/chat")
    answer = client.post("/channels/webchat/inbound", data={"client_id": client_id, "text": text, "language": "fr"})
    assert answer.status_code == 303


@pytest.fixture
def resident(browser_of: TestClient, product: Product) -> tuple[TestClient, Clerk]:
    """A resident who has written, and the clerk of their conversation."""
    talk(browser_of, "Il y a un trou devant le 12 rue de Paris")
    return browser_of, Clerk(product, visitor_in(browser_of, product))


@pytest.fixture
def case(resident: tuple[TestClient, Clerk]) -> str:
    """The reference of a case opened in the resident's chat, who left a telephone number."""
    return resident[1].open_case(contact=PHONE)
