"""`guichet intents ...` as outside checks call it, and small towns of their own to learn from."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.intents.slice import Slice, make_slice

ROOT = Path(__file__).parents[2]
TODAY = "2026-11-25"
"""A Wednesday; what "demain" counts from in these tests."""

Guichet = Callable[..., subprocess.CompletedProcess[bytes]]

_PHRASES = """version: "3.1"
nlu:
- intent: report.pothole
  examples: |
    - il y a un trou dans la route
    - nid de poule sur la chaussée
    - la route est défoncée
    - un trou dans la rue
- intent: talk.thanks
  examples: |
    - merci beaucoup
    - un grand merci
    - merci bien
    - merci à vous
- intent: out_of_scope
  examples: |
    - il fait beau
    - la recette des crêpes
    - qui a gagné le match
    - le film était long
"""


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A data directory that does not exist and no database: understanding needs no store."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    return kept | {
        "GUICHET_DATA_DIR": str(tmp_path_factory.mktemp("nothing") / "here"),
        "GUICHET_MODEL_DIR": os.environ.get("GUICHET_MODEL_DIR", str(ROOT / ".models")),
        "GUICHET_RASA_URL": "http://127.0.0.1:9",
    }


@pytest.fixture(scope="session")
def guichet(environment: dict[str, str]) -> Guichet:
    """Runs `guichet intents` with these words; `said`: standard input."""

    def run(*words: str, said: bytes = b"", **changed: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "intents", *words],
            input=said,
            capture_output=True,
            cwd=ROOT,
            env=environment | changed,
            timeout=180,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def predict(guichet: Guichet) -> Callable[..., list[dict[str, Any]]]:
    """The predictions for these lines."""

    def run(lines: list[str], *options: str) -> list[dict[str, Any]]:
        done = guichet(
            "predict", "--reference-date", TODAY, *options, said="".join(f"{line}\n" for line in lines).encode()
        )
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]

    return run


@pytest.fixture
def small_town(tmp_path: Path) -> Path:
    """A town of three codes and twelve phrases, learned in an instant."""
    folder = tmp_path / "town"
    (folder / "intents" / "fr").mkdir(parents=True)
    (folder / "intents" / "fr" / "phrases.yml").write_text(_PHRASES, encoding="utf-8")
    (folder / "catalogue.tsv").write_text("code\tkind\nreport.pothole\treport\ntalk.thanks\tdialogue\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Slice:
    """A town of twenty codes that every engine has learned."""
    return make_slice(tmp_path_factory.mktemp("slice"))
