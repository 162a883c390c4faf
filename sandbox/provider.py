"""The message gateway's HTTP API, as Twilio documents it (https://www.twilio.com/docs/messaging/api/message-resource).

Plain Starlette routes: benchmarks push hundreds of messages a second through them.
"""

import asyncio
import hmac
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.hub import Hub
from sandbox.messages import Media, Message, MessageLog, new_sid
from sandbox.modes import Modes
from sandbox.options import Options
from sandbox.webhooks import Webhooks

Endpoint = Callable[[Request], Awaitable[Response]]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAX_TEXT = 1600
_REFUSED_NUMBERS = {"+15005550001": 21211, "+15005550004": 21610, "+15005550009": 21614}
"""Twilio's own test numbers (https://www.twilio.com/docs/iam/test-credentials)."""

_WORDS = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "The 'To' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid, message-capable number for this account.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}


class Provider:
    """`counts` tells how many sends were accepted and refused, and by which error."""

    def __init__(self, options: Options, log: MessageLog, modes: Modes, hub: Hub, webhooks: Webhooks) -> None:
        self._options = options
        self._log = log
        self._modes = modes
        self._hub = hub
        self._webhooks = webhooks
        credentials = f"{options.account_sid}:{options.auth_token}".encode()
        self._authorization = b"Basic " + b64encode(credentials)
        self.counts: Counter[str] = Counter()

    def routes(self) -> list[Route]:
        account = f"/2010-04-01/Accounts/{self._options.account_sid}"
        anybody = "/2010-04-01/{rest:path}"
        return [
            Route(f"{account}/Messages.json", self._guarded(self.create), methods=["POST"]),
            Route(f"{account}/Messages.json", self._guarded(self.list_messages), methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}.json", self._guarded(self.show), methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}/Media/{{media}}", self._guarded(self.show_media), methods=["GET"]),
            Route(anybody, self._guarded(_not_found), methods=["GET", "POST"]),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._authorization):
                self.counts["refused_20003"] += 1
                return _error(401, 20003)
            return await endpoint(request)

        return guarded

    async def create(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        if slowness := self._modes.slowness():
            await asyncio.sleep(slowness)
        failure = self._modes.strike()
        if failure:
            self._hub.publish("modes", self._modes.model_dump)
        if failure in ("500", "429", "400", "silence"):
            return await self._fail(failure)
        if code := self._complaint(form):
            self.counts[f"refused_{code}"] += 1
            return _error(400, code)
        message = self._accept(form)
        if failure == "lost_answer":
            self.counts["lost_answer"] += 1
            return _error(500, 20500)
        return JSONResponse(message.as_provider(self._options.account_sid), 201)

    def _accept(self, form: Mapping[str, list[str]]) -> Message:
        message = Message(
            sid=new_sid("MM" if form.get("MediaUrl") else "SM"),
            direction="outbound-api",
            sender=self._sender(form),
            to=form["To"][0],
            body=form.get("Body", [""])[0],
            status="queued",
            media=tuple(Media(new_sid("ME"), "", url) for url in form.get("MediaUrl", [])),
            status_callback=form.get("StatusCallback", [""])[0],
        )
        self._log.write_down(message)
        self._log.add(message)
        self.counts["accepted"] += 1
        self._told(message)
        self._webhooks.follow(message, self._told)
        return message

    def _sender(self, form: Mapping[str, list[str]]) -> str:
        """The number it goes out from; a messaging service has the town's first."""
        given = form.get("From", [""])[0]
        return given if given in self._options.lines else self._options.number

    def _told(self, message: Message) -> None:
        self._hub.publish("message", message.as_json, resident=message.resident)

    async def _fail(self, failure: str) -> Response:
        self.counts[f"failed_{failure}"] += 1
        if failure == "silence":
            await asyncio.sleep(60)
            return _error(500, 20500)
        if failure == "429":
            return _error(429, 20429, {"Retry-After": "1"})
        return _error(400, 21617) if failure == "400" else _error(500, 20500)

    def _complaint(self, form: Mapping[str, list[str]]) -> int | None:
        to, body = form.get("To", [""])[0], form.get("Body", [""])[0]
        sender = form.get("From", form.get("MessagingServiceSid", [""]))[0]
        if not to:
            return 21604
        if not sender:
            return 21603
        if not body and not form.get("MediaUrl"):
            return 21602
        if sender not in self._options.lines and not sender.startswith("MG"):
            return 21606
        if not _E164.fullmatch(to):
            return 21211
        return 21617 if len(body) > _MAX_TEXT else _REFUSED_NUMBERS.get(to)

    async def list_messages(self, request: Request) -> Response:
        query = request.query_params
        try:
            size = min(max(int(query.get("PageSize", "50")), 1), 1000)
            found = self._filtered(query)
        except ValueError:
            return _error(400, 20404)
        page = list(islice(found, size + 1))
        shown = [message.as_provider(self._options.account_sid) for message in page[:size]]
        number = int(query.get("Page", "0") or 0)
        following = None
        if len(page) > size:
            kept = [(name, value) for name, value in query.multi_items() if name not in ("Page", "PageToken")]
            pointer = [("Page", str(number + 1)), ("PageToken", f"PA{page[size - 1].sid}")]
            following = f"{request.url.path}?{urlencode([*kept, *pointer])}"
        return JSONResponse(
            {
                "messages": shown,
                "page": number,
                "page_size": size,
                "start": number * size,
                "end": number * size + len(shown) - 1,
                "uri": f"{request.url.path}?{query}",
                "first_page_uri": f"{request.url.path}?PageSize={size}&Page=0",
                "next_page_uri": following,
                "previous_page_uri": None,
            }
        )

    def _filtered(self, query: Mapping[str, str]) -> Iterator[Message]:
        to, sender = query.get("To"), query.get("From")
        resident = next((number for number in (to, sender) if number and number not in self._options.lines), None)
        messages = self._log.newest_first(resident=resident)
        if token := query.get("PageToken"):
            for message in messages:
                if f"PA{message.sid}" == token:
                    break
        fits = _date_filter(query)
        return (m for m in messages if (not to or m.to == to) and (not sender or m.sender == sender) and fits(m))

    async def show(self, request: Request) -> Response:
        message = self._log.get(request.path_params["sid"])
        return JSONResponse(message.as_provider(self._options.account_sid)) if message else _error(404, 20404)

    async def show_media(self, request: Request) -> Response:
        media = self._log.get_media(request.path_params["media"])
        if media is None or media.content is None:
            return _error(404, 20404)
        return Response(media.content, media_type=media.content_type)


def _date_filter(query: Mapping[str, str]) -> Callable[[Message], bool]:
    """DateSent filters are by day. Raises ValueError for what is no date."""
    exact, before, after = (_day(query.get(name)) for name in ("DateSent", "DateSent<", "DateSent>"))

    def fits(message: Message) -> bool:
        day = message.created.date()
        return (not exact or day == exact) and (not before or day <= before) and (not after or day >= after)

    return fits


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


async def _not_found(request: Request) -> Response:
    return _error(404, 20404)


def _error(status: int, code: int, headers: Mapping[str, str] | None = None) -> Response:
    words = {
        "code": code,
        "message": _WORDS[code],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return JSONResponse(words, status, dict(headers or {}))
