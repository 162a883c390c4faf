"""`name=value` behind a Content-Type or Content-Disposition, in all forms that clients write them."""

import re
from urllib.parse import unquote_to_bytes

from channels.email.reading.mime.charsets import decode
from channels.email.reading.mime.fields import decode_words
from channels.email.reading.mime.problems import Problems

MOST_PARAMETERS = 100

_PARAMETER = re.compile(rb';\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.){0,2000})"|([^;]*))', re.DOTALL)
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(\d{1,3})?(\*?)")


def read_parameters(raw: bytes, problems: Problems) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in lower case, and the parameters by lower-case name."""
    value = raw.partition(b";")[0].strip().lower().decode("ascii", errors="replace")
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for number, found in enumerate(_PARAMETER.finditer(raw)):
        if number == MOST_PARAMETERS:
            break
        name = found[1].decode("ascii", errors="replace").lower()
        content = _QUOTED_PAIR.sub(rb"\1", found[2]) if found[2] is not None else found[3].strip()
        if section := _SECTION.fullmatch(name):
            sections.setdefault(section[1], {})[int(section[2] or 0)] = (content, bool(section[3]) or not section[2])
        else:
            plain.setdefault(name, decode_words(content, problems))
    return value, plain | {name: _together(parts, problems) for name, parts in sections.items()}


def _together(parts: dict[int, tuple[bytes, bool]], problems: Problems) -> str:
    """The sections of one value in order (RFC 2231): the first may name the charset, those marked are %-encoded."""
    charset, content = None, b""
    for number in sorted(parts):
        section, encoded = parts[number]
        if encoded and not content and section.count(b"'") >= 2:
            named, _, section = section.split(b"'", 2)
            charset = named.decode("ascii", errors="replace") or None
        content += unquote_to_bytes(section) if encoded else section
    return " ".join(decode(content, charset, problems).split())
