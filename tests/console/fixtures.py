"""A console with three agents and a supervisor, and browsers to visit it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from case_store.models import Staff
from tests.console.town import PASSWORD, Console, MovingClock, make_store

ORIGIN = "http://testserver"


class Visitor(TestClient):
    """A browser of one member of staff: sends what browsers send, and the form's token with each post."""

    def sign_in(self, staff: Staff) -> "Visitor":
        answer = self.post_form("/console/sign-in", email=staff.email, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return self

    def post_form(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> Any:
        """As a page of ours would send it."""
        sent = {"sec-fetch-site": "same-origin", **(headers or {})}
        return self.post(path, data=fields, headers=sent, follow_redirects=False)

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/console").text)
        assert found
        return found[1]

    def act(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> Any:
        """Posts a form of a page that has just been loaded."""
        return self.post_form(path, headers=headers, csrf=self.token, **fields)

    def enhanced(self, path: str, *, after: int = 0, **fields: str) -> Any:
        """As the page's script sends a form."""
        return self.act(path, headers={"x-guichet": "parts", "x-guichet-after": str(after)}, **fields)


@pytest.fixture
def moving_clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def console(tmp_path: Path, moving_clock: MovingClock) -> Iterator[Console]:
    store = make_store(f"sqlite:///{tmp_path / 'store.db'}", moving_clock)
    yield Console(store, moving_clock, tmp_path)
    store.close()


@pytest.fixture
def visit(console: Console) -> Iterator[Any]:
    """Opens the browser of a member of staff, signed in; of nobody without one."""
    open_browsers: list[Visitor] = []

    def open_browser(staff: Staff | None = None) -> Visitor:
        browser = Visitor(console.app, base_url=ORIGIN)
        open_browsers.append(browser)
        return browser.sign_in(staff) if staff else browser

    yield open_browser
    for browser in open_browsers:
        browser.close()


@pytest.fixture
def camille(console: Console) -> Staff:
    """An agent of the residents' relations and the roads."""
    return console.add_staff("Camille Roux", "relation_usagers", "voirie")


@pytest.fixture
def driss(console: Console) -> Staff:
    """Her colleague."""
    return console.add_staff("Driss Benali", "relation_usagers", "voirie")


@pytest.fixture
def elodie(console: Console) -> Staff:
    """An agent of another team."""
    return console.add_staff("Élodie Martin".replace("É", "E"), "etat_civil")


@pytest.fixture
def soraya(console: Console) -> Staff:
    """Their supervisor."""
    return console.add_staff("Soraya Haddad", role="supervisor")
