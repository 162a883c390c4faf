from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from channels.contract import InboundMessage, WebhookRequest
from channels.sms.adapter import SmsAdapter
from tests.channels import recordings
from tests.channels.sms.pretending import config
from tests.channels.sms.test_sms import TestSmsConformance as SmsSigning
from tests.channels.webchat.test_webchat import posting, webchat
from tests.channels.webhook_town import PUBLIC_URL, Town, post

PLAIN = next(recording for recording in recordings.inbound("sms") if recording.name == "plain").request


def town() -> Town:
    return Town({"sms": SmsAdapter(config("http://127.0.0.1:9")), "webchat": webchat()})


async def test_a_text_message_is_received_and_answered_with_empty_twiml() -> None:
    here = town()
    async with here.door() as client:
        answer = await post(client, PLAIN)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    assert [event.text for event in here.events if isinstance(event, InboundMessage)] == [
        "il y a un gros trou dans la chaussee devant le 12 rue de Paris"
    ]


async def test_an_unsigned_request_is_refused_counted_and_not_stored() -> None:
    here = town()
    async with here.door() as client:
        answer = await post(client, SmsSigning().unsigned(PLAIN))
    assert answer.status_code == 403
    assert here.refusals == [("sms", "signature")]
    assert not here.events
    assert not here.quarantined


async def test_a_status_update_is_received_at_the_status_address() -> None:
    here = town()
    update = next(recording for recording in recordings.inbound("sms") if recording.name == "status_delivered")
    async with here.door() as client:
        answer = await post(client, update.request)
    assert answer.status_code == 200
    assert here.events == update.events


async def test_the_query_is_part_of_what_is_signed() -> None:
    here = town()
    request = SmsSigning().sign(replace(PLAIN, url=f"{PUBLIC_URL}/channels/sms/inbound?a=1&b=%C3%A9"), "primary-token")
    async with here.door() as client:
        assert (await post(client, request)).status_code == 200
        moved = replace(request, url=request.url.replace("a=1", "a=2"))
        assert (await post(client, moved)).status_code == 403


async def test_an_event_we_do_not_know_is_accepted_and_left_alone() -> None:
    here = town()
    unknown = next(recording for recording in recordings.inbound("sms") if recording.name == "unknown_event")
    async with here.door() as client:
        assert (await post(client, unknown.request)).status_code == 200
    assert not here.events


@pytest.mark.parametrize(("over", "status"), [(0, 200), (1, 413)])
async def test_a_request_of_just_the_largest_size_is_taken(over: int, status: int) -> None:
    here = town()
    room = SmsAdapter.capabilities.max_request - len(PLAIN.body) - len(b"&Extra=") + over
    largest = SmsSigning().sign(replace(PLAIN, body=PLAIN.body + b"&Extra=" + b"x" * room), "primary-token")
    async with here.door() as client:
        assert (await post(client, largest)).status_code == status
    assert len(here.events) == (0 if over else 1)


async def test_a_store_out_of_order_makes_the_provider_try_again() -> None:
    here = town()
    here.broken = True
    unreadable = SmsSigning().sign(replace(PLAIN, body=b"null"), "primary-token")
    async with here.door() as client:
        answers = [await post(client, PLAIN), await post(client, unreadable)]
    assert [answer.status_code for answer in answers] == [503, 503]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_signed_request_too_large_is_refused_and_counted(announced: bool) -> None:
    here = town()
    huge = SmsSigning().sign(replace(PLAIN, body=PLAIN.body + b"&Extra=" + b"x" * 1_000_000), "primary-token")

    async def pieces() -> Any:
        for start in range(0, len(huge.body), 65_536):
            yield huge.body[start : start + 65_536]

    async with here.door() as client:
        content: Any = huge.body if announced else pieces()
        answer = await client.post("/channels/sms/inbound", content=content, headers=dict(huge.headers))
    assert answer.status_code == 413
    assert here.refusals == [("sms", "too_large")]
    assert not here.events


async def test_a_large_photo_passes_in_the_web_chat() -> None:
    here = town()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="client_id"\r\n\r\nc-1\r\n'
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        + bytes(30_000_000)
        + b"\r\n--b--\r\n"
    )
    request = replace(posting({}, content_type="multipart/form-data; boundary=b"), body=body)
    async with here.door() as client:
        answer = await post(client, request)
    assert answer.json() == {"accepted": [{"client_id": "c-1", "sequence": 1}]}
    [message] = here.events
    assert isinstance(message, InboundMessage)
    assert message.attachments[0].content == bytes(30_000_000)


async def test_only_posts_are_taken() -> None:
    async with town().door() as client:
        assert (await client.get("/channels/sms/inbound")).status_code == 405


async def test_a_torn_body_stores_nothing() -> None:
    here = town()

    async def torn() -> Any:
        yield PLAIN.body[:10]
        raise httpx2.ReadError("the line was cut")

    async with here.door() as client:
        with pytest.raises(httpx2.ReadError):
            await client.post("/channels/sms/inbound", content=torn(), headers=dict(PLAIN.headers))
    assert not here.events


def test_a_request_is_plain_frozen_data() -> None:
    request = WebhookRequest("POST", "https://guichet.test/", {}, b"")
    with pytest.raises(AttributeError):
        request.body = b"x"  # type: ignore[misc]


async def test_a_web_chat_post_that_cannot_be_read_is_told_so_counted_and_kept_nowhere() -> None:
    here = town()
    request = replace(posting({}), body=b'{"x": "AAAA')
    async with here.door() as client:
        answers = [await post(client, request) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert here.refusals == [("webchat", "unreadable")] * 3
    assert not here.quarantined


@pytest.mark.parametrize(
    ("headers", "status"), [({"cookie": ""}, 403), ({"sec-fetch-site": "cross-site"}, 403), ({}, 200)]
)
async def test_a_web_chat_posts_body_is_not_read_before_its_head_is_known(headers: dict[str, str], status: int) -> None:
    here, request = town(), posting({"client_id": "a-number", "text": "Bonjour"})
    asked = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal asked
        asked += 1
        yield request.body

    async with here.door() as client:
        answer = await client.post(request.url, content=body(), headers={**request.headers, **headers})
    assert (answer.status_code, asked) == (status, int(status == 200))
