"""A demo is for this machine: what a proxy brings is refused, in a way that says what to set."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from tests.portal.site import make_product

FORWARDED = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-real-ip"]


@pytest.mark.parametrize("header", FORWARDED)
def test_a_demo_refuses_what_a_proxy_forwards(tmp_path: Path, header: str) -> None:
    product = make_product(tmp_path)
    with TestClient(build_app(product, with_worker=False), follow_redirects=False) as client:
        for path in ("/", "/console/sign-in", "/livez"):
            answer = client.get(path, headers={header: "192.0.2.1"})
            assert answer.status_code == 403
            assert "GUICHET_MODE=production" in answer.text
        signing_in = {"email": "admin@demo.example", "password": "guichet-demo", "next": "/console"}
        assert client.post("/console/sign-in", data=signing_in, headers={header: "127.0.0.1"}).status_code == 403
        assert client.get("/").status_code == 200
    product.store.close()


def test_a_demo_shown_on_purpose_answers_through_a_proxy(tmp_path: Path) -> None:
    product = make_product(tmp_path, demo_public=True)
    with TestClient(build_app(product, with_worker=False)) as client:
        assert client.get("/", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200
    product.store.close()
