"""Following a case: its reference, a code sent to its contact point, then the page of that one case."""

import asyncio
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from case_store.cases.follow_up import SESSION_LIFE, close_follow_up
from channels.contract import InboundAttachment
from portal.deps import CaseAnswer, PortalDeps
from portal.follow_up_desk import HOUR, FollowUpDesk
from portal.responses import PortalPages
from portal.visitors import FOLLOW_UP_COOKIE, follow_up_token
from web.pages import see_other

_TRIES = 5
"""After so many wrong codes the page asks for a new one. The store no longer takes the old one then."""
_ANSWERS = 30
"""Answers to one case in an hour."""
_EVEN_SECONDS = 0.4
"""An answer about a case that exists takes no longer than one about a case that does not: both take this long."""


class FollowUpPages:
    """`/suivi` and what follows it."""

    def __init__(self, deps: PortalDeps, pages: PortalPages) -> None:
        self._deps, self._pages, self._desk = deps, pages, FollowUpDesk(deps, pages)

    def add_to(self, router: APIRouter) -> None:
        """Adds the addresses; the fixed ones before the one that takes any reference."""
        router.add_api_route("/suivi", self.ask, methods=["GET"])
        router.add_api_route("/suivi", self.send_code, methods=["POST"])
        router.add_api_route("/suivi/code", self.show_code, methods=["GET"])
        router.add_api_route("/suivi/code", self.use_code, methods=["POST"])
        router.add_api_route("/suivi/quitter", self.sign_out, methods=["POST"])
        router.add_api_route("/suivi/{reference}", self.show_case, methods=["GET"])
        router.add_api_route("/suivi/{reference}", self.answer, methods=["POST"])

    async def ask(self, request: Request, reference: str = "") -> Response:
        return await self._desk.ask(request, typed=reference)

    async def send_code(self, request: Request, reference: Annotated[str, Form(max_length=40)] = "") -> Response:
        started = monotonic()
        canonical, wrong = self._desk.reference(reference)
        if canonical is None:
            return await self._desk.ask(request, typed=reference, wrong=wrong)
        if await self._desk.followed(request, canonical) is not None:
            return see_other(f"/suivi/{canonical}")
        await self._desk.count(request, "follow_up_reference", limit=20)
        # Beyond a few codes an hour for one case nothing is sent; the page says the same words all the same.
        if await self._deps.limiter.allow("follow_up_code", canonical, limit=3, seconds=HOUR):
            await self._deps.request_code(canonical, self._pages.language_of(request))
        await _even_out(started)
        return see_other(f"/suivi/code?reference={canonical}")

    async def show_code(self, request: Request, reference: str = "") -> Response:
        canonical, _ = self._desk.reference(reference)
        if canonical is None:
            return see_other("/suivi")
        return self._desk.code(request, canonical)

    async def use_code(
        self,
        request: Request,
        reference: Annotated[str, Form(max_length=40)] = "",
        code: Annotated[str, Form(max_length=20)] = "",
        tries: Annotated[int, Form(ge=0, le=HOUR)] = 0,
    ) -> Response:
        started = monotonic()
        canonical, _ = self._desk.reference(reference)
        if canonical is None:
            return see_other("/suivi")
        await self._desk.count_try(request, canonical)
        digits = "".join(character for character in code if character.isdigit())
        token = await self._deps.use_code(canonical, digits) if len(digits) == 6 else None
        if token is None:
            await _even_out(started)
            tries += len(digits) == 6
            wrong = "spent" if tries >= _TRIES else "wrong" if len(digits) == 6 else "length"
            return self._desk.code(request, canonical, wrong=wrong, tries=tries)
        response = see_other(f"/suivi/{canonical}")
        self._pages.remember(request, response, FOLLOW_UP_COOKIE, token, max_age=int(SESSION_LIFE.total_seconds()))
        return response

    async def sign_out(self, request: Request) -> Response:
        token = follow_up_token(request)
        if token is not None:
            await self._deps.store.write(close_follow_up, token=token)
        response = see_other("/suivi")
        response.delete_cookie(FOLLOW_UP_COOKIE)
        return response

    async def show_case(self, request: Request, reference: str) -> Response:
        canonical, _ = self._desk.reference(reference)
        followed = await self._desk.followed(request, canonical) if canonical else None
        if followed is None:
            return see_other(f"/suivi?reference={canonical}" if canonical else "/suivi")
        if request.query_params.get("mark") == followed.mark:
            return Response(status_code=204, headers={"cache-control": "no-store"})  # the open page is up to date
        return await self._desk.case(request, followed)

    async def answer(
        self,
        request: Request,
        reference: str,
        client_id: Annotated[str, Form(pattern=r"^[A-Za-z0-9_-]{8,64}$")],
        text: Annotated[str, Form()] = "",
        files: Annotated[list[UploadFile] | None, File()] = None,
    ) -> Response:
        canonical, _ = self._desk.reference(reference)
        followed = await self._desk.followed(request, canonical) if canonical else None
        if followed is None or not followed.own:
            return see_other("/suivi")
        await self._desk.count(request, "case_answer", limit=_ANSWERS, key=canonical)
        chosen = [file for file in files or [] if file.filename]
        wrong = _refusal(self._deps, text, chosen)
        if wrong:
            return await self._desk.case(request, followed, text=text, wrong=wrong)
        attachments = [
            InboundAttachment(file.filename or "file", file.content_type or "", content=await file.read())
            for file in chosen
        ]
        await self._deps.answer_case(
            CaseAnswer(followed.case.id, text.strip(), self._pages.language_of(request), client_id, tuple(attachments))
        )
        return see_other(f"/suivi/{canonical}?sent=1#answer")


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
