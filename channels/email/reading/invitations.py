"""An invitation to a meeting in words, for a mail that has no others."""

import re

from channels.email.reading.mime.charsets import decode
from channels.email.reading.mime.problems import Problems

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION)(?:;[^:\n]{0,200})?:(.*)$", re.MULTILINE)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_ORDER = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION")
_LOOKED_AT = 200_000


def describe_invitation(raw: bytes) -> str:
    """What the first meeting of a calendar file says of itself, a line each: what, from, to, where, details."""
    text = _FOLD.sub("", decode(raw[:_LOOKED_AT], "utf-8", Problems()).replace("\r\n", "\n"))
    event = text.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0]
    found: dict[str, str] = {}
    for line in _LINE.finditer(event):
        found.setdefault(line[1], line[2].strip())
    return "\n".join(filter(None, (_shown(name, found.get(name, "")) for name in _ORDER)))


def _shown(name: str, value: str) -> str:
    if name.startswith("DT"):
        time = _TIME.match(value)
        return _readable(time) if time else ""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _readable(time: re.Match[str]) -> str:
    day = f"{time[1]}-{time[2]}-{time[3]}"
    return f"{day} {time[4]}:{time[5]}{' UTC' if time[6] else ''}" if time[4] else day
