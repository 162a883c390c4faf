"""Every service that the demo town declares can be asked for, in both languages."""

import csv

import pytest
import yaml

from services.declarations.declaration import load_services
from tests.promises.tree import ROOT

SERVICES = load_services(ROOT / "data" / "services")
CATALOGUE = ROOT / "data" / "catalogue.tsv"
FEWEST = {"fr": 40, "en": 40}


def phrases(language: str) -> dict[str, list[str]]:
    """Phrases by intent, from the training files."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "intents" / language).glob("*.yml")):
        for block in yaml.safe_load(path.read_text()).get("nlu", []):
            if "intent" in block:
                lines = [line.strip().removeprefix("- ") for line in block["examples"].splitlines() if line.strip()]
                found.setdefault(block["intent"], []).extend(lines)
    return found


PHRASES = {language: phrases(language) for language in FEWEST}


@pytest.mark.parametrize("language", FEWEST)
@pytest.mark.parametrize("code", SERVICES)
def test_a_service_has_phrases_to_learn_from(code: str, language: str) -> None:
    assert len(set(PHRASES[language].get(code, []))) >= FEWEST[language]


@pytest.mark.parametrize("code", SERVICES)
def test_a_service_asks_what_the_catalogue_says(code: str) -> None:
    with CATALOGUE.open(encoding="utf-8") as file:
        rows = {row["code"]: row for row in csv.DictReader(file, delimiter="\t")}
    asks = next(value for key, value in rows[code].items() if key.startswith("asks"))
    named = [word.strip().rstrip("*?+") for word in asks.split(",") if word.strip()]
    assert [field.name for field in SERVICES[code].fields] == named


@pytest.mark.parametrize("code", SERVICES)
def test_a_service_is_worded_in_both_languages(code: str) -> None:
    service = SERVICES[code]
    for field in service.fields:
        assert set(field.ask.phrases) == set(field.label.phrases) == set(FEWEST)
    for said in (service.names, service.start, service.next_step):
        assert set(said.phrases) == set(FEWEST)
