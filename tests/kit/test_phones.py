import pytest

from kit.phones import format_phone, is_mobile, normalise


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("06.39.98.00.01", "+33639980001"),
        ("0033 6 39 98 00 01", "+33639980001"),
        ("+33 (0)6 39 98 00 01", "+33639980001"),
        ("01-99-98-01-00", "+33199980100"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_usual_spellings_give_one_number(text: str, number: str) -> None:
    assert normalise(text) == number


@pytest.mark.parametrize(
    "text", ["", "17", "3919", "06 39 98 00 0", "99980100", "0800 FLOWERS", "rue de Paris", "+999123"]
)
def test_what_is_no_full_number_gives_nothing(text: str) -> None:
    assert normalise(text) is None


def test_french_readers_see_the_national_form() -> None:
    assert format_phone("+33639980001", "fr") == "06 39 98 00 01"


def test_other_readers_see_the_international_form() -> None:
    assert format_phone("+33639980001", "en") == "+33 6 39 98 00 01"


def test_a_foreign_number_is_international_in_french_too() -> None:
    assert format_phone("+14155552671", "fr") == "+1 415-555-2671"


def test_a_short_number_is_shown_as_it_is() -> None:
    assert format_phone("3919", "fr") == "3919"


def test_mobiles_are_told_from_lines_at_home() -> None:
    assert is_mobile("06 39 98 00 01")
    assert not is_mobile("+33199980100")
    assert not is_mobile("17")
