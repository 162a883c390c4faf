"""Everything named in a text, by a table anyone can add to: `entities.tsv`."""

from datetime import date
from pathlib import Path

import pytest

from intents.contract import Entity, Utterance
from intents.embedded import EmbeddedInterpreter, load_or_train
from intents.entities.finding import EntityFinder
from services.town.lessons import read_lessons
from tests.intents.conftest import ROOT, TODAY

_TABLE = Path(__file__).parent / "entities.tsv"
_TABLES = sorted((Path(__file__).parent / "tables").glob("*.tsv"))
"""What residents write of one kind of value, a table each."""


def rows(path: Path) -> list[tuple[str, str]]:
    lines = (line.partition("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return [(text, expected.strip()) for text, _, expected in lines]


def table() -> list[tuple[str, str]]:
    return rows(_TABLE)


def tables() -> list[tuple[str, str]]:
    return [row for path in _TABLES for row in rows(path)]


@pytest.fixture(scope="session")
def interpreter(environment: dict[str, str]) -> EmbeddedInterpreter:
    """The town's own, from the same cache as the commands."""
    models = Path(environment["GUICHET_MODEL_DIR"])
    return load_or_train(read_lessons(ROOT / "data"), models, today=lambda: date.fromisoformat(TODAY))


@pytest.fixture(scope="session")
def finder() -> EntityFinder:
    return EntityFinder(["rue de Paris", "place du 8 mai 1945"])


def shown(entities: tuple[Entity, ...]) -> str:
    return "; ".join(f"{entity.entity}={entity.value}" for entity in entities)


@pytest.mark.parametrize(("text", "expected"), table())
def test_a_sentence_names_what_the_table_says(interpreter: EmbeddedInterpreter, text: str, expected: str) -> None:
    found = interpreter.predict(Utterance(text)).entities
    assert shown(found) == expected
    assert [entity.text for entity in found] == [text[entity.start : entity.end] for entity in found]


@pytest.mark.parametrize(("text", "expected"), tables())
def test_a_value_is_read_as_residents_write_it(finder: EntityFinder, text: str, expected: str) -> None:
    found = finder.find(text, date.fromisoformat(TODAY))
    assert shown(found) == expected
    assert [entity.text for entity in found] == [text[entity.start : entity.end] for entity in found]


def test_the_table_is_large_and_has_every_kind() -> None:
    named = {part.partition("=")[0] for _, expected in table() for part in expected.split("; ") if part}
    assert named == set("address intersection date time phone email plate money person case_reference count".split())
    assert len(table()) > 200


def test_dates_count_from_the_day_told(finder: EntityFinder) -> None:
    for today, tomorrow in (("2026-12-31", "2027-01-01"), ("2028-02-28", "2028-02-29")):
        (found,) = finder.find("demain", date.fromisoformat(today))
        assert found.value == tomorrow


def test_a_day_that_no_calendar_has_is_none(finder: EntityFinder) -> None:
    for said in ("le 31/02/2027", "le 30 février", "le 32 mars", "2027-13-01"):
        assert finder.find(said, date(2026, 11, 25)) == ()


def test_a_telephone_number_is_read_by_the_country_of_the_town() -> None:
    (found,) = EntityFinder(region="GB").find("call 020 7946 0958", date(2026, 11, 25))
    assert found.value == "+442079460958"


def test_references_begin_with_the_prefix_of_the_town() -> None:
    finder = EntityFinder(reference_prefix="VRD")
    assert [one.value for one in finder.find("VRD-26-004F7K ou MTL-26-004F7K", date(2026, 11, 25))] == ["VRD-26-004F7K"]
