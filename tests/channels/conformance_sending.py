"""The sending half of the shared suite."""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, ClassVar, Protocol

import pytest
import structlog

from channels.contract import ChannelAdapter, Choice, Closing, OutboundAttachment, OutboundMessage
from channels.errors import SendError
from channels.registry import secrets_of
from channels.rendering import units
from tests.channels import recordings

TROUBLES = {"broken", "busy", "content", "credentials", "address", "timeout", "unreadable", "down"}
"""What goes wrong at every provider, by whatever protocol."""
CHOICES = (Choice("Rue de Paris", "12 rue de Paris"), Choice("Place du Marché", "place du Marché"))
FILE = OutboundAttachment("recu.pdf", "application/pdf", "https://guichet.test/f/recu.pdf?s=1")
SUBJECT = "Demande MTL-26-004471"


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
            assert await self.sent(sender, there, recording.message) == [recording.expected], recording.name

    def test_the_longest_recording_is_as_long_as_is_claimed(self) -> None:
        recorded = recordings.outgoing(self.adapter_class.kind)
        assert max(units(recording.message.text) for recording in recorded) == self.adapter_class.capabilities.max_text

    async def test_choices_files_and_subjects_leave_where_they_are_claimed_and_nowhere_else(
        self, sender: ChannelAdapter, there: Provider
    ) -> None:
        """What is claimed reaches the provider; for what is not, the provider gets the same as without it."""
        claims, plain = self.adapter_class.capabilities, await self.sent(sender, there, self.message)
        for is_claimed, more, told in (
            (claims.choices == "buttons", {"choices": CHOICES}, CHOICES[0].label),
            (claims.attachments, {"attachments": (FILE,)}, FILE.url),
            (claims.letters, {"subject": SUBJECT}, SUBJECT),
        ):
            got = await self.sent(sender, there, replace(self.message, **more))  # type: ignore[arg-type]
            assert (told in json.dumps(got)) == is_claimed, told
            assert is_claimed or got == plain, told

    async def test_the_town_writes_first_where_it_is_claimed_and_nowhere_else(
        self, sender: ChannelAdapter, there: Provider
    ) -> None:
        """A message to an address that never wrote: the provider takes it where the claim is made, else refuses it."""
        try:
            is_taken = bool(await self.sent(sender, there, self.message))
        except SendError:
            is_taken = False
        assert is_taken == self.adapter_class.capabilities.writes_first

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

    async def sent(self, sender: ChannelAdapter, there: Provider, message: OutboundMessage) -> list[Any]:
        """What the provider gets of a message."""
        before = len(there.got())
        await sender.send(message)
        return list(recordings.as_plain(there.got()[before:]))

    @property
    def message(self) -> OutboundMessage:
        return recordings.outgoing(self.adapter_class.kind)[0].message
