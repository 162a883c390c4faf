"""What the follow-up pages share: who may ask how often, which case is open to whom, and the pages themselves."""

from datetime import datetime

from fastapi import HTTPException, Request, Response

from case_store.cases.moving import OPEN_STATES
from kit.references import ReferenceSlip, parse_reference
from portal.case_page import describe_case, service_name, state_badge
from portal.chat_feed import new_client_id
from portal.deps import PortalDeps
from portal.reading import FollowedCase, read_followed, read_own_cases
from portal.responses import PortalPages
from portal.thread import bubbles, seen_number
from portal.visitors import caller, follow_up_token, visitor_of

HOUR = 3600
_THANKS_SECONDS = 60
_LATEST = 4
"""Messages of a case that are shown at once; the earlier ones are folded."""
_TRIES_OF_CASE = 200
"""Codes tried for one case in an hour, from anywhere: beyond, somebody is guessing from many addresses."""


class FollowUpDesk:
    """What the follow-up pages share: who may ask how often, and which case is open to whom."""

    def __init__(self, deps: PortalDeps, pages: PortalPages) -> None:
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
        if not await self.deps.limiter.allow(name, key or caller(request), limit=limit, seconds=HOUR):
            raise HTTPException(429, headers={"retry-after": str(HOUR)})

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
        deps, visitor, language = self.deps, visitor_of(request, self.deps), self.pages.language_of(request)
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
        deps, language = self.deps, self.pages.language_of(request)
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


def _has_just_answered(followed: FollowedCase, moment: datetime) -> bool:
    """Whether the thanks for an answer still fit: it is the last thing said, just now, and nothing is over since."""
    if not followed.messages or followed.case.state not in OPEN_STATES:
        return False
    last = followed.messages[-1]
    return last.message.author == "resident" and (moment - last.at).total_seconds() < _THANKS_SECONDS
