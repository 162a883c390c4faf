"""The receiving half of the shared suite."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from channels.contract import Admitting, ChannelAdapter, DeliveryUpdate, InboundMessage, WebhookRequest
from channels.errors import PayloadInvalid, SignatureInvalid
from tests.channels import recordings
from tests.channels.webhook_town import PUBLIC_URL, Town, post

JUNK = (b"", b"{", b"[]", b"null", b"\xff")


class ReceivingConformance(ABC):
    """`adapter_class` is what is tested, `keys` are the primary and the secondary secret."""

    adapter_class: ClassVar[type[ChannelAdapter]]
    keys: ClassVar[Sequence[str]]
    nowhere: ClassVar[str] = "http://127.0.0.1:9"
    knows_every_event: ClassVar[bool] = False
    """Set by a channel whose other side is our own page: there is no event it could not know."""

    @abstractmethod
    def build(self, provider_url: str) -> ChannelAdapter: ...

    @abstractmethod
    def sign(self, request: WebhookRequest, key: str) -> WebhookRequest:
        """The request as its provider signs it with this key."""

    @abstractmethod
    def tampered(self, request: WebhookRequest) -> Iterator[WebhookRequest]:
        """Changes of a signed request that somebody hostile could make."""

    @abstractmethod
    def unsigned(self, request: WebhookRequest) -> WebhookRequest: ...

    @abstractmethod
    def is_normal(self, message: InboundMessage) -> bool:
        """Whether the sender stands in normal form."""

    @property
    def adapter(self) -> ChannelAdapter:
        return self.build(self.nowhere)

    @property
    def recorded(self) -> list[recordings.Inbound]:
        return recordings.inbound(self.adapter_class.kind)

    @property
    def recorded_message(self) -> recordings.Inbound:
        return next(r for r in self.recorded if r.events and isinstance(r.events[0], InboundMessage))

    def test_recorded_requests_parse_to_what_was_written_down(self) -> None:
        assert self.recorded
        for recording in self.recorded:
            self.adapter.verify(recording.request)
            assert list(self.adapter.parse(recording.request)) == recording.events, recording.name

    def test_parsing_twice_gives_the_same(self) -> None:
        for recording in self.recorded:
            assert self.adapter.parse(recording.request) == self.adapter.parse(recording.request)

    def test_times_have_a_zone_and_senders_are_in_normal_form(self) -> None:
        messages = [e for r in self.recorded for e in self.adapter.parse(r.request) if isinstance(e, InboundMessage)]
        assert messages
        for message in messages:
            assert message.sent_at is None or message.sent_at.tzinfo is not None
            assert self.is_normal(message), message.sender
            assert message.external_id

    def test_both_keys_are_accepted_during_a_rotation(self) -> None:
        for key in self.keys:
            self.adapter.verify(self.sign(self.recorded_message.request, key))

    def test_another_key_is_refused(self) -> None:
        with pytest.raises(SignatureInvalid):
            self.adapter.verify(self.sign(self.recorded_message.request, "somebody-else"))

    def test_a_tampered_request_is_refused(self) -> None:
        signed = self.sign(self.recorded_message.request, self.keys[0])
        changed = list(self.tampered(signed))
        assert changed
        for request in changed:
            with pytest.raises(SignatureInvalid):
                self.adapter.verify(request)

    def test_a_missing_signature_is_refused(self) -> None:
        with pytest.raises(SignatureInvalid):
            self.adapter.verify(self.unsigned(self.recorded_message.request))

    def test_junk_is_invalid_and_nothing_else(self) -> None:
        for body in JUNK:
            request = self.sign(replace(self.recorded_message.request, body=body), self.keys[0])
            self.adapter.verify(request)
            with pytest.raises(PayloadInvalid):
                self.adapter.parse(request)

    def test_some_recording_is_of_an_event_we_do_not_know(self) -> None:
        assert self.knows_every_event or any(not recording.events for recording in self.recorded)

    def test_files_and_receipts_come_where_they_are_claimed_and_nowhere_else(self) -> None:
        events = [event for recording in self.recorded for event in recording.events]
        claims = self.adapter_class.capabilities
        assert claims.attachments == any(isinstance(e, InboundMessage) and e.attachments for e in events)
        assert claims.receipts == self.receipts_recorded(events)

    def test_no_recorded_request_is_larger_than_what_is_taken(self) -> None:
        assert max(len(recording.request.body) for recording in self.recorded) <= self.adapter.capabilities.max_request

    def receipts_recorded(self, events: Sequence[object]) -> bool:
        return any(isinstance(event, DeliveryUpdate) and event.state == "delivered" for event in events)

    async def test_a_repeated_delivery_is_stored_once_and_answered_alike(self) -> None:
        town = Town({"it": self.adapter})
        request = self.at(self.recorded_message.request, "it")
        async with town.door() as client:
            first, second = await post(client, request), await post(client, request)
        assert len(town.stored) == 1
        assert first.status_code < 400
        assert (first.status_code, first.content) == (second.status_code, second.content)

    async def test_what_cannot_be_read_is_kept_for_a_provider_and_refused_to_a_browser(self) -> None:
        town = Town({"it": self.adapter})
        request = self.at(replace(self.recorded_message.request, body=b"null"), "it")
        async with town.door() as client:
            answer = await post(client, request)
        is_browsers = isinstance(self.adapter, Admitting)
        assert answer.status_code == (400 if is_browsers else 200)
        assert [kept.body for _, kept, _ in town.quarantined] == ([] if is_browsers else [b"null"])

    async def test_an_unknown_or_disabled_channel_is_not_found(self) -> None:
        town = Town({})
        async with town.door() as client:
            answer = await post(client, self.at(self.recorded_message.request, "it"))
        assert answer.status_code == 404
        assert town.refusals == [("unknown", "unknown_channel")]

    def at(self, request: WebhookRequest, channel_id: str) -> WebhookRequest:
        """The request, posted to a channel of the test's town and signed for it."""
        moved = replace(request, url=f"{PUBLIC_URL}/channels/{channel_id}/inbound")
        return self.sign(moved, self.keys[0])
