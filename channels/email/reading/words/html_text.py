"""The text that people see in HTML, line by line, with what clients mark as quote and signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal

Mark = Literal["", "quote", "signature"]

# The sanitiser's own output: every attribute in double quotation marks, every < of a text escaped.
_TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?:\s+[a-zA-Z:_-]+="[^"]*")*)\s*/?>|([^<]+)|<')
_ATTRIBUTE = re.compile(r'([a-zA-Z:_-]+)="([^"]*)"')
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(
    r"display:\s*none|visibility:\s*hidden|mso-hide:\s*all|(?:font-size|max-height):\s*0(?:px|pt|em|%)?\s*(?:;|$)"
)
_BLOCKS = frozenset(
    "address article aside blockquote caption center dd div dl dt figcaption figure footer header hr li main nav ol "
    "pre section table tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6".split())
_NO_END = frozenset(("br", "hr", "img", "col", "wbr"))
_QUOTES = frozenset(
    "gmail_quote gmail_attr yahoo_quoted protonmail_quote moz-cite-prefix zmail_extra tutanota_quote".split()
)
_REST_IS_QUOTE = frozenset(
    "divrplyfwdmsg appendonsend reply-intro mail-editor-reference-message-container olk_src_body_section "
    "x_divrplyfwdmsg x_appendonsend".split()
)
_SIGNATURES = frozenset(
    "gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block signature x_signature "
    "ms-outlook-mobile-signature applemailsignature ymail_android_signature outlooksignature zimbra_signature".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that people see; `mark` is what the client said it is."""

    text: str
    mark: Mark = ""


def lines_of(html: str) -> list[Line]:
    """The lines of sanitised HTML that still has its classes and ids; quotes begin with "> " for each level."""
    writer = _Writer()
    for token in _TOKEN.finditer(html):
        if token[2]:
            name = token[2]
            if token[1]:
                writer.close(name)
            else:
                writer.open(name, dict(_attributes(token[3])))
        else:
            writer.write(unescape(token[0]))
    return writer.finish()


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    return ((found[1].lower(), unescape(found[2])) for found in _ATTRIBUTE.finditer(text))


@dataclass(slots=True)
class _Element:
    name: str
    hidden: bool
    mark: Mark
    apart: bool = False
    """A blank line stands before and behind it."""
    number: int | None = None
    """In a numbered list, the number of its latest point."""


class _Writer:
    """Writes lines while elements open and close."""

    def __init__(self) -> None:
        self._open: list[_Element] = [_Element("", hidden=False, mark="")]
        self._lines: list[Line] = []
        self._text: list[str] = []
        self._quotes = 0
        self._pre = 0
        self._rest_is_quote = False
        self._gap = False

    def open(self, name: str, attributes: dict[str, str]) -> None:
        # Outlook writes every line as a paragraph without space around it.
        apart = name in _PARAGRAPHS and not attributes.get("class", "").startswith("Mso")
        self._break_before(name, apart=apart)
        around = self._open[-1]
        labels = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split()
        self._rest_is_quote |= not _REST_IS_QUOTE.isdisjoint(labels)
        if name in _NO_END:
            self._write_empty(name, attributes)
            return
        hidden = around.hidden or bool(_HIDDEN.search(attributes.get("style", "").lower()))
        number = 0 if name == "ol" else None
        self._open.append(_Element(name, hidden, around.mark or _mark_of(labels), apart, number))
        self._quotes += name == "blockquote"
        self._pre += name == "pre"
        if name == "li" and not hidden:
            self._write_point()

    def close(self, name: str) -> None:
        if len(self._open) > 1 and self._open[-1].name == name:
            self._break_after(name)
            self._open.pop()
            self._quotes -= name == "blockquote"
            self._pre -= name == "pre"

    def write(self, text: str) -> None:
        if self._open[-1].hidden:
            return
        if self._pre:
            first, *others = text.split("\n")
            self._text.append(first)
            for other in others:
                self._end_line(always=True)
                self._text.append(other)
            return
        text = _SPACES.sub(" ", text)
        if text == " " and not self._text:
            return
        self._text.append(text)

    def finish(self) -> list[Line]:
        self._end_line()
        while self._lines and not self._lines[-1].text.strip("> "):
            self._lines.pop()
        return self._lines

    def _break_before(self, name: str, *, apart: bool) -> None:
        if name in _BLOCKS or name in _PARAGRAPHS:
            self._end_line()
            self._gap |= apart
        elif name in ("td", "th") and self._text:
            self._text.append(" ")

    def _break_after(self, name: str) -> None:
        if name in _BLOCKS or name in _PARAGRAPHS:
            self._end_line()
            self._gap |= self._open[-1].apart

    def _write_empty(self, name: str, attributes: dict[str, str]) -> None:
        if name == "br":
            self._end_line(always=True)
        elif name == "img" and _is_sign(attributes.get("alt", "")):
            self.write(attributes["alt"])

    def _write_point(self) -> None:
        around = self._open[-2]
        if around.number is not None:
            around.number += 1
            self._text.append(f"{around.number}. ")
        else:
            self._text.append("- ")

    def _end_line(self, *, always: bool = False) -> None:
        """Ends the line; an element without text leaves none, a <br> always does."""
        text = "".join(self._text)
        self._text.clear()
        if not self._pre:
            text = _SPACES.sub(" ", text).strip(" ")
        if not text and not always:
            return
        if self._gap and self._lines and self._lines[-1].text.strip("> "):
            self._append("")
        self._gap = False
        text = text.replace("\xa0", " ").rstrip()
        if text or not self._lines or self._lines[-1].text.strip("> "):
            self._append(text)

    def _append(self, text: str) -> None:
        mark: Mark = "quote" if self._rest_is_quote else self._open[-1].mark
        self._lines.append(Line("> " * self._quotes + text if text else ">" * self._quotes, mark))


def _mark_of(labels: list[str]) -> Mark:
    if not _QUOTES.isdisjoint(labels):
        return "quote"
    return "" if _SIGNATURES.isdisjoint(labels) else "signature"


def _is_sign(alternative: str) -> bool:
    """Whether a picture stands for a sign of the text, as clients write faces and hearts."""
    return 0 < len(alternative) <= 4 and not alternative.isascii()
