import pytest

from kit.phones import format_phone, is_number, normalise


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("06.39.98.00.01", "+33639980001"),
        ("0033 6 39 98 00 01", "+33639980001"),
        ("+33 (0)6 39 98 00 01", "+33639980001"),
        ("01-99-98-01-00", "+33199980100"),
        ("+1 415 555 2671", "+14155552671"),
        ("06\u202f39\u202f98\u202f00\u202f01", "+33639980001"),
        ("06\u200939\u200998\u200900\u200901", "+33639980001"),
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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0690 12 34 56", "+590690123456"),
        ("0691 22 34 56", "+590691223456"),
        ("0590 12 34 56", "+590590123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0693 12 34 56", "+262693123456"),
        ("02 62 12 34 56", "+262262123456"),
        ("02 63 12 34 56", "+262263123456"),
        ("02 69 61 12 34", "+262269611234"),
        ("0639 01 23 45", "+262639012345"),
        ("0694 12 34 56", "+594694123456"),
        ("05 94 12 34 56", "+594594123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0697 12 34 56", "+596697123456"),
        ("05 96 12 34 56", "+596596123456"),
        ("07 09 21 12 34", "+262709211234"),
        ("0508 41 12 34", "+508411234"),
        ("+262 692 12 34 56", "+262692123456"),
        ("+33 692 12 34 56", "+262692123456"),
        ("0639 98 00 01", "+33639980001"),
        ("02 61 12 34 56", "+33261123456"),
        ("05 95 12 34 56", "+33595123456"),
    ],
)
def test_overseas_numbers_get_the_code_of_their_territory(text: str, number: str) -> None:
    assert normalise(text) == number
    assert normalise(text, "RE") == number


def test_overseas_numbers_are_dialled_like_others_of_the_plan() -> None:
    assert format_phone("+262692123456", "fr") == "0692 12 34 56"
    assert format_phone("+262692123456", "en") == "+262 692 12 34 56"


def test_short_codes_and_names_of_senders_are_no_numbers() -> None:
    assert is_number("+33639980001")
    assert not is_number("36179")
    assert not is_number("SUPPORT")
