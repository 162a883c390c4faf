"""The home page: everything that can be done here, in the resident's language."""

from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.pages.faces import face_words
from app.web import build_app
from tests.portal.conftest import Enter
from tests.portal.site import make_product

SERVICES = [
    "report.pothole",
    "report.illegal_dumping",
    "report.street_light",
    "request.birth_certificate",
    "request.bulky_collection",
    "request.parking_permit",
]


@pytest.mark.parametrize("code", SERVICES)
def test_each_service_begins_with_one_press(browser_of: TestClient, code: str) -> None:
    """Scripts or none: the button's words are the first message of the chat."""
    words = face_words("portal", ["fr"]).text("fr", f"services.{code}.phrase")
    form = next(part for part in unescape(browser_of.get("/").text).split("<form")[1:] if f'value="{words}"' in part)
    client_id = form.split('name="client_id" value="')[1].split('"')[0]
    post = {"client_id": client_id, "language": "fr", "choice": words}
    onwards = browser_of.post("/chat", data=post)
    assert (onwards.status_code, onwards.headers["location"]) == (307, "/channels/webchat/inbound")
    assert browser_of.post(onwards.headers["location"], data=post).headers["location"].startswith("/chat")
    assert f'<p dir="auto">{words}</p>' in unescape(browser_of.get("/chat").text)


def test_an_empty_box_only_opens_the_chat(browser_of: TestClient) -> None:
    answer = browser_of.post("/chat", data={"client_id": "nothing-written", "text": "  "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    assert "set-cookie" not in answer.headers


def test_no_page_for_developers_is_in_the_residents_footer(browser_of: TestClient) -> None:
    assert "/composants" not in browser_of.get("/").text
    assert "/composants" not in browser_of.get("/suivi").text


def test_the_browsers_language_is_spoken(enter: Enter) -> None:
    assert "What can we do for you?" in enter("en-GB,en;q=0.9,fr;q=0.5").get("/").text
    assert "Que pouvons-nous faire pour vous" in enter("de-DE, fr;q=0.4").get("/").text
    assert "What can we do for you?" in enter("fr;q=0.3, en;q=0.8").get("/").text


def test_an_unknown_language_gets_the_towns_own(enter: Enter) -> None:
    page = enter("pl;q=nonsense").get("/").text
    assert '<html lang="fr"' in page


def test_a_chosen_language_is_remembered(browser_of: TestClient) -> None:
    assert '<html lang="en"' in browser_of.get("/?lang=en").text
    assert '<html lang="en"' in browser_of.get("/suivi").text
    assert '<html lang="fr"' in browser_of.get("/suivi?lang=fr").text


def test_an_unknown_language_in_the_address_changes_nothing(browser_of: TestClient) -> None:
    answer = browser_of.get("/?lang=xx")
    assert '<html lang="fr"' in answer.text
    assert "set-cookie" not in answer.headers


def test_no_cookie_is_set_for_looking(browser_of: TestClient) -> None:
    assert "set-cookie" not in browser_of.get("/").headers


def test_an_open_town_hall_says_until_when(browser_of: TestClient) -> None:
    assert "La mairie est ouverte, jusqu'à 12\u00a0h." in browser_of.get("/").text.replace("&#39;", "'")


def test_a_closed_town_hall_says_when_it_opens(tmp_path: Path) -> None:
    product = make_product(tmp_path, now="2026-11-22T15:00:00+01:00")
    with TestClient(build_app(product, with_worker=False)) as client:
        assert "Elle ouvre lundi 23 novembre à 8\u00a0h\u00a030." in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/chat", "/suivi", "/composants", "/nowhere"])
def test_pages_hold_no_inline_script_or_style(browser_of: TestClient, path: str) -> None:
    answer = browser_of.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/", "/suivi", "/composants"])
def test_only_the_chat_may_be_framed(browser_of: TestClient, path: str) -> None:
    assert "frame-ancestors 'none'" in browser_of.get(path).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in browser_of.get("/chat").headers["content-security-policy"]
    assert "frame-ancestors 'self' *" in browser_of.get("/chat?embed=1").headers["content-security-policy"]
