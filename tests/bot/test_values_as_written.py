"""Days, places, sums and names as residents write them in answer to a question, through the whole dialogue."""

from pathlib import Path

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.answering_values import KINDS, Written, is_right, kept_of, read_written

TABLE = read_written((Path(__file__).parent / "values_as_written.tsv").read_text(encoding="utf-8"))


@pytest.mark.parametrize("written", TABLE, ids=lambda written: f"{written.kind}: {written.text}")
def test_a_value_is_kept_as_it_was_meant(town: Town, interpreter: EmbeddedInterpreter, written: Written) -> None:
    kept = kept_of(town, interpreter, written)
    assert is_right(written, kept), f"{written.text!r} was kept as {kept!r}, meant was {written.value!r}"


def test_every_kind_is_asked_in_both_languages() -> None:
    assert {(row.kind, row.language) for row in TABLE} == {
        (kind, language) for kind in KINDS for language in ("fr", "en")
    }
