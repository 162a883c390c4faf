"""The sending half of the shared suite."""

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Protocol

import pytest
import structlog

from channels.contract import ChannelAdapter, Closing, OutboundMessage
from channels.errors import SendError
from channels.registry import secrets_of
from tests.channels import recordings

TROUBLES = {"broken", "busy", "content", "credentials", "address", "timeout", "unreadable", "down"}
"""What goes wrong at every provider, by whatever protocol."""


class Provider(Protocol):
    """The pretend provider of a channel's test."""

    url: str

    def prepare(self, trouble: str) -> None:
        """Makes the next sends fail in this way."""

    def got(self) -> list[Any]:
        """What was received so far, as plain JSON data."""


class SendingConformance(ABC):
    """`troubles` says which error each trouble must become."""

    adapter_class: ClassVar[type[ChannelAdapter]]
    troubles: ClassVar[Mapping[str, type[SendError]]]

    @abstractmethod
    def build(self, provider_url: str) -> ChannelAdapter: ...

    @abstractmethod
    def provider(self) -> AbstractAsyncContextManager[Provider]: ...

    @pytest.fixture
    async def there(self) -> AsyncIterator[Provider]:
        async with self.provider() as provider:
            yield provider

    @pytest.fixture
    async def sender(self, there: Provider) -> AsyncIterator[ChannelAdapter]:
        adapter = self.build(there.url)
        yield adapter
        if isinstance(adapter, Closing):
            await adapter.aclose()

    async def test_the_provider_gets_exactly_what_was_written_down(
        self, sender: ChannelAdapter, there: Provider
    ) -> None:
        recorded = recordings.outgoing(self.adapter_class.kind)
        assert {"plain", "accented", "emoji", "longest"} <= {recording.name for recording in recorded}
        assert not self.adapter_class.capabilities.attachments or any(r.message.attachments for r in recorded)
        for recording in recorded:
            before = len(there.got())
            await sender.send(recording.message)
            assert recordings.as_plain(there.got()[before:]) == [recording.expected], recording.name

    async def test_each_trouble_becomes_its_error(self, sender: ChannelAdapter, there: Provider) -> None:
        assert set(self.troubles) == TROUBLES
        for trouble, error in self.troubles.items():
            there.prepare(trouble)
            with pytest.raises(SendError) as caught:
                await sender.send(self.message)
            assert type(caught.value) is error, trouble

    async def test_no_secret_appears_in_logs_errors_or_descriptions(
        self, sender: ChannelAdapter, there: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        secrets = secrets_of(sender).values
        assert secrets
        said = [repr(sender), repr(vars(sender).get("_config"))]
        with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logged:
            await sender.send(self.message)
            for trouble in self.troubles:
                there.prepare(trouble)
                with pytest.raises(SendError) as caught:
                    await sender.send(self.message)
                said += [str(caught.value), repr(caught.value.__cause__)]
        everything = "\n".join([*said, caplog.text, repr(logged)])
        assert not [secret for secret in secrets if secret in everything]

    @property
    def message(self) -> OutboundMessage:
        return recordings.outgoing(self.adapter_class.kind)[0].message
