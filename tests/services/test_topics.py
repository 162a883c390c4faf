"""Words that name a service: which count, and which do not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.town.loading import Town, load_town
from services.words.said import Said


@pytest.fixture(scope="module")
def town(city_dir: Path) -> Town:
    return load_town(city_dir)


def named(town: Town, text: str) -> str | None:
    return town.topic(Said(text, (), town.lexicon, date(2026, 11, 23)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("feu rouge en panne", "report.traffic_signal"),
        ("un trou dans le trottoir", "report.pavement"),
        ("TAG SUR MON MUR", "report.graffiti"),
        ("on veut se pacser", "request.civil_union"),
        ("my bin was not collected", "report.missed_collection"),
    ],
)
def test_the_usual_names_are_known(town: Town, text: str, code: str) -> None:
    assert named(town, text) == code


@pytest.mark.parametrize("text", ["c'est devant la crèche", "près de la petite balançoire"])
def test_what_places_something_names_nothing(town: Town, text: str) -> None:
    assert named(town, text) is None


def test_what_can_be_filed_goes_before_what_is_said_by_the_way(town: Town) -> None:
    town = replace(town, services={code: town.services[code] for code in ("report.street_light", "report.pothole")})
    assert named(town, "un lampadaire caché par un arbre") == "report.street_light"


def test_a_vague_name_counts_for_a_question_only(town: Town) -> None:
    said = Said("une benne bloque la rue", (), town.lexicon, date(2026, 11, 23))
    assert town.topic(said) is None
    assert town.topics.services_in(said) == ["request.street_occupation"]


def test_what_places_something_is_not_asked_about(town: Town) -> None:
    said = Said("combien coûte une benne devant la crèche", (), town.lexicon, date(2026, 11, 23))
    assert town.topics.longest(said)[1] == "request.street_occupation"
    assert town.topics.services_in(said) == ["request.street_occupation"]


def test_a_name_within_what_is_elsewhere_does_not_count(town: Town) -> None:
    said = Said("la taxe d'ordures ménagères", (), town.lexicon, date(2026, 11, 23))
    assert town.topic(said) is None
    assert town.topics.services_in(said) == []
    elsewhere = town.topics.elsewhere_in(said)
    assert elsewhere is not None
    assert elsewhere.team is None


def test_a_service_named_too_goes_before_what_is_elsewhere(town: Town) -> None:
    said = Said("une carte de stationnement, pas une amende", (), town.lexicon, date(2026, 11, 23))
    assert town.topics.elsewhere_in(said) is None


def test_two_that_can_be_filed_are_left_to_the_interpreter(town: Town) -> None:
    assert named(town, "un trou et un lampadaire cassé") is None
