"""Case references as they are printed on letters: a new release must read what an old one has given out."""

import pytest

from kit.references import Reference, ReferenceSlip, example_reference, parse_reference

PRINTED = {"MTL-26-000015": 1, "MTL-26-004F7E": 4_583, "MTL-26-ZZZZZ0": 32**5 - 1, "MTL-26-100001": 32**4}
"""Check characters reckoned by hand: the five values, weighted 1 to 5, modulo 31."""


@pytest.mark.parametrize(("printed", "number"), PRINTED.items())
def test_a_reference_once_given_out_stays_right(printed: str, number: int) -> None:
    assert str(Reference("MTL", 2026, number)) == printed
    assert parse_reference(printed, "MTL") == Reference("MTL", 26, number)


def test_the_example_of_any_town_can_be_typed_as_it_stands() -> None:
    shown = example_reference("VSY", 2026)
    assert shown.startswith("VSY-26-")
    assert str(parse_reference(shown, "VSY")) == shown


@pytest.mark.parametrize("slip", ["MTL-26-004F7K", "MTL-26-004FE7", "MTL-26-040F7E"])
def test_a_slip_is_seen(slip: str) -> None:
    with pytest.raises(ReferenceSlip):
        parse_reference(slip, "MTL")
