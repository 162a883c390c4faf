"""What machines ask of every site."""

from starlette.testclient import TestClient


def test_what_is_somebodys_own_is_not_listed(browser_of: TestClient) -> None:
    answer = browser_of.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert {"Disallow: /console", "Disallow: /suivi", "Disallow: /chat"} <= set(answer.text.splitlines())


def test_the_icon_that_every_browser_asks_for_is_there(browser_of: TestClient) -> None:
    icon = browser_of.get("/favicon.ico", follow_redirects=True)
    assert icon.status_code == 200
    assert icon.headers["content-type"] == "image/svg+xml"
