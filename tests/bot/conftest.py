"""The town and its interpreter, once for all conversations."""

import os
from pathlib import Path

import pytest

from intents.embedded import EmbeddedInterpreter, load_or_train
from services.town.lessons import read_lessons
from services.town.loading import Town, load_town

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def town(city_dir: Path) -> Town:
    return load_town(city_dir, "https://montlieu.example")


@pytest.fixture(scope="session")
def interpreter(city_dir: Path) -> EmbeddedInterpreter:
    """From the folder that the set-up trained for; phrases, code and libraries other than its own are learned anew."""
    return load_or_train(read_lessons(city_dir), Path(os.environ.get("GUICHET_MODEL_DIR", ROOT / ".models")))
