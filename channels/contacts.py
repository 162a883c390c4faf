"""Kinds of address at which residents are met: how one is read, shown and opened."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kit.phones import format_phone, normalise

_MAIL = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:]+\.[^\s@<>\",;:.]+")


def _as_it_is(address: str, language: str) -> str:
    return address


def _nobody_types_it(text: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class ContactKind:
    """A kind of address. `icon` is one of app/icons.txt; `scheme` makes a link that a program opens ("tel", "mailto").

    `read` gives the normal form of an address that somebody types, None for what is none of this kind;
    `show` gives it as people read it in a language.
    """

    kind: str
    icon: str
    scheme: str = ""
    read: Callable[[str], str | None] = _nobody_types_it
    show: Callable[[str, str], str] = _as_it_is


def read_mail_address(text: str) -> str | None:
    """A mail address in lower case, None for anything else."""
    address = text.strip().lower()
    return address if _MAIL.fullmatch(address) else None


PHONE = ContactKind("phone", "phone", "tel", read=normalise, show=format_phone)
EMAIL = ContactKind("email", "mail", "mailto", read=read_mail_address)
VISITOR = ContactKind("visitor", "globe")
"""A browser: its address names nobody, and reaches nobody once the page is closed."""
