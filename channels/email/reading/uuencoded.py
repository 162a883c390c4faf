"""Files written into plain text itself, as programs did before mails had parts (uuencode)."""

import re
from collections.abc import Sequence
from mimetypes import guess_type

from channels.email.reading.mail import Attachment
from channels.email.reading.mime.parts import name_file
from channels.email.reading.mime.problems import Problems
from channels.email.reading.mime.transfer import from_uu

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,200})")
_LINE = re.compile(r"[ -`]{1,90}")


def take_files_out(text: str) -> tuple[str, list[Attachment]]:
    """The text without the files written into it, and the files; what only looks like one stays in the text."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[Attachment] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begun = _BEGIN.fullmatch(lines[at])
        end = _end_of(lines, at + 1) if begun else None
        if begun and end is not None:
            files.append(_file(begun[1], lines[at + 1 : end]))
            at = end + 1
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), files


def _end_of(lines: Sequence[str], start: int) -> int | None:
    """Where `end` stands below lines that are all encoded; no file has others, or none."""
    for number in range(start, len(lines)):
        if lines[number] == "end":
            return number if number > start else None
        if not _LINE.fullmatch(lines[number]):
            return None
    return None


def _file(name: str, lines: Sequence[str]) -> Attachment:
    content = from_uu("\n".join(lines).encode("ascii"), Problems())
    return Attachment(name_file(name), guess_type(name)[0] or "application/octet-stream", content)
