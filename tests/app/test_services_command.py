"""`guichet services history`: what a service said before, and since when; on both databases."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.commands.service_versions import versioned
from services.files.product import DEMO_TOWN
from services.town.loading import load_town
from tests.case_store.world import World

TREE = "report.tree"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, store_url: str, tmp_path: Path) -> Path:
    """A town of our own on this store."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    monkeypatch.setenv("GUICHET_DATABASE_URL", store_url)
    monkeypatch.setenv("GUICHET_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GUICHET_CITY_DIR", str(tmp_path / "town"))
    return tmp_path / "town"


def history(code: str = TREE) -> Result:
    return CliRunner().invoke(app, ["services", "history", code])


def renamed(folder: Path, name: str) -> Path:
    path = folder / "services" / f"{TREE}.yaml"
    path.write_text(f"names: {{fr: {name}, en: Tree}}\n", encoding="utf-8")
    return path


def test_the_versions_their_open_cases_and_what_changed(world: World, folder: Path) -> None:
    versioned(world.store, load_town(folder))
    talk = world.receive().conversation_id
    world.file_case(talk, service_code=TREE)
    renamed(folder, "Arbre à voir")
    versioned(world.store, load_town(folder))
    told = history()
    assert told.exit_code == 0, told.output
    first, second, *changed = told.stdout.splitlines()
    assert first == "  1  since 2026-11-24 10:00, 1 open case"
    assert second == "  2  since 2026-11-24 10:00, 0 open cases, present"
    assert any(line.strip().endswith('-> "Arbre à voir"') for line in changed)


def test_what_the_next_start_would_keep_is_told_before_it(world: World, folder: Path) -> None:
    versioned(world.store, load_town(folder))
    renamed(folder, "Arbre à voir")
    told = history().stdout
    assert "the next start keeps it as a new version" in told
    assert '-> "Arbre à voir"' in told


def test_a_service_that_is_gone_is_told_so(world: World, folder: Path) -> None:
    versioned(world.store, load_town(folder))
    city = folder / "city.yaml"
    city.write_text(f"{city.read_text(encoding='utf-8')}\nnot_offered: [{TREE}]\n", encoding="utf-8")
    told = history()
    assert told.exit_code == 0
    assert "The town no longer has it" in told.stdout


def test_a_service_nobody_knows_is_refused_with_the_nearest(world: World, folder: Path) -> None:
    told = history("report.treee")
    assert told.exit_code == 1
    assert "did you mean report.tree?" in told.output
