"""The city's own chat in the browser: posts come from our pages, answers are fetched when the door-bell rings."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from channels.contacts import VISITOR
from channels.contract import (
    Capabilities,
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
from channels.errors import PayloadInvalid, SignatureInvalid
from channels.forms import read_form
from channels.incoming import clean_text
from channels.kinds import Ring
from channels.webchat.visitors import visitor_of
from kit.files import MAX_FORM
from kit.origins import address_parts, came_from_here

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_EMBEDDED = "embed=1"
"""In the address of the chat page that stands in a frame."""


@dataclass(frozen=True, slots=True)
class WebchatConfig:
    """`visitor_keys` sign the visitors' cookies: the first signs, all are accepted, for rotation.

    `chat_path` is where a browser without JavaScript is sent back to.
    """

    channel_id: str
    visitor_keys: tuple[str, ...] = field(repr=False)
    public_url: str
    notify: Ring = field(repr=False)
    chat_path: str = "/chat"


class WebchatAdapter:
    """The chat page's posts, in JSON or as a plain form."""

    kind: ClassVar[str] = "webchat"
    capabilities: Capabilities = Capabilities(
        max_text=10_000,
        choices="buttons",
        attachments=True,
        receipts=True,
        max_request=MAX_FORM,
        only_rings=True,
        writes_first=False,
    )

    def __init__(self, config: WebchatConfig) -> None:
        self._config = config

    @property
    def secrets(self) -> Secrets:
        return Secrets(self._config.visitor_keys)

    def verify(self, request: WebhookRequest) -> None:
        self.admit(request)

    def admit(self, request: WebhookRequest) -> None:
        if not came_from_here(request.headers, urlsplit(self._config.public_url).netloc):
            raise SignatureInvalid("posted from another site")
        if self._visitor(request) is None:
            raise SignatureInvalid("no visitor cookie of ours")

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        visitor = self._visitor(request)
        if visitor is None:
            raise PayloadInvalid("no visitor cookie of ours")
        fields, files = _read(request)
        return [_message(visitor, fields, files)]

    def acknowledge(
        self, request: WebhookRequest, events: Sequence[InboundEvent], received: Sequence[Received]
    ) -> WebhookResponse:
        """The numbers given, by client id; a page without JavaScript is shown the chat again."""
        if "text/html" in request.headers.get("accept", ""):
            return WebhookResponse(status=303, headers={"location": self._way_back(request)})
        accepted = [
            {"client_id": event.client_id, "sequence": result.sequence}
            for event, result in zip(events, received, strict=True)
            if isinstance(event, InboundMessage)
        ]
        body = json.dumps({"accepted": accepted}).encode()
        return WebhookResponse(content_type="application/json", body=body)

    def _way_back(self, request: WebhookRequest) -> str:
        """The chat page; in a frame of the town's site the page that may stand in one, as the form's page was."""
        path, hash_, end = self._config.chat_path.partition("#")
        came_from = address_parts(request.headers.get("referer", "")).query
        return f"{path}?{_EMBEDDED}{hash_}{end}" if _EMBEDDED in came_from.split("&") else self._config.chat_path

    async def send(self, message: OutboundMessage) -> Sent:
        """The message is in the store already: only the door-bell rings."""
        if message.conversation_id is not None:
            self._config.notify(message.conversation_id, message.sequence)
        return Sent(provider_id=None, state="sent")

    def _visitor(self, request: WebhookRequest) -> str | None:
        return visitor_of(request.headers.get("cookie", ""), self._config.visitor_keys)


def _read(request: WebhookRequest) -> tuple[dict[str, Any], list[InboundAttachment]]:
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() == "application/json":
        return _read_json(request.body), []
    form = read_form(request.body, content_type)
    return dict(form.fields), form.files


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid("not JSON") from error
    if not isinstance(found, dict):
        raise PayloadInvalid("not a JSON object")
    return found


def _message(visitor: str, fields: Mapping[str, Any], files: Sequence[InboundAttachment]) -> InboundMessage:
    client_id = _text(fields, "client_id") or _text(fields, "nonce")
    if not _CLIENT_ID.fullmatch(client_id):
        raise PayloadInvalid("client_id is missing or malformed")
    language = _text(fields, "language")
    return InboundMessage(
        external_id=f"{visitor}:{client_id}",
        sender=visitor,
        sender_kind=VISITOR.kind,
        text=clean_text(_text(fields, "choice") or _text(fields, "text")),
        attachments=tuple(files),
        location=_location(fields),
        language=language if _LANGUAGE.fullmatch(language) else None,
        client_id=client_id,
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise PayloadInvalid(f"{name} is no text")
    return value or ""


def _location(fields: Mapping[str, Any]) -> tuple[float, float] | None:
    given = (fields.get("latitude"), fields.get("longitude"))
    if all(value in (None, "") for value in given):
        return None
    try:
        latitude, longitude = (float(value) for value in given if isinstance(value, str | int | float))
    except (ValueError, OverflowError) as error:
        raise PayloadInvalid("the position is no pair of numbers") from error
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180):
        raise PayloadInvalid("the position is not on Earth")
    return latitude, longitude
