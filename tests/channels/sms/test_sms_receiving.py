"""What Twilio posts to us: messages, what it took them for, and what became of ours."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from channels.contract import DeliveryUpdate, InboundMessage, WebhookRequest
from channels.errors import PayloadInvalid
from channels.sms.adapter import SmsAdapter
from tests.channels import recordings
from tests.channels.sms.pretending import ACCOUNT, config


def test_updates_are_read_at_the_inbound_address_too() -> None:
    adapter = SmsAdapter(config("http://127.0.0.1:9"))
    update = next(r for r in recordings.inbound("sms") if r.name == "status_delivered").request
    [event] = adapter.parse(replace(update, url=update.url.replace("/status", "/inbound")))
    assert isinstance(event, DeliveryUpdate)


def posted(fields: Mapping[str, str]) -> WebhookRequest:
    return WebhookRequest("POST", "https://guichet.test/channels/sms/inbound", {}, urlencode(fields).encode())


def test_a_nul_in_any_field_is_left_out_since_no_database_could_keep_it() -> None:
    adapter = SmsAdapter(config("https://api.test"))
    message = {"MessageSid": "SM\x001", "AccountSid": ACCOUNT, "From": "+33639\x00980001", "Body": "a\x00b"}
    media = {"NumMedia": "1", "MediaUrl0": "https://api.test/\x00", "MediaContentType0": "image/\x00jpeg"}
    [received] = adapter.parse(posted(message | media))
    assert isinstance(received, InboundMessage)
    assert (received.external_id, received.sender, received.text) == ("SM1", "+33639980001", "ab")
    assert (received.attachments[0].url, received.attachments[0].content_type) == ("https://api.test/", "image/jpeg")
    status = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": "failed", "ErrorMessage": "gone\x00"}
    assert adapter.parse(posted(status)) == [DeliveryUpdate("SM1", "failed", None, "gone")]


ARRIVED = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": "+33639980001", "NumMedia": "0"}


@pytest.mark.parametrize(
    ("told", "keyword"), [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("", None), ("OTHER", None)]
)
def test_what_the_provider_took_the_message_for_is_told(told: str, keyword: str | None) -> None:
    adapter = SmsAdapter(config("https://api.test"))
    [received] = adapter.parse(posted({**ARRIVED, "Body": "CANCEL", "OptOutType": told}))
    assert isinstance(received, InboundMessage)
    assert (received.text, received.keyword) == ("CANCEL", keyword)


def test_a_picture_without_the_field_body_is_kept() -> None:
    adapter = SmsAdapter(config("https://api.test"))
    media = {"NumMedia": "1", "MediaUrl0": "https://api.test/ME1", "MediaContentType0": "image/jpeg"}
    [received] = adapter.parse(posted({**ARRIVED, **media}))
    assert isinstance(received, InboundMessage)
    assert (received.text, [file.url for file in received.attachments]) == ("", ["https://api.test/ME1"])


@pytest.mark.parametrize(
    "changed",
    [{"From": ""}, {"NumMedia": "9" * 5000}, {"NumMedia": "-1"}, {"NumMedia": "\u0661"}],
    ids=["no sender", "endless number", "negative number", "digits of another script"],
)
def test_a_message_that_cannot_be_read_is_put_aside(changed: Mapping[str, str]) -> None:
    adapter = SmsAdapter(config("https://api.test"))
    with pytest.raises(PayloadInvalid):
        adapter.parse(posted({**ARRIVED, "Body": "allô", **changed}))


def test_a_message_without_sender_is_put_aside() -> None:
    adapter = SmsAdapter(config("https://api.test"))
    with pytest.raises(PayloadInvalid):
        adapter.parse(posted({"MessageSid": "SM1", "AccountSid": ACCOUNT, "Body": "allô"}))


def test_a_late_report_of_stop_is_told_as_such() -> None:
    adapter = SmsAdapter(config("https://api.test"))
    status = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": "undelivered", "ErrorCode": "21610"}
    assert adapter.parse(posted(status)) == [DeliveryUpdate("SM1", "failed", "opted_out", None)]
