"""What the page, the checks and the benchmarks ask: play a resident, read what arrived, switch bad days on."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.hub import Hub
from sandbox.mailbox import Mailbox
from sandbox.messages import Media, Message, MessageLog, new_sid
from sandbox.modes import Modes
from sandbox.options import Options
from sandbox.provider import Provider
from sandbox.webhooks import Outcome, Webhooks

_MAX_PHOTO = 30_000_000


class Photo(BaseModel):
    """A file typed in as base64."""

    content_type: str = "image/jpeg"
    content_base64: str


class ToSend(BaseModel):
    """What a resident types, to the town's first number unless `to` says another.

    Without `wait` the answer comes before the town's.
    """

    model_config = ConfigDict(populate_by_name=True)

    sender: str = Field(alias="from", pattern=r"^\+?[0-9]{3,15}$")
    to: str = ""
    text: str = Field("", max_length=10_000)
    media: list[Photo] = Field(default=[], max_length=10)
    wait: bool = True


class ResidentApi:
    """The JSON interface under /api."""

    def __init__(
        self,
        options: Options,
        *,
        log: MessageLog,
        modes: Modes,
        hub: Hub,
        webhooks: Webhooks,
        provider: Provider,
        mailbox: Mailbox,
    ) -> None:
        self._options = options
        self._log = log
        self._modes = modes
        self._hub = hub
        self._webhooks = webhooks
        self._provider = provider
        self._mailbox = mailbox
        self._sending: set[asyncio.Task[Outcome]] = set()

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api")
        router.add_api_route("/messages", self.messages, methods=["GET"])
        router.add_api_route("/messages", self.clear, methods=["DELETE"])
        router.add_api_route("/resident/send", self.send, methods=["POST"])
        router.add_api_route("/mail", self.mails, methods=["GET"])
        router.add_api_route("/modes", self.modes, methods=["GET"])
        router.add_api_route("/modes", self.change_modes, methods=["POST"])
        router.add_api_route("/stats", self.stats, methods=["GET"])
        router.add_api_route("/media/{sid}", self.media, methods=["GET"])
        router.add_api_route("/events", self.events, methods=["GET"], response_class=EventSourceResponse)
        return router

    async def messages(
        self,
        to: str | None = None,
        sender: Annotated[str | None, Query(alias="from")] = None,
        resident: str | None = None,
        limit: Annotated[int, Query(ge=1, le=100_000)] = 1000,
    ) -> dict[str, Any]:
        """The newest `limit` messages, oldest first; `resident` gives both directions of one thread."""
        lines = self._options.lines
        whose = resident or next((number for number in (to, sender) if number and number not in lines), None)
        found: list[Message] = []
        for message in self._log.newest_first(resident=whose):
            if (to is None or message.to == to) and (sender is None or message.sender == sender):
                found.append(message)
                if len(found) == limit:
                    break
        return {"messages": [message.as_json() for message in reversed(found)], "held": len(self._log)}

    async def clear(self) -> dict[str, Any]:
        """Empties phones and mailboxes; counters and journal go on."""
        self._log.clear()
        self._mailbox.clear()
        self._hub.publish("resync", dict)
        return {}

    async def send(self, wanted: ToSend) -> dict[str, Any]:
        """Posts the resident's message to the town, like the provider would, and tells what the town answered."""
        line = wanted.to or self._options.number
        if line not in self._options.lines:
            raise HTTPException(422, "to: no number of the town")
        message = self._typed(wanted.model_copy(update={"to": line}))
        self._log.add(message)
        self._tell(message)
        delivery = asyncio.get_running_loop().create_task(self._deliver(message))
        self._sending.add(delivery)
        delivery.add_done_callback(self._sending.discard)
        if not wanted.wait:
            return {"sid": message.sid, "state": "sending"}
        outcome = await delivery
        return {
            "sid": message.sid,
            "state": outcome.state,
            "http_status": outcome.http_status,
            "attempts": outcome.attempts,
        }

    def _typed(self, wanted: ToSend) -> Message:
        sid = new_sid("MM" if wanted.media else "SM")
        address = f"{self._options.base_url}/2010-04-01/Accounts/{self._options.account_sid}/Messages/{sid}/Media"
        media = []
        for photo in wanted.media:
            name = new_sid("ME")
            media.append(Media(name, photo.content_type, f"{address}/{name}", _decoded(photo.content_base64)))
        return Message(sid, "inbound", wanted.sender, wanted.to, wanted.text, "received", tuple(media))

    async def _deliver(self, message: Message) -> Outcome:
        outcome = await self._webhooks.post_inbound(message)
        message.answer = outcome.state
        self._tell(message)
        return outcome

    def _tell(self, message: Message) -> None:
        self._hub.publish("message", message.as_json, resident=message.resident)

    async def media(self, sid: str) -> Any:
        """A photo for the page, which has no provider's credentials."""
        from fastapi import Response

        media = self._log.get_media(sid)
        if media is None or media.content is None:
            raise HTTPException(404)
        safe = media.content_type if media.content_type.startswith("image/") else "application/octet-stream"
        return Response(media.content, media_type=safe, headers={"Content-Security-Policy": "sandbox"})

    async def mails(self, to: str | None = None) -> dict[str, Any]:
        """Oldest first."""
        return {"mails": [mail.as_json() for mail in self._mailbox.find(to)]}

    async def modes(self) -> Modes:
        return self._modes

    async def change_modes(self, changes: dict[str, Any]) -> Modes:
        """Changes what is named and leaves the rest."""
        try:
            self._modes.change(changes)
        except ValidationError as error:
            raise HTTPException(422, [f"{problem['loc']}: {problem['msg']}" for problem in error.errors()]) from error
        self._hub.publish("modes", self._modes.model_dump)
        return self._modes

    async def stats(self) -> dict[str, Any]:
        """Counters since the start."""
        return {
            "accepted": self._provider.counts["accepted"],
            "provider": dict(self._provider.counts),
            "webhooks": dict(self._webhooks.counts),
            "mails": self._mailbox.accepted,
            "held": len(self._log),
        }

    async def events(self, residents: str = "") -> AsyncIterator[ServerSentEvent]:
        """What happens to the residents named (numbers apart by commas), to the mailbox and to the modes."""
        async for kind, data in self._hub.listen(residents.split(",")):
            yield ServerSentEvent(event=kind, data=data)


def _decoded(text: str) -> bytes:
    try:
        content = b64decode(text, validate=True)
    except ValueError as error:
        raise HTTPException(422, "media: not base64") from error
    if len(content) > _MAX_PHOTO:
        raise HTTPException(413, "media: too large")
    return content
