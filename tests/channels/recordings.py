"""Recorded exchanges: what a provider posts with what we read in it, what we send with what the provider gets."""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from channels.contract import (
    Choice,
    DeliveryUpdate,
    InboundAttachment,
    InboundEvent,
    InboundMessage,
    OutboundAttachment,
    OutboundMessage,
    WebhookRequest,
)

ROOT = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Inbound:
    name: str
    request: WebhookRequest
    events: list[InboundEvent]


@dataclass(frozen=True, slots=True)
class Outgoing:
    name: str
    message: OutboundMessage
    expected: Any


def inbound(kind: str) -> list[Inbound]:
    return [_inbound(path) for path in sorted((ROOT / kind / "recordings" / "inbound").glob("*.json"))]


def outgoing(kind: str) -> list[Outgoing]:
    return [_outgoing(path) for path in sorted((ROOT / kind / "recordings" / "outgoing").glob("*.json"))]


def as_plain(value: Any) -> Any:
    """The value as JSON gives it back."""
    return json.loads(json.dumps(value))


def _inbound(path: Path) -> Inbound:
    recorded = json.loads(path.read_text("utf-8"))
    asked = recorded["request"]
    body = base64.b64decode(asked["body_base64"]) if "body_base64" in asked else asked["body"].encode()
    request = WebhookRequest(asked["method"], asked["url"], asked["headers"], body)
    return Inbound(path.stem, request, [_event(event) for event in recorded["events"]])


def _event(recorded: dict[str, Any]) -> InboundEvent:
    fields = dict(recorded)
    if fields.pop("type") == "update":
        if "delivery_id" in fields:
            fields["delivery_id"] = UUID(fields["delivery_id"])
        return DeliveryUpdate(**fields)
    fields["attachments"] = tuple(_attachment(file) for file in fields.get("attachments", []))
    if fields.get("location"):
        fields["location"] = tuple(fields["location"])
    if fields.get("sent_at"):
        fields["sent_at"] = datetime.fromisoformat(fields["sent_at"])
    return InboundMessage(**fields)


def _attachment(recorded: dict[str, Any]) -> InboundAttachment:
    fields = dict(recorded)
    content = fields.pop("content_base64", None)
    return InboundAttachment(**fields, content=base64.b64decode(content) if content is not None else None)


def _outgoing(path: Path) -> Outgoing:
    recorded = json.loads(path.read_text("utf-8"))
    fields = dict(recorded["message"])
    repeat = fields.pop("repeat", 1)
    fields["text"] *= repeat
    for name in ("delivery_id", "conversation_id"):
        if name in fields:
            fields[name] = UUID(fields[name])
    fields["choices"] = tuple(Choice(**choice) for choice in fields.get("choices", []))
    fields["attachments"] = tuple(OutboundAttachment(**file) for file in fields.get("attachments", []))
    return Outgoing(path.stem, OutboundMessage(**fields), recorded["expected"])


def plain_event(event: InboundEvent) -> dict[str, Any]:
    """For messages of failed tests: the event without its bytes."""
    fields = asdict(event)
    for file in fields.get("attachments", ()):
        file["content"] = f"{len(file['content'])} bytes" if file["content"] is not None else None
    return fields
