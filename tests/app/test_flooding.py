"""One browser that writes faster than a person can is told to wait; nobody else notices."""

from pathlib import Path

from fastapi.testclient import TestClient

from app.web import build_app
from tests.portal.site import make_product


def test_a_flood_from_one_browser_is_told_to_wait(tmp_path: Path) -> None:
    product = make_product(tmp_path)
    with TestClient(build_app(product, with_worker=False)) as browser, TestClient(browser.app) as other:

        def write(who: TestClient, number: int) -> int:
            words = {"client_id": f"message-{number}", "text": "Bonjour"}
            return who.post("/channels/webchat/inbound", json=words).status_code

        browser.get("/chat")
        assert [write(browser, number) for number in range(121)] == [200] * 120 + [429]
        refused = browser.post("/channels/webchat/inbound", json={"client_id": "message-122", "text": "Bonjour"})
        assert int(refused.headers["retry-after"]) > 0
        other.get("/chat")
        assert write(other, 1) == 200
        assert 'guichet_webhooks_refused_total{channel="webchat",reason="too_many"} 2.0' in other.get("/metrics").text
