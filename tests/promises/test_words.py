"""What is said in one language is said in the other."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.catalogues import check, read_catalogue
from tests.promises.tree import ROOT

LANGUAGES = ("fr", "en")


def catalogues() -> list[Path]:
    """The French files that have, or should have, an English twin."""
    found = [*ROOT.glob("*/words/fr.yaml"), *ROOT.glob("data/*.fr.yaml")]
    return sorted(path.relative_to(ROOT) for path in found)


def twin(path: Path) -> Path:
    return path.with_name(path.name.replace("fr.yaml", "en.yaml"))


@pytest.mark.parametrize("path", catalogues(), ids=str)
def test_a_catalogue_has_both_languages(path: Path) -> None:
    assert (ROOT / twin(path)).exists()


def faces() -> list[Path]:
    """The catalogues in the product's own form; the sandbox, which knows nothing of it, has a form of its own."""
    return [path for path in catalogues() if path.parent.name == "words" and path.parts[0] != "sandbox"]


@pytest.mark.parametrize("path", faces(), ids=str)
def test_both_languages_have_the_same_words(path: Path) -> None:
    french, english = (read_catalogue(ROOT / name, language) for name, language in ((path, "fr"), (twin(path), "en")))
    assert check({"fr": french, "en": english}) == []


def shape(node: Any) -> Any:
    """The keys of a tree and the kinds of its leaves."""
    return {key: shape(value) for key, value in node.items()} if isinstance(node, dict) else type(node).__name__


def test_the_sandbox_speaks_both_languages() -> None:
    french, english = (yaml.safe_load((ROOT / f"sandbox/words/{code}.yaml").read_text()) for code in LANGUAGES)
    assert shape(french) == shape(english)


def test_there_are_catalogues_to_compare() -> None:
    assert len(catalogues()) >= 2
