"""Signing in to the page of a case."""

import re

from starlette.testclient import TestClient

from app.wiring import Product
from case_store.engine.session import StoreSession
from case_store.models import Delivery
from tests.portal.site import PHONE, Clerk

Resident = tuple[TestClient, Clerk]


def codes(product: Product) -> list[str]:
    """The codes texted so far, oldest first."""

    def texts(session: StoreSession) -> list[str]:
        return [row.text for row in session.query(Delivery).order_by(Delivery.id) if row.address == PHONE]

    return [found[0] for text in product.store.read_now(texts) if (found := re.findall(r"(?<![\w-])\d{6}\b", text))]


def sign_in(client: TestClient, product: Product, reference: str) -> None:
    """Asks for a code and uses it."""
    client.post("/suivi", data={"reference": reference})
    answer = client.post("/suivi/code", data={"reference": reference, "code": codes(product)[-1]})
    assert answer.headers["location"] == f"/suivi/{reference}"


def mark_of(client: TestClient, reference: str) -> str:
    found = re.search(r'data-mark="(\w+)"', client.get(f"/suivi/{reference}").text)
    assert found
    return found[1]
