"""Pictures that residents send: fetched from the provider and from nowhere else."""

import pytest

from channels.errors import (
    MediaError,
)
from channels.sms.adapter import SmsAdapter
from tests.support.stub_provider import Answer, StubProvider


async def test_a_picture_is_fetched_with_the_account_credentials(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(Answer(200, b"picture", {"Content-Type": "image/jpeg"}))
    assert await sms.fetch_media(f"{twilio.url}/media/1") == (b"picture", "image/jpeg")
    assert twilio.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/media",
        "http://169.254.169.254/latest/meta-data",
        "https://evil.test/media",
        "http://cdn.test/media",
        "file:///etc/passwd",
        "https://cdn.test@evil.test/media",
        "http://[",
        "",
    ],
)
async def test_a_picture_is_fetched_from_no_other_host(sms: SmsAdapter, url: str) -> None:
    with pytest.raises(MediaError) as caught:
        await sms.fetch_media(url)
    assert caught.value.code == "forbidden"


async def test_a_redirection_may_not_lead_elsewhere(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(Answer(307, b"", {"Location": "http://169.254.169.254/"}))
    with pytest.raises(MediaError) as caught:
        await sms.fetch_media(f"{twilio.url}/media/1")
    assert caught.value.code == "forbidden"


async def test_a_redirection_for_ever_ends(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(Answer(302, b"", {"Location": "/media/1"}))
    with pytest.raises(MediaError) as caught:
        await sms.fetch_media(f"{twilio.url}/media/1")
    assert caught.value.code == "forbidden"


@pytest.mark.parametrize(
    ("answer", "code", "retryable"),
    [
        (Answer(200, bytes(10_000_001)), "too_large", False),
        (Answer(404), "gone", True),
        (Answer(410), "gone", False),
        (Answer(401), "credentials", True),
        (Answer(500), "unavailable", True),
        (Answer(200, delay=0.6), "unavailable", True),
    ],
)
async def test_a_picture_that_cannot_be_had_says_why(
    sms: SmsAdapter, twilio: StubProvider, answer: Answer, code: str, retryable: bool
) -> None:
    twilio.answer(answer)
    with pytest.raises(MediaError) as caught:
        await sms.fetch_media(f"{twilio.url}/media/1")
    assert (caught.value.code, caught.value.retryable) == (code, retryable)
