"""`guichet chat`: one resident in the terminal, through the real turn engine and store.

The terminal runs its own turns and takes its own deliveries (their lane is its own), so it may run beside a
server on the same database without either taking the other's work.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from app.commands.data import migrate_store, seed_store
from app.commands.service_versions import take_versions
from app.configuration.settings import Settings
from app.process import logging as logs
from app.wiring import Product, build_product, secrets
from bot.contract import Decision
from bot.receive import Source
from case_store.conversations import own_threads
from case_store.work import delivery_claims, turns
from channels.contacts import ContactKind
from channels.contract import InboundAttachment, InboundMessage
from channels.kinds import ChannelKind
from kit.ids import uuid7

_PHOTO = re.compile(r"\[photo:\s*([^\]]+)\]")
_PLACE = re.compile(r"\[location:\s*(-?[0-9.]+)\s*,\s*(-?[0-9.]+)\s*\]")
_TURNS_A_LINE = 5


@dataclass(slots=True)
class Answer:
    """What one line got."""

    replies: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """The line that checks read."""
        body = {
            "replies": self.replies,
            "asked": self.asked,
            "expects": self.asked[0] if self.asked else None,
            "events": self.events,
            **({"why": self.why} if self.why else {}),
        }
        return json.dumps(body, ensure_ascii=False)


def converse(settings: Settings, *, channel: str, address: str, as_json: bool, tells_why: bool = False) -> int:
    """Reads lines until the end of the input; gives the exit code."""
    product = build_product(settings)
    talked_on = {
        found.id: found.kind
        for found in product.channels
        if found.kind.capabilities.hears or found.kind.capabilities.letters
    }
    kind = talked_on.get(channel)
    if kind is None:
        print(f"guichet: no channel {channel!r}; one of {', '.join(sorted(talked_on))}", file=sys.stderr)
        return 2
    sender = kind.contact.read(address) or address
    logs.configure("error", settings.log_format, secrets(settings, product.adapters))
    migrate_store(settings)
    take_versions(product)
    seed_store(settings, product=product)
    try:
        asyncio.run(_Terminal(product, channel, kind, sender, as_json, tells_why).run())
    except KeyboardInterrupt:
        return 130
    return 0


class _Terminal:
    """One conversation held at the keyboard."""

    def __init__(
        self, product: Product, channel: str, kind: ChannelKind, sender: str, as_json: bool, tells_why: bool
    ) -> None:
        self._product = product
        self._channel = channel
        self._kind = kind
        self._sender = sender
        self._as_json = as_json
        self._tells_why = tells_why
        self._lane = f"terminal:{os.getpid()}"

    async def run(self) -> None:
        self._engine = await self._product.engine()
        try:
            while line := await asyncio.to_thread(sys.stdin.buffer.readline):
                text = line.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\ufeff")
                self._print(await self._answer(text))
        finally:
            await self._product.aclose()

    async def _answer(self, line: str) -> Answer:
        language = self._product.town.city.languages[0]
        source = Source(self._channel, self._kind.kind, language, lane=self._lane, trace_id=uuid7().hex)
        message = _read_line(line, self._kind.contact, self._sender)
        stored = (await self._product.reception.receive(source, [message], {"terminal": True}))[0]
        answer = Answer()
        if stored is not None:
            for _ in range(_TURNS_A_LINE):
                if not await self._turn(stored.conversation_id, answer):
                    break
            answer.replies = await self._replies(stored.conversation_id)
        return answer

    async def _turn(self, conversation_id: UUID, answer: Answer) -> bool:
        claimed = await self._product.store.write(turns.claim_turn, conversation_id=conversation_id, worker=self._lane)
        if claimed is None:
            return False
        decision, applied = await self._engine.run(claimed, lane=self._lane)
        if isinstance(decision, Decision) and not applied.stale:
            answer.asked = list(decision.asked)
            answer.events.extend(applied.events)
            answer.why.extend(map(str, decision.why if self._tells_why else ()))
        return decision is not None

    async def _replies(self, conversation_id: UUID) -> list[dict[str, Any]]:
        claimed = await self._product.store.write(
            delivery_claims.claim_terminal_deliveries, conversation_id=conversation_id, lane=self._lane
        )
        ids = list(dict.fromkeys(delivery.message_id for delivery in claimed))
        messages = await self._product.store.read(own_threads.find_said_by_id, message_ids=ids)
        choices = {item.message.id: item.message.choices for item in messages}
        last = {delivery.message_id: delivery.id for delivery in claimed}
        return [
            {
                "text": delivery.text,
                "choices": [
                    {"label": label, "value": value}
                    for label, value in (
                        choices[delivery.message_id] if last[delivery.message_id] == delivery.id else ()
                    )
                ],
            }
            for delivery in claimed
        ]

    def _print(self, answer: Answer) -> None:
        if self._as_json:
            print(answer.as_json(), flush=True)
            return
        for told in answer.why:
            print(told)
        for reply in answer.replies:
            print(reply["text"])
            if self._kind.capabilities.choices == "buttons":
                _print_choices(reply["choices"])
        print(flush=True)


def _print_choices(choices: Sequence[dict[str, str]]) -> None:
    if choices:
        print("  ".join(f"[{choice['label']}]" for choice in choices))


def _read_line(line: str, contact: ContactKind, sender: str) -> InboundMessage:
    """A line as a message: plain text, `[photo: path]`, `[location: lat,lon]`, or a JSON object."""
    text, paths, subject = line, [], None
    if line.lstrip().startswith("{"):
        found = _json_line(line)
        if found is not None:
            text, paths, subject = (
                str(found.get("text") or ""),
                list(found.get("attachments") or []),
                found.get("subject"),
            )
    paths += _PHOTO.findall(text)
    place = _PLACE.search(text)
    text = _PLACE.sub("", _PHOTO.sub("", text)).strip()
    return InboundMessage(
        external_id=f"terminal:{uuid7().hex}",
        sender=sender,
        sender_kind=contact.kind,
        text=text,
        subject=subject,
        attachments=tuple(_read_file(Path(str(path).strip())) for path in paths),
        location=_degrees(place),
    )


def _json_line(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _degrees(place: "re.Match[str] | None") -> tuple[float, float] | None:
    if place is None:
        return None
    try:
        latitude, longitude = float(place[1]), float(place[2])
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _read_file(path: Path) -> InboundAttachment:
    try:
        content = path.read_bytes()
    except OSError as error:
        print(f"guichet: {path}: {error.strerror}", file=sys.stderr)
        content = b""
    return InboundAttachment(path.name, "application/octet-stream", content)
