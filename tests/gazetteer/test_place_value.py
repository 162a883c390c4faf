import pytest

from gazetteer.place_value import PlaceValue


@pytest.mark.parametrize(
    ("kept", "value", "label"),
    [
        ("12|rue de Paris", PlaceValue("rue de Paris", "12"), "12 rue de Paris"),
        ("12 bis|rue de Paris", PlaceValue("rue de Paris", "12", "bis"), "12 bis rue de Paris"),
        ("|rue de Paris", PlaceValue("rue de Paris"), "rue de Paris"),
        ("|gare de Montlieu", PlaceValue("gare de Montlieu"), "gare de Montlieu"),
        ("rue Hoche|rue Foch", PlaceValue("rue Hoche", other="rue Foch"), "rue Hoche / rue Foch"),
        ("|place du 8 mai 1945", PlaceValue("place du 8 mai 1945"), "place du 8 mai 1945"),
        ("12|", PlaceValue(number="12"), "12"),
    ],
)
def test_a_kept_place_is_read_and_kept_again_unchanged(kept: str, value: PlaceValue, label: str) -> None:
    assert PlaceValue.read(kept) == value
    assert str(value) == kept
    assert value.label == label


@pytest.mark.parametrize("kept", [None, "", "derrière l'église", "12 rue de Paris"])
def test_words_as_typed_have_no_parts(kept: str | None) -> None:
    assert PlaceValue.read(kept) is None


def test_a_crossing_has_no_door() -> None:
    crossing = PlaceValue("rue Hoche", other="rue Foch")
    assert crossing.door == ""
    assert not crossing.is_street_alone


def test_a_street_is_taken_to_a_door_and_back() -> None:
    street = PlaceValue("rue de Paris")
    assert street.is_street_alone
    assert street.at("12 bis") == PlaceValue("rue de Paris", "12", "bis")
    assert not street.at("12 bis").is_street_alone
    assert street.at("12 bis").at("") == street
