"""The provider of text messages, and the adapter that speaks to it."""

from collections.abc import AsyncIterator

import pytest

from channels.sms.adapter import SmsAdapter
from tests.channels.sms.pretending import accepted, config
from tests.support.stub_provider import StubProvider, stub_provider


@pytest.fixture
async def twilio() -> AsyncIterator[StubProvider]:
    async with stub_provider() as stub:
        stub.answer(accepted("SM7"))
        yield stub


@pytest.fixture
async def sms(twilio: StubProvider) -> AsyncIterator[SmsAdapter]:
    adapter = SmsAdapter(config(twilio.url))
    yield adapter
    await adapter.aclose()
