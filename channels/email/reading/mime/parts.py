"""A mail cut into its parts. Work is linear: every level of nesting is looked through once, and levels are few."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.reading.mime.fields import Fields, read_fields
from channels.email.reading.mime.parameters import read_parameters
from channels.email.reading.mime.problems import Problem, Problems
from channels.email.reading.mime.transfer import decode_transfer

MANY_PARTS = 100
MOST_PARTS = 2000
DEEPEST = 30

_FIRST_MARK = re.compile(rb"^--([^\s\r\n][^\r\n]{0,200})[ \t]*\r?$", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part of a mail: a leaf with content still in transfer form, or a container with parts inside."""

    fields: Fields
    content_type: str
    parameters: dict[str, str]
    raw: bytes = field(repr=False)
    parts: list["Part"] = field(default_factory=list)

    def content(self, problems: Problems) -> bytes:
        """The bytes as they were before the journey."""
        return decode_transfer(self.raw, self.fields.plain("content-transfer-encoding"), problems)

    def disposition(self, problems: Problems) -> tuple[str, dict[str, str]]:
        return read_parameters(self.fields.raw("content-disposition"), problems)

    def filename(self, problems: Problems) -> str | None:
        """As the writer named it, without a path; None where it has no name."""
        named = self.disposition(problems)[1].get("filename") or self.parameters.get("name")
        return name_file(named) if named else None

    def content_id(self) -> str | None:
        return self.fields.plain("content-id").strip("<> \t") or None

    def walk(self) -> Iterator["Part"]:
        """All leaves, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.parts:
                waiting += reversed(part.parts)
            else:
                yield part


def cut_into_parts(raw: bytes, problems: Problems) -> Part:
    """The tree of a mail's parts."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    cutter = _Cutter(raw, problems)
    start = len(raw) - len(raw.removeprefix(BOM_UTF8).lstrip(b"\r\n"))
    root = cutter.part(start, len(raw), DEEPEST, "text/plain")
    if cutter.parts > MANY_PARTS:
        problems.add(Problem.MANY_PARTS)
    return root


class _Cutter:
    def __init__(self, raw: bytes, problems: Problems) -> None:
        self._raw = raw
        self._problems = problems
        self.parts = 0

    def part(self, start: int, end: int, depth: int, default: str) -> Part:
        self.parts += 1
        fields, body = read_fields(self._raw, start, end, self._problems)
        content_type, parameters = read_parameters(fields.raw("content-type"), self._problems)
        part = Part(fields, _type_of(content_type, default), parameters, b"")
        if part.content_type.startswith("multipart/"):
            self._cut_inside(part, body, end, depth)
        if not part.parts:
            part.raw = self._raw[body:end]
        return part

    def _cut_inside(self, part: Part, start: int, end: int, depth: int) -> None:
        """Fills in the parts of a container; what cannot be cut any further is kept as one piece of text."""
        pieces = self._pieces(part, start, end) if depth else []
        if not depth:
            self._problems.add(Problem.TOO_DEEP)
        elif not pieces:
            self._problems.add(Problem.PARTS_UNMARKED)
        inside = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        part.parts = [self.part(first, last, depth - 1, inside) for first, last in pieces]
        if not pieces:
            part.content_type = "text/plain" if depth else "application/octet-stream"

    def _pieces(self, part: Part, start: int, end: int) -> list[tuple[int, int]]:
        """Where each part begins and ends, from one boundary line to the next; too many stay together in the last."""
        mark = self._mark(part, start, end)
        if mark is None:
            return []
        begins: int | None = None
        pieces: list[tuple[int, int]] = []
        for line in mark.finditer(self._raw, start, end):
            if begins is not None:
                pieces.append((begins, _before_break(self._raw, begins, line.start())))
            begins = None if line[1] else line.end()
            if begins is None:
                return pieces
            if self.parts + len(pieces) >= MOST_PARTS:
                self._problems.add(Problem.TOO_MANY_PARTS)
                return [*pieces, (begins, end)]
        if begins is not None:
            self._problems.add(Problem.PARTS_CUT)
            pieces.append((begins, end))
        return pieces

    def _mark(self, part: Part, start: int, end: int) -> re.Pattern[bytes] | None:
        """The line between parts; where the mail names none, or another one, the first line that looks like it."""
        named = part.parameters.get("boundary", "").encode("utf-8", errors="replace")
        mark = _mark_of(named) if named else None
        if mark and mark.search(self._raw, start, end):
            return mark
        guessed = _FIRST_MARK.search(self._raw, start, end)
        if guessed is None or guessed[1].rstrip() in (b"", b"-"):
            return None
        self._problems.add(Problem.PARTS_UNMARKED)
        return _mark_of(guessed[1].rstrip())


def _mark_of(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\r?\Z)", re.MULTILINE)


def _before_break(raw: bytes, start: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end


def _type_of(content_type: str, default: str) -> str:
    main, slash, sub = content_type.partition("/")
    if main in ("text", "multipart") and not sub:
        return default if main == "text" else "multipart/mixed"
    return content_type if slash and main and sub and " " not in content_type else default


_STRANGE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def name_file(name: str) -> str | None:
    """A file name without folders, without signs that turn its direction round, not longer than a file system takes."""
    bare = _STRANGE.sub("", name).replace("\\", "/").rpartition("/")[2].strip().strip(".").strip()
    stem, dot, ending = bare.rpartition(".")
    return (f"{stem[:120]}{dot}{ending[:20]}" if dot and stem else bare[:140]) or None
