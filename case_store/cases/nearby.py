"""Open reports near a place: a box on the index first, then the exact distance."""

from math import cos, radians

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.cases.moving import OPEN_STATES
from case_store.engine.literals import words
from case_store.models import Case
from gazetteer.geography import METRES_PER_DEGREE, metres_between


def find_open_reports(
    session: Session, *, service_code: str, latitude: float, longitude: float, metres: int, limit: int = 3
) -> list[tuple[Case, float]]:
    """Open reports of one service within `metres`, nearest first, with their distance in metres."""
    north = metres / METRES_PER_DEGREE
    east = north / max(0.01, cos(radians(latitude)))
    query = select(Case).where(
        Case.service_code == service_code,
        Case.state.in_(words(*OPEN_STATES)),
        Case.latitude.between(latitude - north, latitude + north),
        Case.longitude.between(longitude - east, longitude + east),
    )
    found = [(case, metres_between((latitude, longitude), (case.latitude, case.longitude))) for case in
             session.scalars(query.limit(50)) if case.latitude is not None and case.longitude is not None]  # fmt: skip
    return sorted(((case, away) for case, away in found if away <= metres), key=lambda pair: pair[1])[:limit]
