"""Plain text as safe markup: web addresses, references and telephone numbers become links, nothing else does."""

import re

from markupsafe import Markup, escape

_LINK = re.compile(
    r"(?P<address>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]»])"
    r"|\b(?P<reference>[A-Z]{2,5}-\d\d-[0-9A-Z]{6})\b"
    r"|(?<!\d)(?P<phone>(?:0|\+33[ \u00a0])[1-9](?:[ \u00a0]\d\d){4})(?!\d)"
)


def paragraphs(text: str) -> tuple[Markup, ...]:
    """The paragraphs of a text, with links."""
    return tuple(linked(part) for part in re.split(r"\n\s*\n", text.strip()) if part)


def linked(text: str) -> Markup:
    """One piece of text, with links."""
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        pieces += [escape(text[end : match.start()]), _link(match)]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def first_reference(text: str) -> re.Match[str] | None:
    """Where the first case reference stands."""
    return next((match for match in _LINK.finditer(text) if match["reference"]), None)


def has_phone(text: str) -> bool:
    return any(match["phone"] for match in _LINK.finditer(text))


def _link(match: re.Match[str]) -> Markup:
    if match["address"]:
        return Markup('<a href="{0}" rel="noopener">{0}</a>').format(match[0])
    if match["phone"]:
        number = re.sub(r"[^\d+]", "", match[0])
        return Markup('<a class="nowrap" href="tel:{}">{}</a>').format(number, match[0])
    return Markup('<a class="nowrap" href="/suivi/{0}">{0}</a>').format(match[0])
