"""What is said in one language is said in the other."""

from pathlib import Path

import pytest

from kit.words import check, read_catalogue
from tests.promises.tree import ROOT, files

LANGUAGES = ("fr", "en")


def catalogues() -> list[Path]:
    """The French files that have, or should have, an English twin."""
    beside = [path for path in files() if path.parent.name == "words" and path.name == "fr.yaml"]
    return beside + [path for path in files() if path.match("data/*.fr.yaml")]


def twin(path: Path) -> Path:
    return path.with_name(path.name.replace("fr.yaml", "en.yaml"))


@pytest.mark.parametrize("path", catalogues(), ids=str)
def test_a_catalogue_has_both_languages(path: Path) -> None:
    assert (ROOT / twin(path)).exists()


@pytest.mark.parametrize("path", [path for path in catalogues() if path.parent.name == "words"], ids=str)
def test_both_languages_have_the_same_words(path: Path) -> None:
    french, english = (read_catalogue(ROOT / name, language) for name, language in ((path, "fr"), (twin(path), "en")))
    assert check({"fr": french, "en": english}) == []


def test_there_are_catalogues_to_compare() -> None:
    assert len(catalogues()) >= 2
