"""`guichet replay` on what a resident said, as an operator calls it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.files.product import DEMO_TOWN
from tests.support.product import ROOT

SAID = ["un lampadaire est éteint devant le 12 rue de Paris", "non", "merci beaucoup"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUICHET_", "LC_", "LANG"))}
    return kept | {
        "GUICHET_DATA_DIR": str(tmp_path / "data"),
        "GUICHET_MODEL_DIR": os.environ.get("GUICHET_MODEL_DIR", str(ROOT / ".models")),
        "GUICHET_DEMO": "0",
        "GUICHET_NOW": "2026-11-24T10:00:00+01:00",
        "LANG": "en_GB.UTF-8",
    }


def guichet(
    environment: dict[str, str], *words: str, lines: list[str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        input="".join(f"{line}\n" for line in lines or []),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=180,
        check=False,
    )


def rows(environment: dict[str, str]) -> dict[str, list[Any]]:
    """Every row of the store, by table."""
    with sqlite3.connect(Path(environment["GUICHET_DATA_DIR"], "guichet.db")) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: store.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


@pytest.fixture
def talked(environment: dict[str, str]) -> dict[str, str]:
    """A store in which a resident has said three things."""
    talk = guichet(environment, "chat", "--channel", "webchat", "--from", "camille", "--json", lines=SAID)
    assert talk.returncode == 0, talk.stderr
    return environment


@pytest.fixture
def otherwise(tmp_path: Path) -> Path:
    """Montlieu, where one answer has other words."""
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    (tmp_path / "town" / "replies.fr.yaml").write_text('thanks: "À votre service."\n', encoding="utf-8")
    return tmp_path / "town"


def test_against_the_same_town_nothing_differs_and_nothing_is_written(talked: dict[str, str]) -> None:
    before = rows(talked)
    done = guichet(talked, "replay")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 turns replayed, of 1 conversations.\nNothing changes.\n"
    assert rows(talked) == before


def test_against_other_words_the_turn_and_both_answers_are_listed(talked: dict[str, str], otherwise: Path) -> None:
    done = guichet(talked, "replay", "--against", str(otherwise), "--json")
    assert done.returncode == 1, done.stderr
    difference, counts = map(json.loads, done.stdout.splitlines())
    assert (difference["kinds"], difference["said"]) == (["replies"], ["merci beaucoup"])
    assert difference["before"]["replies"][0].startswith("Je vous en prie.")
    assert difference["now"]["replies"][0].replace("\u00a0", " ").startswith("À votre service.")
    assert difference["before"]["acts"] == difference["now"]["acts"] == ["Thank"]
    assert counts == {"turns": 3, "conversations": 1, "different": 1, "by": {"replies": 1}, "not_replayed": {}}


def test_what_is_older_than_since_is_left_out(talked: dict[str, str], otherwise: Path) -> None:
    late = guichet(talked, "replay", "--since", "2026-11-25", "--against", str(otherwise), "--as-understood", "--json")
    assert late.returncode == 0, late.stderr
    assert json.loads(late.stdout)["turns"] == 0
    early = guichet(talked, "replay", "--since", "2026-11-24T10:00", "--against", str(otherwise), "--as-understood")
    assert early.returncode == 1, early.stderr
    assert "« merci beaucoup »" in early.stdout
    assert early.stdout.endswith("  1 in the words of the answer.\n")


def test_a_turn_of_an_earlier_release_is_counted_as_not_replayed(talked: dict[str, str]) -> None:
    with sqlite3.connect(Path(talked["GUICHET_DATA_DIR"], "guichet.db")) as store:
        store.execute("UPDATE turn SET record = json_remove(record, '$.state') WHERE id = (SELECT min(id) FROM turn)")
    done = guichet(talked, "replay", "--as-understood", "--json")
    assert done.returncode == 0, done.stderr
    *_, left_out, counts = map(json.loads, done.stdout.splitlines())
    assert (left_out["said"], left_out["not_replayed"]) == (SAID[:1], "older")
    assert counts["not_replayed"] == {"older": 1}


@pytest.mark.parametrize("words", [["--against", "nowhere"], ["--corpus", "nowhere.jsonl", "--as-understood"]])
def test_a_mistake_of_the_operator_is_one_line(environment: dict[str, str], words: list[str]) -> None:
    done = guichet(environment, "replay", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere" in done.stderr
    assert done.stderr.count("\n") == 1
