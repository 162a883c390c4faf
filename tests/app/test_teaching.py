"""Phrases that a town teaches: into its own folder, checked against all that is known, never into the product's."""

import shutil
from pathlib import Path

import pytest

from app.configuration.settings import Settings, SettingsInvalid
from app.missed import TAUGHT, propose
from intents.catalogue import load_catalogue
from services.files.product import DEMO_TOWN, PRODUCT, over_product

NEW = "le bitume fait des vagues devant chez moi et les vélos tombent"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    return tmp_path / "town"


def settings(folder: Path) -> Settings:
    return Settings(_env_file=None, city_dir=folder)


def taught(folder: Path) -> dict[str, str]:
    """The phrases of the town's own file, with their codes."""
    own = (phrase for phrase in load_catalogue(over_product(folder)).phrases if phrase.path.name == TAUGHT)
    return {phrase.text: phrase.code for phrase in own}


def test_phrases_are_added_to_the_towns_own_file_and_learned_from(folder: Path) -> None:
    proposal = propose(settings(folder), "report.pothole", [NEW, f"  {NEW.upper()} "], "fr")
    assert proposal.path == folder / "intents" / "fr" / TAUGHT
    again = propose(settings(folder), "report.graffiti", ["des gribouillis partout sur le portail du square"], "fr")
    assert again.path == proposal.path
    assert taught(folder)[NEW] == "report.pothole"
    assert taught(folder)["des gribouillis partout sur le portail du square"] == "report.graffiti"


def test_a_phrase_that_is_known_is_not_written_again(folder: Path) -> None:
    propose(settings(folder), "report.pothole", [NEW], "fr")
    proposal = propose(settings(folder), "report.pothole", [f"{NEW} "], "fr")
    assert (proposal.written, proposal.known) == ((), (NEW,))
    assert list(taught(folder)) == [NEW]


def test_a_phrase_of_another_code_is_told_and_not_written(folder: Path) -> None:
    known = next(phrase for phrase in load_catalogue(over_product(folder)).phrases if phrase.code == "report.noise")
    proposal = propose(settings(folder), "report.pothole", [known.text], known.language)
    assert proposal.taken == ((" ".join(known.text.split()), "report.noise"),)
    assert not proposal.path.exists()


@pytest.mark.parametrize(
    ("code", "phrase"), [("report.unicorn", NEW), ("report.pothole", "devant chez [person]"), ("report.pothole", " ")]
)
def test_what_cannot_be_taught_is_refused(folder: Path, code: str, phrase: str) -> None:
    with pytest.raises(SettingsInvalid):
        propose(settings(folder), code, [phrase], "fr")
    assert taught(folder) == {}


@pytest.mark.parametrize("folder_of_the_product", [PRODUCT, DEMO_TOWN])
def test_the_products_phrases_are_never_written(folder_of_the_product: Path) -> None:
    before = sorted(PRODUCT.rglob("*.yml"))
    with pytest.raises(SettingsInvalid, match="GUICHET_CITY_DIR"):
        propose(settings(folder_of_the_product), "report.pothole", [NEW], "fr")
    assert sorted(PRODUCT.rglob("*.yml")) == before
