"""What went wrong is told in the resident's language, with what to do now."""

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.portal.conftest import Enter

STATUSES = [403, 404, 413, 422, 429, 500, 503]


def test_a_page_that_is_not_there(enter: Enter) -> None:
    french, english = enter("fr").get("/nowhere"), enter("en").get("/nowhere")
    assert french.status_code == english.status_code == 404
    assert "Cette page n&#39;existe pas" in french.text
    assert "This page does not exist" in english.text


@pytest.mark.parametrize("status", STATUSES)
def test_each_problem_has_a_page_with_a_way_out(browser_of: TestClient, status: int) -> None:
    async def fail(request: Request) -> None:
        from starlette.exceptions import HTTPException

        raise HTTPException(status)

    browser_of.app.add_route("/failing", fail)  # type: ignore[attr-defined]
    answer = browser_of.get("/failing")
    assert answer.status_code == status
    assert f"Code {status}" in answer.text
    assert 'href="/chat"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
