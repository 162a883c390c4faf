"""A resident sees the files of their own conversation, and nobody else's."""

import io
import re

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.wiring import Product
from case_store.models import Attachment
from tests.portal.conftest import Enter, talk, visitor_in
from tests.portal.following import sign_in
from tests.portal.site import PHONE, Clerk

Resident = tuple[TestClient, Clerk]


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


def send_file(client: TestClient, name: str, content: bytes, number: str = "with-a-file") -> None:
    files = {"files": (name, content, "image/jpeg")}
    client.post("/channels/webchat/inbound", data={"client_id": number, "text": "Voici"}, files=files)


@pytest.fixture
def address(resident: Resident) -> str:
    """The address of a picture in the resident's conversation."""
    client, _ = resident
    send_file(client, "trou \u00e9norme.jpg", picture())
    found = re.search(
        r'<img src="(/chat/attachments/[0-9a-f-]+)\?small=1"\s+alt="([^"]*)"\s+width="(\d+)"', client.get("/chat").text
    )
    assert found is not None
    assert found[2] == "Photo\u00a0: trou \u00e9norme.jpg"
    return found[1]


def test_a_picture_is_shown_small_and_whole(resident: Resident, address: str) -> None:
    small, whole = resident[0].get(f"{address}?small=1"), resident[0].get(address)
    sizes = [Image.open(io.BytesIO(answer.content)).size for answer in (small, whole)]
    assert sizes == [(480, 360), (800, 600)]
    assert whole.headers["content-type"] == small.headers["content-type"] == "image/jpeg"
    assert whole.headers["content-disposition"].startswith("inline")


def test_a_file_can_do_nothing_in_the_browser(resident: Resident, address: str) -> None:
    headers = resident[0].get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_what_no_page_of_ours_would_keep_is_only_ever_downloaded(
    resident: Resident, address: str, product: Product, kind: str
) -> None:
    product.store.write_now(lambda session: session.query(Attachment).update({"content_type": kind}))
    headers = resident[0].get(address).headers
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["content-type"] == "application/octet-stream"


def test_a_strangers_browser_gets_what_it_gets_for_nothing(address: str, enter: Enter) -> None:
    stranger, visitor = enter(), enter()
    talk(visitor, "Bonjour")
    missing = "/chat/attachments/01a20bca-b440-7655-8d26-d4feec2c6344"
    assert stranger.get(address).status_code == stranger.get(missing).status_code == 404
    assert visitor.get(address).status_code == visitor.get(missing).status_code == 404


def test_who_follows_the_case_by_code_sees_its_files(
    resident: Resident, address: str, enter: Enter, product: Product
) -> None:
    reference = resident[1].open_case(contact=PHONE)
    follower = enter()
    sign_in(follower, product, reference)
    assert follower.get(address).status_code == 200


def test_who_follows_another_case_by_code_does_not(address: str, enter: Enter, product: Product) -> None:
    neighbour, follower = enter(), enter()
    talk(neighbour, "Un lampadaire est éteint")
    reference = Clerk(product, visitor_in(neighbour, product)).open_case(contact=PHONE)
    sign_in(follower, product, reference)
    assert follower.get(f"/suivi/{reference}").status_code == 200, "the code opened the neighbour's own case"
    assert follower.get(address).status_code == 404


def test_a_refused_file_is_named_with_its_reason(resident: Resident) -> None:
    client, _ = resident
    send_file(client, "programme.jpg", b"MZ\x90\x00 not a picture")
    page = client.get("/chat").text
    assert "programme.jpg" in page
    assert "ce n&#39;est ni une image ni un PDF" in page


@pytest.mark.parametrize("name", ["not-an-id", "..%2f..%2fetc%2fpasswd"])
def test_odd_names_find_nothing(resident: Resident, name: str) -> None:
    assert resident[0].get(f"/chat/attachments/{name}").status_code in (404, 422)
