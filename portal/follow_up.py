"""Following a case: its reference, a code sent to its contact point, then the page of that one case."""

import asyncio
from datetime import datetime
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile

from case_store.cases.follow_up import SESSION_LIFE, close_follow_up
from case_store.cases.moving import OPEN_STATES
from channels.contract import InboundAttachment
from kit.references import ReferenceSlip, parse_reference
from portal.case_page import describe_case, service_name, state_badge
from portal.chat_feed import new_client_id
from portal.deps import CaseAnswer, PortalDeps
from portal.reading import FollowedCase, read_followed, read_own_cases
from portal.responses import Pages, see_other
from portal.thread import bubbles, seen_number
from portal.visitors import FOLLOW_UP_COOKIE, caller, follow_up_token, visitor_of

_HOUR = 3600
_THANKS_SECONDS = 60
_LATEST = 4
"""Messages of a case that are shown at once; the earlier ones are folded."""
_TRIES = 5
"""After so many wrong codes the page asks for a new one. The store no longer takes the old one then."""
_TRIES_OF_CASE = 200
"""Codes tried for one case in an hour, from anywhere: beyond, somebody is guessing from many addresses."""
_ANSWERS = 30
"""Answers to one case in an hour."""
_EVEN_SECONDS = 0.4
"""An answer about a case that exists takes no longer than one about a case that does not: both take this long."""


class FollowUp:
    """What the follow-up pages share: who may ask how often, and which case is open to whom."""

    def __init__(self, deps: PortalDeps, pages: Pages) -> None:
        self.deps, self.pages = deps, pages

    def reference(self, typed: str) -> tuple[str | None, str | None]:
        """(canonical reference, None) or (None, the key of what is wrong with it)."""
        if not typed.strip():
            return None, "missing"
        try:
            found = parse_reference(typed, self.deps.settings.reference_prefix)
        except ReferenceSlip:
            return None, "slip"
        return (str(found), None) if found else (None, "shape")

    async def count(self, request: Request, name: str, *, limit: int, key: str | None = None) -> None:
        """Raises 429 when there were too many attempts in the hour."""
        if not await self.deps.limiter.allow(name, key or caller(request), limit=limit, seconds=_HOUR):
            raise HTTPException(429, headers={"retry-after": str(_HOUR)})

    async def count_try(self, request: Request, reference: str) -> None:
        """Raises 429 when too many codes were tried for this case, or from this address.

        Narrowly for one address, widely for all: a stranger who knows the reference must not lock its owner out.
        """
        await self.count(request, "follow_up_try", limit=10, key=f"{reference} {caller(request)}")
        await self.count(request, "follow_up_try_of", limit=_TRIES_OF_CASE, key=reference)
        await self.count(request, "follow_up_try_from", limit=30)

    async def followed(self, request: Request, reference: str) -> FollowedCase | None:
        return await self.deps.store.read(
            read_followed,
            reference=reference,
            token=follow_up_token(request),
            visitor=visitor_of(request, self.deps),
            channel_id=self.deps.settings.channel_id,
        )

    async def ask(self, request: Request, *, typed: str = "", wrong: str | None = None) -> Response:
        """The page that asks for the reference, with the visitor's own cases."""
        deps, visitor, language = self.deps, visitor_of(request, self.deps), self.pages.language(request)
        own = []
        if visitor is not None:
            own = await deps.store.read(read_own_cases, visitor=visitor, channel_id=deps.settings.channel_id)
        cases = [(case, service_name(deps, case, language), *state_badge(deps, case, language)) for case in own]
        return self.pages.render(
            request,
            "follow_up.html",
            status=422 if wrong else 200,
            typed=typed,
            wrong=wrong,
            has_error=wrong is not None,
            cases=cases,
        )

    def code(self, request: Request, reference: str, *, wrong: str | None = None, tries: int = 0) -> Response:
        """The page that asks for the code. `tries` counts the wrong ones, on the page: the same for any reference."""
        return self.pages.render(
            request,
            "follow_up_code.html",
            status=422 if wrong else 200,
            reference=reference,
            wrong=wrong,
            tries=tries,
            has_error=wrong is not None,
        )

    async def case(self, request: Request, followed: FollowedCase, *, text: str = "", wrong: str = "") -> Response:
        """The page of a case open to this browser."""
        deps, language = self.deps, self.pages.language(request)
        shown = bubbles(
            followed.messages,
            zone=deps.town.zone,
            seen_seq=seen_number(followed.conversation, followed.messages),
        )
        return self.pages.render(
            request,
            "case.html",
            status=422 if wrong else 200,
            case=describe_case(deps, followed.case, followed.events, language),
            own=followed.own,
            bubbles=shown,
            text=text,
            wrong=wrong,
            has_error=bool(wrong),
            sent="sent" in request.query_params and _has_just_answered(followed, deps.clock.now()),
            latest=_LATEST,
            signed_in=follow_up_token(request) is not None,
            new_client_id=new_client_id,
            mark=followed.mark,
        )


def build_router(deps: PortalDeps, pages: Pages) -> APIRouter:
    """`/suivi` and what follows it."""
    router, desk = APIRouter(include_in_schema=False), FollowUp(deps, pages)

    @router.get("/suivi")
    async def ask(request: Request, reference: str = "") -> Response:
        return await desk.ask(request, typed=reference)

    @router.post("/suivi")
    async def send_code(request: Request, reference: Annotated[str, Form(max_length=40)] = "") -> Response:
        started = monotonic()
        canonical, wrong = desk.reference(reference)
        if canonical is None:
            return await desk.ask(request, typed=reference, wrong=wrong)
        if await desk.followed(request, canonical) is not None:
            return see_other(f"/suivi/{canonical}")
        await desk.count(request, "follow_up_reference", limit=20)
        # Beyond a few codes an hour for one case nothing is sent; the page says the same words all the same.
        if await deps.limiter.allow("follow_up_code", canonical, limit=3, seconds=_HOUR):
            await deps.request_code(canonical, pages.language(request))
        await _even_out(started)
        return see_other(f"/suivi/code?reference={canonical}")

    @router.get("/suivi/code")
    async def show_code(request: Request, reference: str = "") -> Response:
        canonical, _ = desk.reference(reference)
        if canonical is None:
            return see_other("/suivi")
        return desk.code(request, canonical)

    @router.post("/suivi/code")
    async def use_code(
        request: Request,
        reference: Annotated[str, Form(max_length=40)] = "",
        code: Annotated[str, Form(max_length=20)] = "",
        tries: Annotated[int, Form(ge=0, le=_HOUR)] = 0,
    ) -> Response:
        started = monotonic()
        canonical, _ = desk.reference(reference)
        if canonical is None:
            return see_other("/suivi")
        await desk.count_try(request, canonical)
        digits = "".join(character for character in code if character.isdigit())
        token = await deps.use_code(canonical, digits) if len(digits) == 6 else None
        if token is None:
            await _even_out(started)
            tries += len(digits) == 6
            wrong = "spent" if tries >= _TRIES else "wrong" if len(digits) == 6 else "length"
            return desk.code(request, canonical, wrong=wrong, tries=tries)
        response = see_other(f"/suivi/{canonical}")
        pages.remember(request, response, FOLLOW_UP_COOKIE, token, max_age=int(SESSION_LIFE.total_seconds()))
        return response

    @router.post("/suivi/quitter")
    async def sign_out(request: Request) -> Response:
        token = follow_up_token(request)
        if token is not None:
            await deps.store.write(close_follow_up, token=token)
        response = see_other("/suivi")
        response.delete_cookie(FOLLOW_UP_COOKIE)
        return response

    @router.get("/suivi/{reference}")
    async def show_case(request: Request, reference: str) -> Response:
        canonical, _ = desk.reference(reference)
        followed = await desk.followed(request, canonical) if canonical else None
        if followed is None:
            return see_other(f"/suivi?reference={canonical}" if canonical else "/suivi")
        if request.query_params.get("mark") == followed.mark:
            return Response(status_code=204, headers={"cache-control": "no-store"})  # the open page is up to date
        return await desk.case(request, followed)

    @router.post("/suivi/{reference}")
    async def answer(
        request: Request,
        reference: str,
        client_id: Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{8,64}$")],
        text: Annotated[str, Form()] = "",
        files: Annotated[list[UploadFile] | None, File()] = None,
    ) -> Response:
        canonical, _ = desk.reference(reference)
        followed = await desk.followed(request, canonical) if canonical else None
        if followed is None or not followed.own:
            return see_other("/suivi")
        await desk.count(request, "case_answer", limit=_ANSWERS, key=canonical)
        chosen = [file for file in files or [] if file.filename]
        wrong = _refusal(deps, text, chosen)
        if wrong:
            return await desk.case(request, followed, text=text, wrong=wrong)
        attachments = [
            InboundAttachment(file.filename or "file", file.content_type or "", content=await file.read())
            for file in chosen
        ]
        await deps.answer_case(
            CaseAnswer(followed.case.id, text.strip(), pages.language(request), client_id, tuple(attachments))
        )
        return see_other(f"/suivi/{canonical}?sent=1#answer")

    return router


def _has_just_answered(followed: FollowedCase, moment: datetime) -> bool:
    """Whether the thanks for an answer still fit: it is the last thing said, just now, and nothing is over since."""
    if not followed.messages or followed.case.state not in OPEN_STATES:
        return False
    last = followed.messages[-1]
    return last.message.author == "resident" and (moment - last.at).total_seconds() < _THANKS_SECONDS


async def _even_out(started: float) -> None:
    """Waits until the answer has taken as long as every other."""
    await asyncio.sleep(max(0.0, started + _EVEN_SECONDS - monotonic()))


def _refusal(deps: PortalDeps, text: str, files: list[UploadFile]) -> str:
    """The key of what is wrong with an answer, or nothing."""
    if not text.strip() and not files:
        return "empty"
    if len(text) > deps.settings.max_text:
        return "too_long"
    if len(files) > deps.settings.max_files:
        return "too_many"
    return "too_large" if any((file.size or 0) > deps.settings.max_file_bytes for file in files) else ""
