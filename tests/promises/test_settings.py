"""A setting is in three places: the code, the example and the operations page."""

import re

from app.configuration.settings import Settings
from tests.promises.tree import ROOT

NAMES = {f"GUICHET_{name.upper()}" for name in Settings.model_fields}
EXAMPLE = dict(re.findall(r"^(GUICHET_\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
EXPLAINED = set(re.findall(r"^\| `(GUICHET_\w+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE))


def test_the_example_has_every_setting() -> None:
    assert set(EXAMPLE) == NAMES


def test_the_operations_page_explains_every_setting() -> None:
    assert EXPLAINED == NAMES


def test_the_example_shows_the_defaults(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    plain = Settings()
    for name, value in EXAMPLE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    shown = Settings(_env_file=None)
    assert shown.model_copy(update={"city_dir": shown.city_dir.absolute()}) == plain
