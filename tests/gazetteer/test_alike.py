"""What may be meant by words that the gazetteer does not place."""

import pytest

from tests.console.small_town import montlieu


@pytest.mark.parametrize(
    ("typed", "label"), [("parc", "parc des Tilleuls"), ("12 rue du parc", "12 allée du Parc"), ("12 rue du", None)]
)
def test_the_names_most_alike_are_given(typed: str, label: str | None) -> None:
    alike = [place.label for place in montlieu().gazetteer.find_alike(typed)]
    assert label in alike if label else alike == []


@pytest.mark.parametrize("typed", ["", "zzz", "12 rue de Paris", "?" * 100_000])
def test_nothing_is_given_for_a_known_place_or_for_no_name(typed: str) -> None:
    assert montlieu().gazetteer.find_alike(typed) == ()
