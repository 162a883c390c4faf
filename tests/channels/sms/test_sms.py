import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from channels.contract import DeliveryUpdate, InboundMessage, WebhookRequest
from channels.errors import (
    AddressRefused,
    ContentRefused,
    CredentialsRefused,
    OptedOutAtProvider,
    ProviderUnavailable,
    RateLimited,
    SendError,
)
from channels.sms.adapter import SmsAdapter
from tests.channels import recordings
from tests.channels.conformance import ChannelConformance
from tests.channels.sms.pretending import MESSAGE, TOKENS, accepted, config
from tests.support.stub_provider import Answer, StubProvider, stub_provider


def refusal(status: int, code: int) -> Answer:
    return Answer(status, json.dumps({"code": code, "message": "no", "more_info": "", "status": status}).encode())


PREPARED = {
    "broken": Answer(500, b"<html>oops</html>"),
    "busy": Answer(429, b"{}", headers={"Retry-After": "7"}),
    "content": refusal(400, 21617),
    "credentials": refusal(401, 20003),
    "address": refusal(400, 21211),
    "timeout": Answer(201, b"{}", delay=0.6),
    "unreadable": Answer(201, b"<html>hello</html>"),
    "down": Answer(drop=True),
}


@dataclass
class PretendTwilio:
    stub: StubProvider
    url: str

    def prepare(self, trouble: str) -> None:
        self.stub.answer(PREPARED[trouble])

    def got(self) -> list[Any]:
        return [
            {
                "method": asked.method,
                "path": asked.path,
                "authorization": asked.headers["authorization"],
                "content-type": asked.headers["content-type"],
                "form": asked.form,
            }
            for asked in self.stub.asked
        ]


class TestSmsConformance(ChannelConformance):
    adapter_class = SmsAdapter
    keys = TOKENS
    troubles: ClassVar[Mapping[str, type[SendError]]] = {
        "broken": ProviderUnavailable,
        "busy": RateLimited,
        "content": ContentRefused,
        "credentials": CredentialsRefused,
        "address": AddressRefused,
        "timeout": ProviderUnavailable,
        "unreadable": ProviderUnavailable,
        "down": ProviderUnavailable,
    }

    def build(self, provider_url: str) -> SmsAdapter:
        return SmsAdapter(config(provider_url))

    def sign(self, request: WebhookRequest, key: str) -> WebhookRequest:
        form = dict(parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)) if b"=" in request.body else {}
        signature = RequestValidator(key).compute_signature(request.url, form)
        return replace(request, headers={**request.headers, "x-twilio-signature": signature})

    def tampered(self, request: WebhookRequest) -> Iterator[WebhookRequest]:
        yield replace(request, body=request.body.replace(b"Body=", b"Body=x"))
        yield replace(request, body=request.body + b"&Extra=1")
        yield replace(request, body=b"")
        yield replace(request, url=request.url.replace("/sms/", "/other/"))
        yield replace(request, headers={**request.headers, "x-twilio-signature": "é"})

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        return replace(request, headers={k: v for k, v in request.headers.items() if k != "x-twilio-signature"})

    def is_normal(self, message: InboundMessage) -> bool:
        return message.sender_kind == "phone" and (message.sender.startswith("+") or message.sender == "36105")

    @asynccontextmanager
    async def provider(self) -> AsyncIterator[PretendTwilio]:
        async with stub_provider() as stub:
            stub.answer(accepted())
            yield PretendTwilio(stub, stub.url)


async def test_an_accepted_message_gives_the_provider_id(sms: SmsAdapter) -> None:
    sent = await sms.send(MESSAGE)
    assert (sent.provider_id, sent.state) == ("SM7", "sent")


async def test_the_pause_that_the_provider_asks_for_is_passed_on(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(Answer(429, b"{}", {"Retry-After": "7"}))
    with pytest.raises(RateLimited) as caught:
        await sms.send(MESSAGE)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("code", [21211, 21214, 21614, 30003, 30005])
async def test_a_number_that_cannot_receive_is_not_tried_again(
    sms: SmsAdapter, twilio: StubProvider, code: int
) -> None:
    twilio.answer(refusal(400, code))
    with pytest.raises(AddressRefused) as caught:
        await sms.send(MESSAGE)
    assert not caught.value.retryable


@pytest.mark.parametrize("nonsense", ["inf", "nan", "1e999", "-inf", "soon"])
async def test_a_pause_that_is_no_time_counts_as_not_asked(
    sms: SmsAdapter, twilio: StubProvider, nonsense: str
) -> None:
    twilio.answer(Answer(429, b"{}", {"Retry-After": nonsense}))
    with pytest.raises(RateLimited) as caught:
        await sms.send(MESSAGE)
    assert caught.value.retry_after is None


async def test_a_number_that_told_the_provider_stop_is_no_wrong_number(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(refusal(400, 21610))
    with pytest.raises(OptedOutAtProvider) as caught:
        await sms.send(MESSAGE)
    assert (caught.value.code, caught.value.advice, caught.value.retryable) == ("opted_out", "opted_out", False)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(201, b'{"status": "queued"}'), ProviderUnavailable),
        (Answer(201, b'{"sid": 123, "status": "queued"}'), ProviderUnavailable),
        (Answer(201, b'{"sid": '), ProviderUnavailable),
        (Answer(201, b"\xff\xfe"), ProviderUnavailable),
        (Answer(307, b"", {"Location": "http://127.0.0.1:9/"}), ProviderUnavailable),
        (Answer(404, b"<html>no such page</html>"), CredentialsRefused),
        (Answer(403, b"<html>proxy</html>"), CredentialsRefused),
        (Answer(400, b"[1, 2]"), ContentRefused),
        (refusal(429, 20429), RateLimited),
        (refusal(400, 21606), CredentialsRefused),
    ],
)
async def test_strange_answers_become_the_right_error(
    sms: SmsAdapter, twilio: StubProvider, answer: Answer, error: type[SendError]
) -> None:
    twilio.answer(answer)
    with pytest.raises(SendError) as caught:
        await sms.send(MESSAGE)
    assert type(caught.value) is error


async def test_a_provider_that_is_down_is_unavailable_and_has_nothing() -> None:
    adapter = SmsAdapter(config("http://127.0.0.1:9"))
    with pytest.raises(ProviderUnavailable) as caught:
        await adapter.send(MESSAGE)
    assert caught.value.accepted == "no"
    await adapter.aclose()


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (Answer(drop=True), "perhaps"),
        (Answer(201, b"{}", delay=0.6), "perhaps"),
        (Answer(201, b"<html>hello</html>"), "perhaps"),
        (Answer(201, b'{"status": "queued"}'), "perhaps"),
        (Answer(201, b'{"sid": 123, "status": "queued"}'), "perhaps"),
        (Answer(500, b"<html>oops</html>"), "unlikely"),
        (Answer(503), "unlikely"),
        (Answer(307, b"", {"Location": "http://127.0.0.1:9/"}), "no"),
        (Answer(429, b"{}"), "no"),
        (refusal(400, 21211), "no"),
        (refusal(401, 20003), "no"),
    ],
)
async def test_each_trouble_says_whether_the_provider_may_have_the_message(
    sms: SmsAdapter, twilio: StubProvider, answer: Answer, accepted: str
) -> None:
    twilio.answer(answer)
    with pytest.raises(SendError) as caught:
        await sms.send(MESSAGE)
    assert caught.value.accepted == accepted


@pytest.mark.parametrize(
    "query", ["", "?delivery=", "?delivery=x", "?delivery=' OR 1", "?other=1", "?delivery=" + "9" * 999]
)
def test_a_receipt_without_our_own_id_is_a_receipt_all_the_same(query: str) -> None:
    adapter = SmsAdapter(config("http://127.0.0.1:9"))
    recorded = next(r for r in recordings.inbound("sms") if r.name == "status_delivered").request
    [event] = adapter.parse(replace(recorded, url=recorded.url + query))
    assert isinstance(event, DeliveryUpdate)
    assert (event.state, event.delivery_id) == ("delivered", None)


async def test_accents_can_be_kept(twilio: StubProvider) -> None:
    adapter = SmsAdapter(replace(config(twilio.url), keep_accents=True))
    await adapter.send(replace(MESSAGE, text="C’est la fête"))
    await adapter.aclose()
    assert twilio.asked[0].form["Body"] == ["C'est la fête"]


async def test_a_messaging_service_may_stand_for_the_number(twilio: StubProvider) -> None:
    adapter = SmsAdapter(replace(config(twilio.url), number="MG123"))
    await adapter.send(MESSAGE)
    await adapter.aclose()
    assert twilio.asked[0].form["MessagingServiceSid"] == ["MG123"]
    assert "From" not in twilio.asked[0].form
