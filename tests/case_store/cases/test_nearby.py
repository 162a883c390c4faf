"""Open reports near a place, nearest first."""

from uuid import UUID

from case_store.actors import Actor
from case_store.cases.moving import change_state
from case_store.cases.nearby import find_open_reports
from case_store.models import Case
from tests.case_store.world import World

HERE = (48.5, 6.2)
NORTH = 1 / 111_320  # degrees of one metre northwards


def report(world: World, talk: UUID, metres: float, **changes: object) -> Case:
    return world.file_case(talk, latitude=HERE[0] + metres * NORTH, longitude=HERE[1], **changes)


def near(world: World, metres: int = 50) -> list[tuple[UUID, int]]:
    found = world.read(
        find_open_reports, service_code="report.pothole", latitude=HERE[0], longitude=HERE[1], metres=metres
    )
    return [(case.id, round(away)) for case, away in found]


def test_the_nearest_come_first_three_at_most(world: World, talk: UUID) -> None:
    cases = [report(world, talk, metres) for metres in (40, 5, 30, 20)]
    assert near(world) == [(cases[1].id, 5), (cases[3].id, 20), (cases[2].id, 30)]


def test_a_corner_of_the_box_is_too_far(world: World, talk: UUID) -> None:
    east = 45 * NORTH / 0.6626  # cosine of the latitude
    world.file_case(talk, latitude=HERE[0] + 45 * NORTH, longitude=HERE[1] + east)
    assert near(world) == []
    assert len(near(world, 70)) == 1


def test_other_services_closed_reports_and_reports_without_place_do_not_count(world: World, talk: UUID) -> None:
    agent: Actor = world.agent()
    report(world, talk, 5, service_code="report.street_light")
    world.file_case(talk)
    done = report(world, talk, 5)
    world.write(change_state, case_id=done.id, state="resolved", actor=agent)
    assert near(world) == []
    waiting = report(world, talk, 6, state="awaiting_resident")
    assert near(world) == [(waiting.id, 6)]
