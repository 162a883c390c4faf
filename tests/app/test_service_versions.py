"""A town changes what a service asks and how it is called: what was filed and begun before stays as it was."""

import shutil
from pathlib import Path

import pytest

from app.commands.service_versions import declared_services, versioned
from app.faces.console import ConsoleTown
from case_store.catalogue.versions import find_versions
from services.files.product import DEMO_TOWN
from services.town.loading import Town, load_town
from tests.case_store.world import World

POTHOLE, PERMIT = "report.pothole", "request.parking_permit"

OWN = """\
code: report.fountain
version: 1
kind: report
team: eau
names: {fr: Fontaine en panne, en: Fountain out of order}
target_days: 5
fee: {cents: 0}
workflow: repair
fields: [{use: location}]
"""
OTHERWISE = """\
names: {fr: Trou dans la rue, en: Hole in the street}
fields:
  - use: location
  - use: hazard
    label: {fr: Risque, en: Risk}
  - {name: depth, kind: count, label: {fr: Profondeur, en: Depth}, ask: {fr: "Combien de cm ?", en: "How many cm?"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A town of our own: Montlieu with a service more."""
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    (tmp_path / "town" / "services" / "report.fountain.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path / "town"


def started(world: World, folder: Path) -> Town:
    """The town as a process has it that starts now."""
    return versioned(world.store, load_town(folder))


def test_a_start_keeps_every_service_once_and_the_next_one_writes_nothing(world: World, folder: Path) -> None:
    town = started(world, folder)
    assert {service.version for service in town.services.values()} == {1}
    assert [each.number for each in world.read(find_versions, code=PERMIT)] == [1]
    again = started(world, folder)
    assert again.services == town.services
    assert again.earlier.codes == ()
    assert len(declared_services(again)) == len(town.services) > 50


def test_an_open_case_keeps_its_labels_when_the_town_changes_them(world: World, folder: Path) -> None:
    before = ConsoleTown(started(world, folder))
    (folder / "services" / f"{POTHOLE}.yaml").write_text(OTHERWISE, encoding="utf-8")
    town = started(world, folder)
    after = ConsoleTown(town)
    assert town.services[POTHOLE].version == 2
    for version, label, name in (
        (1, "Dangereux", "Nid-de-poule ou chaussée dégradée"),
        (2, "Risque", "Trou dans la rue"),
    ):
        assert after.field_label(POTHOLE, version, "hazard", "fr") == label
        assert after.service_label(POTHOLE, "fr", version) == name
    assert before.field_label(POTHOLE, 1, "hazard", "fr") == "Dangereux"
    assert after.service_label(POTHOLE, "fr") == "Trou dans la rue"
    assert after.field_label(POTHOLE, 1, "depth", "fr") == "depth"


def test_a_town_that_goes_back_has_its_first_version_again(world: World, folder: Path) -> None:
    started(world, folder)
    change = folder / "services" / f"{POTHOLE}.yaml"
    change.write_text(OTHERWISE, encoding="utf-8")
    assert started(world, folder).services[POTHOLE].version == 2
    change.unlink()
    town = started(world, folder)
    assert town.services[POTHOLE].version == 1
    second = town.service_as_of(POTHOLE, 2)
    assert second is not None
    assert [field.name for field in second.fields] == ["location", "hazard", "depth"]


def test_cases_of_a_service_that_is_dropped_stay_readable(world: World, folder: Path) -> None:
    started(world, folder)
    (folder / "services" / "report.fountain.yaml").unlink()
    town = started(world, folder)
    console = ConsoleTown(town)
    assert "report.fountain" not in town.services
    assert console.service_label("report.fountain", "en", 1) == "Fountain out of order"
    assert console.field_label("report.fountain", 1, "location", "en") != "location"
