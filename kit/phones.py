"""Telephone numbers: E.164 inside, grouped digits on the screen."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

ITALY = 39  # the one plan that keeps a leading zero in international form
_LETTER = re.compile(r"[^\W\d_]")


def normalise(text: str, region: str = "FR") -> str | None:
    """The number in E.164 form ("+33639980001"), or None where the text is not one possible number.

    Possible, not valid: the numbers kept free for fiction and tests are valid nowhere.
    Short numbers (17, 3919) belong to no country code and give None.
    """
    number = _parse(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def _parse(text: str, region: str) -> PhoneNumber | None:
    if _LETTER.search(text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    misplaced_zero = number.italian_leading_zero and number.country_code != ITALY
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE and not misplaced_zero else None


def format_phone(number: str, language: str, region: str = "FR") -> str:
    """As people of the language read it: "06 39 98 00 01" in French, "+33 6 39 98 00 01" in others.

    A foreign number is international in every language. What is no number comes back unchanged.
    """
    parsed = _parse(number, region)
    if parsed is None:
        return number
    local = language == "fr" and phonenumbers.country_code_for_region(region) == parsed.country_code
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if local else PhoneNumberFormat.INTERNATIONAL)


def is_mobile(number: str, region: str = "FR") -> bool:
    """Whether a text message can reach the number, as far as its shape tells.

    French mobiles begin with 6 or 7; elsewhere the numbering plan is asked, and doubt counts as yes.
    """
    parsed = _parse(number, region)
    if parsed is None:
        return False
    if parsed.country_code == phonenumbers.country_code_for_region("FR"):
        return str(parsed.national_number)[0] in "67"
    return phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.FIXED_LINE
