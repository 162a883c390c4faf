"""Answers what `decide` needs to know: reads from the store, look-ups in the town's gazetteer."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from bot.queries import (
    CaseByReference,
    CaseFacts,
    CasesInQuestion,
    CasesOfContact,
    EarlierWords,
    FindAddress,
    HolderOnDuty,
    NameOfResident,
    NearbyReport,
    NearbyReports,
    NearestAddress,
    Query,
    QueueFacts,
    QueueLoad,
    StopHeldByProvider,
)
from case_store.actors import SYSTEM
from case_store.cases import finding, nearby
from case_store.cases.answers import find_cases_in_question
from case_store.conversations.own_threads import find_last_words
from case_store.engine.database import Store
from case_store.engine.session import StoreSession
from case_store.models import Case
from case_store.oversight.waits import find_usual_wait
from case_store.residents import ledger, people
from case_store.staff.duty import is_holder_on_duty
from case_store.work.snapshots import TurnSnapshot
from services.town.loading import Town

_NEAR_METRES = 50
_TOLD_EXACTLY, _STEP = 10, 5


@dataclass(frozen=True, slots=True)
class FactFinder:
    """Looks facts up for one conversation at a time."""

    store: Store
    town: Town

    async def answer(self, snapshot: TurnSnapshot, queries: Iterable[Query]) -> dict[Query, Any]:
        """The answers by query; everything the store must say is read in one go."""
        wanted = list(queries)
        answers: dict[Query, Any] = {}
        from_store: list[Query] = []
        for query in wanted:
            if isinstance(query, FindAddress):
                answers[query] = self.town.gazetteer.find(query.text)
                await asyncio.sleep(0)  # in a large town a misspelt street takes milliseconds, and others wait
            elif isinstance(query, NearestAddress):
                answers[query] = self.town.gazetteer.nearest(query.latitude, query.longitude)
            else:
                from_store.append(query)
        if from_store:
            answers |= await self.store.read(_read, snapshot=snapshot, queries=from_store)
        return answers


def _read(session: StoreSession, *, snapshot: TurnSnapshot, queries: list[Query]) -> dict[Query, Any]:
    return {query: _read_one(session, snapshot, query) for query in queries}


def _read_one(session: StoreSession, snapshot: TurnSnapshot, query: Query) -> Any:
    match query:
        case NearbyReports():
            found = nearby.find_open_reports(
                session,
                service_code=query.service_code,
                latitude=query.latitude,
                longitude=query.longitude,
                metres=_NEAR_METRES,
            )
            return tuple(_nearby(case, distance) for case, distance in found)
        case CaseByReference():
            case = finding.find_case_by_reference(session, reference=query.reference)
            return _facts(case, _owns(session, snapshot, case.id)) if case else None
        case CasesOfContact():
            owned = finding.find_resident_cases(session, resident_id=snapshot.resident_id, limit=5)
            return tuple(_facts(case, own=True) for case in owned)
        case NameOfResident():
            return people.get_resident(session, resident_id=snapshot.resident_id).name
        case CasesInQuestion():
            asked = find_cases_in_question(session, conversation_id=snapshot.conversation_id)
            return tuple(_facts(case, own=True) for case in asked)
        case EarlierWords():
            return find_last_words(session, conversation_id=snapshot.conversation_id)
        case StopHeldByProvider():
            return ledger.find_last_stop_actor(session, contact_point_id=snapshot.contact_point_id) == SYSTEM.kind
        case HolderOnDuty():
            return is_holder_on_duty(session, conversation_id=snapshot.conversation_id)
        case QueueLoad():
            return QueueFacts(_in_minutes(find_usual_wait(session)))
    raise TypeError(f"no such fact: {query!r}")


def _in_minutes(wait: timedelta | None) -> int | None:
    """Rounded up, to five minutes above ten: a wait told to the minute promises too much."""
    if wait is None:
        return None
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    return minutes if minutes <= _TOLD_EXACTLY else ceil(minutes / _STEP) * _STEP


def _owns(session: StoreSession, snapshot: TurnSnapshot, case_id: UUID) -> bool:
    """The case is told in this very conversation, or its contact point is this one."""
    if snapshot.conversation_id in finding.find_case_conversations(session, case_id=case_id):
        return True
    return finding.get_case(session, case_id=case_id).contact_point_id == snapshot.contact_point_id


def _facts(case: Case, own: bool) -> CaseFacts:
    return CaseFacts(
        case_id=case.id,
        reference=case.reference,
        service_code=case.service_code,
        state=case.state,
        opened_at=case.opened_at,
        due_at=case.due_at if case.clock_stopped_at is None else None,
        own=own,
        reason=case.reason,
        location_text=case.location_text,
        missing_documents=tuple(code for code, state in case.documents.items() if state == "later"),
    )


def _nearby(case: Case, distance: float) -> NearbyReport:
    return NearbyReport(
        case_id=case.id,
        reference=case.reference,
        location_text=case.location_text or "",
        distance=round(distance),
        opened_on=case.opened_at.astimezone(UTC).date(),
        state=case.state,
    )
