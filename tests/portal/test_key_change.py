"""The signing key is changed while residents write: nobody notices."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from tests.portal.conftest import talk
from tests.portal.site import make_product

OLD, NEW, THIRD = ("old-key-" * 4, "new-key-" * 4, "third-key-" * 4)


Visit = Callable[..., TestClient]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    """Opens the town in a browser with these cookies, at a process with these keys."""
    stores = []

    def open_town(cookies: dict[str, str], **keys: str) -> TestClient:
        product = make_product(tmp_path, **keys)
        stores.append(product.store)
        app = build_app(product, with_worker=False)
        client = TestClient(app, follow_redirects=False, headers={"accept": "text/html"})
        for name, value in cookies.items():
            client.cookies.set(name, value, domain="testserver.local")  # as if this server had set them
        return client

    yield open_town
    for store in stores:
        store.close()


@pytest.fixture
def cookies(visit: Visit) -> dict[str, str]:
    """The browser of a resident who wrote while the old key signed."""
    client = visit({}, secret_key=OLD)
    talk(client, "Il y a un trou devant le 12 rue de Paris")
    return dict(client.cookies)


def test_a_chat_survives_the_change_of_the_key(visit: Visit, cookies: dict[str, str]) -> None:
    changing = visit(cookies, secret_key=NEW, secret_key_previous=OLD)
    talk(changing, "Toujours là", "second-message")
    page = changing.get("/chat").text
    assert "devant le 12 rue de Paris" in page
    assert "Toujours là" in page
    # The page signed the visitor anew, so the old key can go.
    after = visit(dict(changing.cookies), secret_key=NEW)
    assert "devant le 12 rue de Paris" in after.get("/chat").text


def test_a_key_that_is_gone_opens_nothing(visit: Visit, cookies: dict[str, str]) -> None:
    stranger = visit(cookies, secret_key=NEW, secret_key_previous=THIRD)
    assert "devant le 12 rue de Paris" not in stranger.get("/chat").text
