"""Telephone numbers: E.164 inside, grouped digits on the screen.

France and its overseas territories dial one ten-digit plan, but answer to several country codes: which one is told
by the first digits that the regulator gave each territory.
"""

import re
from types import MappingProxyType

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat

ITALY = 39  # the one plan that keeps a leading zero in international form
MAINLAND = 33
OVERSEAS = MappingProxyType(
    {
        # Guadeloupe, Saint-Barthélemy, Saint-Martin
        **dict.fromkeys(("590", "587", "690", "691", "7090"), 590),
        # Guyane
        **dict.fromkeys(("594", "588", "694", "7093"), 594),
        # Martinique
        **dict.fromkeys(("596", "589", "696", "697", "7091"), 596),
        # La Réunion and Mayotte
        **dict.fromkeys(("262", "263", "2688", "269", "692", "693", "639", "7092"), 262),
        **dict.fromkeys(("70935", "70936", "70937"), 262),
        # Saint-Pierre-et-Miquelon
        **dict.fromkeys(("508", "7084", "7085"), 508),
        # Mainland after all: kept free for fiction and tests
        "63998": MAINLAND,
    }
)
"""Country codes by the first digits after the 0, as in the regulator's numbering plan; the longest digits decide."""

_LONGEST = max(map(len, OVERSEAS))
_PLAN = frozenset({MAINLAND, *OVERSEAS.values()})
_TEN_DIGITS = _PLAN - {508}  # whose own numbers have six: their first digit tells nothing
_NATIONAL_DIGITS = 9
_LETTER = re.compile(r"[^\W\d_]")
_BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")


def normalise(text: str, region: str = "FR") -> str | None:
    """The number in E.164 form ("+33639980001"), or None where the text is not one possible number.

    Possible, not valid: the numbers kept free for fiction and tests are valid nowhere.
    Short numbers (17, 3919) belong to no country code and give None.
    """
    number = _parse(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def is_number(address: str) -> bool:
    """Whether an address of a telephone channel can be written to: short codes and senders' names cannot."""
    return address.startswith("+") and address[1:].isdecimal()


def _parse(text: str, region: str) -> PhoneNumber | None:
    if _LETTER.search(text):
        return None
    try:
        number = phonenumbers.parse(_BLANKS.sub(" ", text), region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    misplaced_zero = number.italian_leading_zero and number.country_code != ITALY
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or misplaced_zero:
        return None
    return _at_home(number)


def _at_home(number: PhoneNumber) -> PhoneNumber:
    """A number dialled as at home, or with the mainland's code, under the country code of its territory."""
    is_national = number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    is_of_the_plan = number.country_code == MAINLAND or (is_national and number.country_code in _PLAN)
    digits = str(number.national_number)
    if not is_of_the_plan or len(digits) != _NATIONAL_DIGITS:
        return number
    known = (OVERSEAS.get(digits[:length]) for length in range(_LONGEST, 0, -1))
    code = next((code for code in known if code), MAINLAND)
    # Abroad the six digits of a line in Saint-Pierre follow the country code at once.
    own = digits.removeprefix("508") if code == 508 else digits
    return PhoneNumber(country_code=code, national_number=int(own))


def format_phone(number: str, language: str, region: str = "FR") -> str:
    """As people of the language read it: "06 39 98 00 01" in French, "+33 6 39 98 00 01" in others.

    A foreign number is international in every language. What is no number comes back unchanged.
    """
    parsed = _parse(number, region)
    if parsed is None:
        return number
    own = phonenumbers.country_code_for_region(region)
    local = language == "fr" and (parsed.country_code == own or {parsed.country_code, own} <= _TEN_DIGITS)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if local else PhoneNumberFormat.INTERNATIONAL)
