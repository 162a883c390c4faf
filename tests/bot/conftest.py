"""The town and its interpreter, once for all conversations."""

from pathlib import Path

import pytest

from intents.embedded import EmbeddedInterpreter, load_or_train
from services.town.lessons import read_lessons
from services.town.loading import Town, load_town


@pytest.fixture(scope="session")
def town(city_dir: Path) -> Town:
    return load_town(city_dir, "https://montlieu.example")


@pytest.fixture(scope="session")
def interpreter(city_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedInterpreter:
    return load_or_train(read_lessons(city_dir), tmp_path_factory.mktemp("model"))
