"""A version of a service is kept once, under its own number, and stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

import case_store.catalogue.versions as versions
from case_store.catalogue.versions import (
    DeclaredService,
    count_open_cases,
    find_numbers,
    find_other_versions,
    find_versions,
    keep_versions,
)
from tests.case_store.world import World


def declared(content: str = "first", *, code: str = "report.bench", least: int = 1) -> DeclaredService:
    return DeclaredService(code, least, f"hash of {content}", {"service": {"names": content}})


def keep(world: World, *services: DeclaredService) -> dict[str, int]:
    return world.write(keep_versions, declared=services)


def test_what_was_never_seen_gets_the_next_number(world: World) -> None:
    assert keep(world, declared("first"), declared("other", code="report.tap")) == {"report.bench": 1, "report.tap": 1}
    assert keep(world, declared("second")) == {"report.bench": 2}
    first, second = world.read(find_versions, code="report.bench")
    assert (first.number, first.declaration) == (1, {"service": {"names": "first"}})
    assert (second.number, second.first_seen_at) == (2, world.clock.now())


def test_what_was_seen_keeps_its_number_also_when_the_town_goes_back_to_it(world: World) -> None:
    keep(world, declared("first"))
    keep(world, declared("second"))
    assert keep(world, declared("first")) == {"report.bench": 1}
    assert len(world.read(find_versions, code="report.bench")) == 2


def test_the_number_written_in_the_file_is_the_least(world: World) -> None:
    assert keep(world, declared("first", least=4)) == {"report.bench": 4}
    assert keep(world, declared("second", least=4)) == {"report.bench": 5}


def test_only_those_seen_have_a_number(world: World) -> None:
    keep(world, declared("first"))
    assert world.read(find_numbers, declared=[declared("first"), declared("x", code="report.tap")]) == {
        "report.bench": 1
    }
    assert world.read(find_numbers, declared=[declared("second")]) == {}


def test_the_others_are_all_but_the_present_ones(world: World) -> None:
    keep(world, declared("first"), declared("other", code="report.tap"))
    numbers = keep(world, declared("second"), declared("other", code="report.tap"))
    others = world.read(find_other_versions, numbers=numbers)
    assert [(each.code, each.number) for each in others] == [("report.bench", 1)]
    assert len(world.read(find_other_versions, numbers={})) == 3


def test_processes_that_start_together_keep_it_once(world: World) -> None:
    with ThreadPoolExecutor(4) as threads:
        numbers = list(
            threads.map(lambda _: keep(world, declared("first"), declared("x", code="report.tap")), range(4))
        )
    assert numbers == [{"report.bench": 1, "report.tap": 1}] * 4


@pytest.mark.parametrize(
    "change",
    ["UPDATE service_version SET declaration = '{}'", "UPDATE service_version SET number = 9",
     "DELETE FROM service_version"],
)  # fmt: skip
def test_the_database_refuses_to_change_or_remove_one(world: World, change: str) -> None:
    keep(world, declared("first"))
    with pytest.raises(DBAPIError, match="never changes and never goes"):
        world.execute(change)
    [kept] = world.read(find_versions, code="report.bench")
    assert (kept.number, kept.declaration) == (1, {"service": {"names": "first"}})


def test_no_function_of_the_store_changes_or_removes_one() -> None:
    """Reading and keeping: a third kind of function would have to be argued for here."""
    public: dict[str, Any] = {name: value for name, value in vars(versions).items() if not name.startswith("_")}
    own = {name for name, value in public.items() if getattr(value, "__module__", "") == versions.__name__}
    assert own == {
        "DeclaredService", "count_open_cases", "find_numbers", "find_other_versions", "find_versions", "keep_versions",
    }  # fmt: skip


def test_open_cases_are_counted_by_their_version(world: World) -> None:
    talk = world.receive().conversation_id
    for version, state in ((1, "new"), (1, "awaiting_resident"), (2, "new"), (1, "resolved")):
        world.file_case(talk, service_version=version, state=state)
    assert world.read(count_open_cases, code="report.pothole", versions=[1, 2, 3]) == {1: 2, 2: 1, 3: 0}


def test_more_open_cases_than_matter_are_not_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST_COUNTED", 2)
    talk = world.receive().conversation_id
    for _ in range(3):
        world.file_case(talk)
    assert world.read(count_open_cases, code="report.pothole", versions=[1]) == {1: 2}
