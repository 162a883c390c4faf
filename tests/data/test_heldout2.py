"""The sentences of strangers are frozen: whoever teaches the understanding neither reads nor changes them."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from intents.evaluation import read_labelled

FOLDER = Path(__file__).parent / "heldout2"
HASHES = {
    "validation": "d6ca48c0303263c4653d4c6a91aa0f31769f1358ab6c649ad5df664c04358a26",
    "test": "638e5d5be4e8f2a2d77692fc7bbedf083253fee94542255da8ff4825111fe3a2",
}


@pytest.mark.parametrize("half", HASHES)
def test_a_half_is_as_it_was_written(half: str) -> None:
    assert hashlib.sha256((FOLDER / f"{half}.tsv").read_bytes()).hexdigest() == HASHES[half]


@pytest.mark.parametrize("half", HASHES)
def test_each_code_is_asked_for_in_both_languages(half: str) -> None:
    counts = Counter((row.code, row.language) for row in read_labelled(FOLDER / f"{half}.tsv"))
    assert len({code for code, _ in counts}) == 77
    assert all(count >= (6 if language == "fr" else 4) for (_, language), count in counts.items())
