"""Answers as residents write them, with what the town's own interpreter names in them, by a table anyone can add to."""

from datetime import date
from pathlib import Path

import pytest

from intents.entities.finding import EntityFinder
from services.declarations.declaration import Service, load_services
from services.kinds.fields import Fault, Reading, read_answer
from services.words.lexicon import Lexicon, load_lexicon
from services.words.said import Mention, Said, clean

_TODAY = date(2026, 11, 24)
_TABLE = Path(__file__).parent / "answers.tsv"
_FINDER = EntityFinder(["rue de Paris"])


def _rows() -> list[tuple[str, str, str]]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(field, text, kept) for field, text, kept in rows]


@pytest.fixture(scope="module")
def lexicon(city_dir: Path) -> Lexicon:
    return load_lexicon(city_dir)


@pytest.fixture(scope="module")
def declared(city_dir: Path) -> dict[str, Service]:
    return load_services(city_dir / "services")


def _shown(outcome: Reading | Fault | None) -> str:
    if isinstance(outcome, Fault):
        return f"!{outcome.reason or ''}"
    return outcome.value if outcome else ""


@pytest.mark.parametrize(("field", "text", "kept"), _rows())
def test_an_answer_is_kept_or_refused_as_the_table_says(
    declared: dict[str, Service], lexicon: Lexicon, field: str, text: str, kept: str
) -> None:
    code, _, name = field.rpartition(".")
    cleaned = clean(text)
    mentions = tuple(
        Mention(one.entity, one.value, one.text, one.start, one.end) for one in _FINDER.find(cleaned, _TODAY)
    )
    said = Said(cleaned, mentions, lexicon, _TODAY)
    assert _shown(read_answer(declared[code].field(name), said, "Montlieu")) == kept
