"""Nobody passes without a session, from another site, in another team's affairs, or beyond their role."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from agent_console.routes import build_router
from case_store.cases.visible import find_case_listeners
from case_store.conversations.deliveries import find_deliveries, record_failure
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.threads import find_messages, get_conversation
from case_store.models import Staff
from tests.console.people import save_picture
from tests.console.town import Console, picture
from tests.support.scopes import EVERYTHING

OPEN = {("GET", "/console/sign-in"), ("POST", "/console/sign-in")}


def every_route(console: Console) -> Iterator[tuple[str, str]]:
    for route in build_router(console.deps).routes:
        assert isinstance(route, APIRoute)
        for method in route.methods:
            yield method, route.path


def filled(path: str) -> str:
    for name in ("conversation_id", "case_id", "delivery_id", "attachment_id", "message_id", "resident_id"):
        path = path.replace(f"{{{name}}}", str(uuid4()))
    return path


def test_every_route_asks_for_a_session(console: Console, visit: Any) -> None:
    browser = visit()
    routes = sorted(set(every_route(console)) - OPEN)
    assert len(routes) > 20
    for method, path in routes:
        headers = {"sec-fetch-site": "same-origin"}
        answer = browser.request(method, filled(path), headers=headers, follow_redirects=False)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/console/sign-in"), (method, path)


def test_every_change_asks_for_the_sessions_token(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    changes = sorted(path for method, path in every_route(console) if method == "POST" and path != "/console/sign-in")
    assert len(changes) >= 13
    for path in changes:
        for given in ({}, {"csrf": "made up"}, {"csrf": ""}):
            answer = browser.post_form(filled(path), **given)
            assert answer.status_code == 403, (path, given)


def test_the_token_may_come_as_a_header(console: Console, visit: Any, camille: Staff) -> None:
    talk, browser = console.waiting(), visit(camille)
    answer = browser.post_form(f"/console/conversations/{talk}/take-over", headers={"x-csrf-token": browser.token})
    assert answer.status_code == 303


@pytest.mark.parametrize("nowhere", ["http://[::1", "http://[", "//[", "http://[a]b"])
def test_addresses_that_are_none_are_refused_and_break_nothing(
    console: Console, visit: Any, camille: Staff, nowhere: str
) -> None:
    talk, browser = console.waiting(), visit(camille)
    headers = {"sec-fetch-site": "", "origin": nowhere}
    assert browser.act(f"/console/conversations/{talk}/take-over", headers=headers).status_code == 403
    assert visit().get("/console/sign-in", params={"next": nowhere}).status_code == 200
    answer = visit().get("/console/now", headers={"referer": nowhere, "x-guichet": "1"}, follow_redirects=False)
    assert answer.status_code in (303, 401, 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
    ],
)
def test_changes_come_from_our_own_pages(
    console: Console, visit: Any, camille: Staff, headers: dict[str, str], status: int
) -> None:
    talk, browser = console.waiting(), visit(camille)
    answer = browser.act(f"/console/conversations/{talk}/take-over", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("origin", "status"), [("http://testserver", 303), ("http://evil.example", 403), ("null", 403), (None, 303)]
)
def test_old_browsers_are_judged_by_their_origin(
    console: Console, visit: Any, camille: Staff, origin: str | None, status: int
) -> None:
    talk, browser = console.waiting(), visit(camille)
    headers = {"origin": origin} if origin else {}
    path = f"/console/conversations/{talk}/take-over"
    answer = browser.post(path, data={"csrf": browser.token}, headers=headers, follow_redirects=False)
    assert answer.status_code == status


def test_signing_in_from_another_site_is_refused(visit: Any, camille: Staff) -> None:
    answer = visit().post_form("/console/sign-in", headers={"sec-fetch-site": "cross-site"}, email=camille.email)
    assert answer.status_code == 403


@pytest.fixture
def their_affairs(console: Console) -> dict[str, UUID]:
    """A roads conversation with a case, a file and a failed delivery."""
    save_picture(console)
    talk = console.waiting(team="voirie", attachments=[picture()])
    case = console.file_case(talk, team="voirie")
    console.say(talk, "Bonjour")
    delivery = console.store.read_now(find_deliveries, conversation_id=talk)[0].id
    console.store.write_now(record_failure, delivery_id=delivery, code="address_refused", detail="", advice="wait")
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk)
    thread = console.store.read_now(find_files, talk)
    return {
        "conversation_id": talk,
        "case_id": case,
        "delivery_id": delivery,
        "attachment_id": thread,
        "message_id": console.store.read_now(find_messages, scope=EVERYTHING, conversation_id=talk)[0].message.id,
        "resident_id": head.resident.id,
    }


def find_files(session: Any, talk: UUID) -> UUID:
    messages = find_messages(session, scope=EVERYTHING, conversation_id=talk)
    return next(file.id for message in messages for file in message.attachments)


def routes_about_something(console: Console) -> list[tuple[str, str]]:
    return sorted((method, path) for method, path in every_route(console) if "{" in path)


def with_ids(path: str, ids: dict[str, UUID]) -> str:
    for name, id_ in ids.items():
        path = path.replace(f"{{{name}}}", str(id_))
    return path


def test_another_teams_affairs_do_not_exist(
    console: Console, visit: Any, elodie: Staff, their_affairs: dict[str, UUID]
) -> None:
    browser = visit(elodie)
    token = browser.token
    routes = routes_about_something(console)
    assert len(routes) > 14
    for method, path in routes:
        form = {"csrf": token, "text": "x", "state": "open", "to": "team:voirie", "until": "hour"}
        options = {"data": form} if method == "POST" else {}
        answer = browser.request(method, with_ids(path, their_affairs), follow_redirects=False, **options)
        assert answer.status_code == 404, (method, path, answer.status_code)
        assert "Voirie" not in answer.text
    assert browser.get(f"/console/live?conversation={their_affairs['conversation_id']}").status_code == 404
    assert str(their_affairs["conversation_id"]) not in browser.get("/console/list?view=queue").text
    assert console.store.read_now(find_case_listeners, scope=EVERYTHING, case_id=their_affairs["case_id"])


def test_the_supervisors_page_is_for_supervisors(visit: Any, camille: Staff, soraya: Staff) -> None:
    refused = visit(camille).get("/console/now")
    assert refused.status_code == 403
    assert "réservée aux responsables" in refused.text
    assert visit(soraya).get("/console/now").status_code == 200
    assert "/console/now" not in visit(camille).get("/console").text


def test_what_does_not_exist_is_told_kindly(visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    for path in (f"/console/conversations/{uuid4()}", "/console/conversations/not-an-id", f"/console/cases/{uuid4()}"):
        answer = browser.get(path)
        assert answer.status_code in {404, 405}
    assert "Page introuvable" in browser.get(f"/console/conversations/{uuid4()}").text
    assert "Page introuvable" in browser.get("/console/conversations/not-an-id").text


def test_a_huge_form_is_refused(console: Console, visit: Any, camille: Staff) -> None:
    talk, browser = console.waiting(), visit(camille)
    answer = browser.act(f"/console/conversations/{talk}/note", text="x" * 200_000)
    assert answer.status_code == 413


def test_pages_are_not_kept_by_the_browser(console: Console, visit: Any, camille: Staff) -> None:
    talk, browser = console.waiting(), visit(camille)
    for path in ("/console/conversations", f"/console/conversations/{talk}", "/console/list"):
        assert browser.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}${7*7}"])
def test_what_residents_write_is_only_ever_text(console: Console, visit: Any, camille: Staff, hostile: str) -> None:
    files = [
        NewAttachment(hostile, "application/pdf", "stored", path="trou.jpg"),
        NewAttachment(hostile, "image/jpeg", "stored", path="trou.jpg", thumbnail="petit.jpg"),
        NewAttachment(hostile, "application/octet-stream", "refused", refusal="file_type_refused"),
        NewAttachment(hostile, "image/jpeg", "pending", source_url="http://127.0.0.1/1"),
    ]
    talk = console.waiting(hostile, summary=hostile, reason=hostile[:20], attachments=files)
    browser = visit(camille)
    for path in ("/console/conversations", f"/console/conversations/{talk}", f"/console/conversations/{talk}/parts"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page
