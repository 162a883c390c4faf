"""What was sent before a crash, found again at the provider."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from channels.errors import (
    ProviderUnavailable,
)
from channels.sms.adapter import SmsAdapter
from tests.channels.sms.pretending import ACCOUNT, MESSAGE
from tests.support.stub_provider import Answer, StubProvider

SINCE = datetime(2026, 11, 24, 9, 0, 0, 500_000, tzinfo=UTC)


def listed(sid: str, body: str, at: datetime, direction: str = "outbound-api") -> dict[str, Any]:
    return {"sid": sid, "body": body, "date_created": format_datetime(at), "direction": direction, "status": "sent"}


def page(*messages: dict[str, Any], next_page: str | None = None) -> Answer:
    meta = {"messages": messages, "next_page_uri": next_page, "page": 0, "page_size": 50}
    return Answer(200, json.dumps(meta).encode())


async def test_a_message_sent_before_a_crash_is_found_again(sms: SmsAdapter, twilio: StubProvider) -> None:
    message = replace(MESSAGE, text="C’est fait")
    twilio.answer(
        page(
            listed("SM5", "C'est fait", SINCE.replace(second=9)),
            listed("SM4", "C'est fait", SINCE.replace(second=8)),
            listed("SM3", "autre", SINCE.replace(second=7)),
            next_page=f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1",
        ),
        page(
            listed("SM2", "C'est fait", SINCE, direction="inbound"),
            listed("SM1", "C'est fait", SINCE.replace(microsecond=0)),
            listed("SM0", "C'est fait", SINCE.replace(hour=8)),
        ),
    )
    found = await sms.find_sent(message, since=SINCE, known=frozenset({"SM1"}))
    assert found is not None
    assert found.provider_id == "SM4"
    assert twilio.asked[0].query["To"] == message.to
    assert [asked.path for asked in twilio.asked] == [f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"] * 2


async def test_a_message_never_sent_is_not_found(sms: SmsAdapter, twilio: StubProvider) -> None:
    twilio.answer(page(listed("SM0", MESSAGE.text, SINCE.replace(hour=8))))
    assert await sms.find_sent(MESSAGE, since=SINCE, known=frozenset()) is None


async def test_looking_up_at_a_broken_provider_is_unavailable(sms: SmsAdapter, twilio: StubProvider) -> None:
    for answer in (Answer(503), Answer(200, b'{"nothing": 1}'), Answer(200, b"oops")):
        twilio.answer(answer)
        with pytest.raises(ProviderUnavailable):
            await sms.find_sent(MESSAGE, since=SINCE, known=frozenset())
