"""Versions of services: a declaration that was never seen becomes one, and nothing changes or removes it.

There is no command here that would; the database refuses one too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from case_store.engine.literals import words
from case_store.engine.session import now
from case_store.engine.statements import upsert
from case_store.models import Case, ServiceVersion

MOST_COUNTED = 1_000
_TRIES = 5


@dataclass(frozen=True, slots=True)
class DeclaredService:
    """A service as the town's files say it now. `least` is the smallest number that its version may have."""

    code: str
    least: int
    content_hash: str
    declaration: Mapping[str, Any]


def find_numbers(session: Session, *, declared: Sequence[DeclaredService]) -> dict[str, int]:
    """The version that each of these declarations has, by code; none of those never seen."""
    query = select(ServiceVersion.code, ServiceVersion.content_hash, ServiceVersion.number)
    kept = {(code, content): number for code, content, number in session.execute(query)}
    found = {each.code: kept.get((each.code, each.content_hash)) for each in declared}
    return {code: number for code, number in found.items() if number is not None}


def keep_versions(session: Session, *, declared: Sequence[DeclaredService]) -> dict[str, int]:
    """Keeps the declarations that are new, each under the next number of its service; gives the numbers of all.

    Processes that start together keep each of them once.
    """
    for _ in range(_TRIES):
        numbers = find_numbers(session, declared=declared)
        new = [each for each in declared if each.code not in numbers]
        if not new:
            return numbers
        _add(session, new)
    raise RuntimeError("other processes keep taking the next number of a service's version")


def _add(session: Session, new: Iterable[DeclaredService]) -> None:
    query = select(ServiceVersion.code, func.max(ServiceVersion.number).label("number")).group_by(ServiceVersion.code)
    last = {each.code: each.number for each in session.execute(query)}
    rows = [
        {
            "code": each.code,
            "number": max(each.least, last.get(each.code, 0) + 1),
            "content_hash": each.content_hash,
            "declaration": dict(each.declaration),
            "first_seen_at": now(session),
        }
        for each in new
    ]
    session.execute(upsert(session)(ServiceVersion).on_conflict_do_nothing(), rows)


def find_other_versions(session: Session, *, numbers: Mapping[str, int]) -> list[ServiceVersion]:
    """Every version that is none of these (number by code): what cases and dialogues may still point to."""
    query = select(ServiceVersion).order_by(ServiceVersion.code, ServiceVersion.number)
    if numbers:
        query = query.where(tuple_(ServiceVersion.code, ServiceVersion.number).not_in(list(numbers.items())))
    return list(session.scalars(query))


def find_versions(session: Session, *, code: str) -> list[ServiceVersion]:
    """The versions of a service, the first one first."""
    query = select(ServiceVersion).where(ServiceVersion.code == code).order_by(ServiceVersion.number)
    return list(session.scalars(query))


def count_open_cases(session: Session, *, code: str, versions: Iterable[int]) -> dict[int, int]:
    """The cases of a service that are not done yet, by the version they were filed under: these versions'.

    Counted up to `MOST_COUNTED` each: more are not told apart.
    """
    return {number: session.scalar(_open_cases(code, number)) or 0 for number in versions}


def _open_cases(code: str, number: int) -> Select[int]:
    is_open = Case.state.in_(words("new", "open", "awaiting_resident"))
    cases = select(Case.id).where(Case.service_code == code, Case.service_version == number, is_open)
    return select(func.count()).select_from(cases.limit(MOST_COUNTED).subquery())
