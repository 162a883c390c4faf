import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import pytest

from channels.contract import InboundMessage, OutboundMessage, WebhookRequest
from channels.errors import PayloadInvalid, SignatureInvalid
from channels.webchat.adapter import WebchatAdapter, WebchatConfig
from channels.webchat.visitors import read_visitor, sign_visitor
from tests.channels import recordings
from tests.channels.conformance import DegradingConformance, ReceivingConformance
from tests.channels.webhook_town import PUBLIC_URL, Town, post

KEYS = ("primary-visitor-key", "secondary-visitor-key")
VISITOR = "visitor-0001"


def webchat(rung: list[tuple[UUID, int | None]] | None = None) -> WebchatAdapter:
    rung = rung if rung is not None else []
    return WebchatAdapter(WebchatConfig("webchat", KEYS, PUBLIC_URL, lambda *what: rung.append(what)))


def with_headers(request: WebhookRequest, **headers: str | None) -> WebhookRequest:
    changed = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return replace(request, headers={name: value for name, value in changed.items() if value is not None})


def posting(fields: Any, **headers: str | None) -> WebhookRequest:
    plain = next(recording for recording in recordings.inbound("webchat") if recording.name == "plain")
    return with_headers(replace(plain.request, body=json.dumps(fields).encode()), **headers)


class TestWebchatConformance(ReceivingConformance, DegradingConformance):
    adapter_class = WebchatAdapter
    keys = KEYS
    knows_every_event: ClassVar[bool] = True

    def build(self, provider_url: str) -> WebchatAdapter:
        return webchat()

    def sign(self, request: WebhookRequest, key: str) -> WebhookRequest:
        return with_headers(request, cookie=f"guichet_visitor={sign_visitor(key, VISITOR)}")

    def tampered(self, request: WebhookRequest) -> Iterator[WebhookRequest]:
        cookie = request.headers["cookie"]
        yield with_headers(request, cookie=cookie.replace(VISITOR, "visitor-0002"))
        yield with_headers(request, cookie=cookie[:-1] + ("0" if cookie[-1] != "0" else "1"))
        yield with_headers(request, cookie="guichet_visitor=.")
        yield with_headers(request, cookie="guichet_visitor=é.é")
        yield with_headers(request, sec_fetch_site="cross-site")
        yield with_headers(request, sec_fetch_site="same-site")
        yield with_headers(request, sec_fetch_site=None, origin="https://evil.test")
        yield with_headers(request, sec_fetch_site=None, origin="null")

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        return with_headers(request, cookie=None)

    def is_normal(self, message: InboundMessage) -> bool:
        return (message.sender_kind, message.sender) == ("visitor", VISITOR)

    def receipts_recorded(self, events: Sequence[object]) -> bool:
        """The page itself tells the store what was seen: no webhook speaks of it."""
        return True


async def test_sending_rings_for_the_browsers_and_carries_nothing() -> None:
    rung: list[tuple[UUID, int | None]] = []
    conversation, delivery = UUID(int=1), UUID(int=2)
    sent = await webchat(rung).send(
        OutboundMessage(delivery, VISITOR, "Bonjour", "fr", conversation_id=conversation, sequence=7)
    )
    assert (sent.provider_id, sent.state) == (None, "sent")
    assert rung == [(conversation, 7)]


async def test_the_page_learns_the_number_of_its_message() -> None:
    town = Town({"webchat": webchat()})
    async with town.door() as client:
        answer = await post(client, posting({"client_id": "c-9", "text": "Bonjour"}, content_type="application/json"))
    assert answer.json() == {"accepted": [{"client_id": "c-9", "sequence": 1}]}


async def test_a_page_without_javascript_is_shown_the_chat_again() -> None:
    town = Town({"webchat": webchat()})
    plain = next(recording for recording in recordings.inbound("webchat") if recording.name == "plain_form")
    async with town.door() as client:
        answer = await post(client, plain.request)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")


def test_another_name_of_the_same_server_is_the_same_origin() -> None:
    request = posting({}, sec_fetch_site=None, origin="http://10.0.0.5:8000", host="10.0.0.5:8000")
    webchat().verify(request)


def test_a_program_that_names_no_origin_needs_the_cookie_all_the_same() -> None:
    request = posting({}, sec_fetch_site=None, origin=None)
    webchat().verify(request)
    with pytest.raises(SignatureInvalid):
        webchat().verify(with_headers(request, cookie=None))


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "no id"},
        {"client_id": "", "text": "a"},
        {"client_id": "a b", "text": "a"},
        {"client_id": "x" * 65, "text": "a"},
        {"client_id": 5, "text": "a"},
        {"client_id": "a", "text": ["a"]},
        {"client_id": "a", "latitude": 91, "longitude": 0},
        {"client_id": "a", "latitude": 48, "longitude": None},
        {"client_id": "a", "latitude": "north", "longitude": 0},
        {"client_id": "a", "latitude": float("nan"), "longitude": 0},
        {"client_id": "a", "latitude": 10**400, "longitude": 0},
        {"client_id": "a", "latitude": {}, "longitude": []},
    ],
)
def test_fields_of_the_wrong_shape_are_invalid(fields: Any) -> None:
    with pytest.raises(PayloadInvalid):
        webchat().parse(posting(fields, content_type="application/json"))


BOUNDARY = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"[" * 100_000),
        ("text/plain", b"client_id=a"),
        ("", b"client_id=a"),
        ("multipart/form-data", b"--b\r\n\r\n--b--"),
        (BOUNDARY, b""),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=client_id\r\n\r\na"),
        (BOUNDARY, b"--c\r\nContent-Disposition: form-data; name=client_id\r\n\r\na\r\n--c--\r\n"),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\n\xff\r\n--b--\r\n"),
        (BOUNDARY, b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * 60 + b"--b--\r\n"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&nonce=a"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(200))),
    ],
)
def test_torn_or_hostile_forms_are_invalid(content_type: str, body: bytes) -> None:
    with pytest.raises(PayloadInvalid):
        webchat().parse(replace(posting({}, content_type=content_type), body=body))


def test_a_visitor_cookie_is_read_back_and_no_other() -> None:
    cookie = sign_visitor("key", "abcdefgh")
    assert read_visitor("key", cookie) == "abcdefgh"
    assert read_visitor("other", cookie) is None
    assert read_visitor("key", "abcdefgh") is None
    with pytest.raises(ValueError, match="visitor id"):
        sign_visitor("key", "a.b")
