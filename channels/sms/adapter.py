"""Text and picture messages through Twilio (https://www.twilio.com/docs/messaging/api/message-resource)."""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from twilio.base.exceptions import TwilioException

from channels.contacts import PHONE
from channels.contract import (
    Capabilities,
    Counted,
    DeliveryUpdate,
    InboundAttachment,
    InboundEvent,
    InboundMessage,
    OutboundMessage,
    Received,
    Secrets,
    Sent,
    WebhookRequest,
    WebhookResponse,
)
from channels.errors import OPTED_OUT, PayloadInvalid, ProviderUnavailable
from channels.health import await_answer
from channels.http import ProviderClient
from channels.media import FileHosts, fetch_file
from channels.sms import gsm7
from channels.twilio.api import OPT_OUT_CODE, PUBLIC_BASE, TwilioTransport, basic, connect, error_from
from channels.twilio.webhooks import DELIVERY_STATES, Form, consent_keyword, read_form, verify_signature
from kit.phones import normalise

if TYPE_CHECKING:
    from twilio.rest import Client

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_COUNT = re.compile(r"[0-9]{1,4}")
_MAX_FILES = 10  # Twilio's own limit for one message
_LOOK_BACK = 500
_DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class SmsConfig:
    """A town's number. `auth_tokens`: the primary one sends; all are accepted on webhooks, for rotation.

    `number` is E.164 or the id of a messaging service (MG...). `public_url` is the base that Twilio calls back.
    `keep_accents` keeps ê, î, ç... where a text takes no more segments for them. `timeout` in seconds.
    """

    channel_id: str
    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    number: str
    public_url: str
    api_base: str = PUBLIC_BASE
    keep_accents: bool = False
    timeout: float = 10.0
    connections: int = 32
    media_hosts: tuple[str, ...] = ("mms.twiliocdn.com", "media.twiliocdn.com")


class SmsAdapter:
    """Twilio's side of one number."""

    kind: ClassVar[str] = "sms"
    capabilities: Capabilities = Capabilities(max_text=1600, choices="numbered", attachments=True, receipts=True)

    def __init__(self, config: SmsConfig) -> None:
        self._config = config
        self._authorization = basic(config.account_sid, config.auth_tokens[0])
        self._http = ProviderClient(timeout=config.timeout, connections=config.connections, secrets=self.secrets.values)
        base = config.public_url.rstrip("/")
        self._status_url = f"{base}/channels/{config.channel_id}/status"

    @property
    def secrets(self) -> Secrets:
        return Secrets((*self._config.auth_tokens, self._authorization.removeprefix("Basic ")))

    def verify(self, request: WebhookRequest) -> None:
        verify_signature(request, self._config.auth_tokens)

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        form = read_form(request.body).cleaned()
        if not form.first("AccountSid"):
            raise PayloadInvalid("no AccountSid: not a message of Twilio's")
        if form.first("MessageStatus") not in ("", "receiving", "received"):
            return _update(form, request.url)
        return [_message(form)] if _is_message(form) else []

    def acknowledge(
        self, request: WebhookRequest, events: Sequence[InboundEvent], received: Sequence[Received]
    ) -> WebhookResponse:
        """Empty TwiML: the answer goes out by itself, later."""
        return WebhookResponse(content_type="text/xml", body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>')

    def typeset(self, text: str) -> str:
        return gsm7.fold(text, keep_accents=self._config.keep_accents)

    def count(self, text: str) -> Counted:
        counted = gsm7.segments(text)
        return Counted(counted.characters, counted.segments, counted.encoding)

    async def examine(self) -> str:
        return await await_answer(self._config.api_base)

    async def send(self, message: OutboundMessage) -> Sent:
        try:
            created = await self._client.messages.create_async(**self._fields(message))
        except TwilioException as error:
            raise error_from(error) from error
        except (ValueError, TypeError) as error:
            raise ProviderUnavailable("unreadable answer") from error
        if not _is_id(created.sid):
            raise ProviderUnavailable("answer without message id")
        return Sent(created.sid, DELIVERY_STATES.get(str(created.status), "sent"))

    async def find_sent(self, message: OutboundMessage, *, since: datetime, known: frozenset[str]) -> Sent | None:
        """Twilio takes no idempotency key: the oldest own message with this number and text is taken for it."""
        text = self.typeset(message.text)
        floor = since.astimezone(UTC) - timedelta(seconds=1)  # Twilio's times are whole seconds
        found = None
        filters = {"to": message.to, **self._sender_field("from_")}
        try:
            async for sent in await self._client.messages.stream_async(**filters, limit=_LOOK_BACK, page_size=50):
                if sent.date_created is not None and sent.date_created < floor:
                    break  # newest first
                is_ours = str(sent.direction).startswith("outbound") and _is_id(sent.sid)
                if is_ours and sent.body == text and sent.sid not in known:
                    found = Sent(sent.sid, DELIVERY_STATES.get(str(sent.status), "sent"))
        except TwilioException as error:
            raise error_from(error) from error
        except (ValueError, TypeError, KeyError) as error:
            raise ProviderUnavailable("unreadable answer") from error
        return found

    async def fetch_media(self, url: str) -> tuple[bytes, str]:
        own = {"Authorization": self._authorization}
        return await fetch_file(self._http, url, FileHosts(self._config.api_base, own, self._config.media_hosts))

    async def aclose(self) -> None:
        await self._http.aclose()

    @cached_property
    def _client(self) -> "Client":
        transport = TwilioTransport(self._http, self._config.api_base, self._authorization)
        return connect(self._config.account_sid, self._config.auth_tokens[0], transport)

    def _fields(self, message: OutboundMessage) -> dict[str, Any]:
        # The receipts name the delivery: one that comes before the provider's answer finds its row all the same.
        callback = f"{self._status_url}?{_DELIVERY}={message.delivery_id}"
        fields: dict[str, Any] = {"to": message.to, "status_callback": callback}
        if text := self.typeset(message.text):
            fields["body"] = text
        if message.attachments:
            fields["media_url"] = [attachment.url for attachment in message.attachments]
        return {**fields, **self._sender_field("from_", "messaging_service_sid")}

    def _sender_field(self, number: str, service: str | None = None) -> dict[str, str]:
        name = service if self._config.number.startswith("MG") else number
        return {name: self._config.number} if name else {}


def _is_id(sid: object) -> bool:
    """Whether the provider's answer tells a message by an id of its own: a number would be anybody's."""
    return isinstance(sid, str) and bool(sid)


def _is_message(form: Form) -> bool:
    """A picture may come without the field Body."""
    return "Body" in form or "NumMedia" in form or "OptOutType" in form


def _update(form: Form, url: str) -> list[InboundEvent]:
    state = DELIVERY_STATES.get(form.first("MessageStatus"))
    if state is None:
        return []
    code = form.first("ErrorCode") if state == "failed" else ""
    code = OPTED_OUT if code == str(OPT_OUT_CODE) else code
    error_text = form.first("ErrorMessage") or None
    return [DeliveryUpdate(_message_id(form), state, code or None, error_text, _delivery_id(url))]


def _delivery_id(url: str) -> UUID | None:
    """Our own id in the signed address; None where there is none, as in the receipts of messages of older releases."""
    try:
        return UUID(dict(parse_qsl(urlsplit(url).query)).get(_DELIVERY, ""))
    except ValueError:
        return None


def _message(form: Form) -> InboundMessage:
    return InboundMessage(
        external_id=_message_id(form),
        sender=_sender(form.first("From")),
        sender_kind=PHONE.kind,
        text=form.first("Body"),
        attachments=tuple(_attachments(form)),
        keyword=consent_keyword(form),
    )


def _message_id(form: Form) -> str:
    found = form.first("MessageSid") or form.first("SmsSid")
    if not found:
        raise PayloadInvalid("no MessageSid")
    return found


def _sender(address: str) -> str:
    """E.164; short codes and names of senders, which nobody can answer, stay as they are."""
    compact = address.strip()
    if ":" in compact or not compact:
        raise PayloadInvalid("no telephone number in From")
    return compact if _E164.fullmatch(compact) else normalise(compact) or compact


def _attachments(form: Form) -> list[InboundAttachment]:
    count = form.first("NumMedia") or "0"
    if not _COUNT.fullmatch(count):
        raise PayloadInvalid("NumMedia is no number")
    found = []
    for index in range(min(int(count), _MAX_FILES)):
        if url := form.first(f"MediaUrl{index}"):
            content_type = form.first(f"MediaContentType{index}") or "application/octet-stream"
            stem = "photo" if content_type.startswith("image/") else "file"
            name = f"{stem}-{index + 1}{mimetypes.guess_extension(content_type) or ''}"
            found.append(InboundAttachment(filename=name, content_type=content_type, url=url))
    return found
