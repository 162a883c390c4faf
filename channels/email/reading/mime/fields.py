"""The fields at the head of a mail or of one of its parts: cut, unfolded, decoded."""

import re
from collections.abc import Iterable

from channels.email.reading.mime.charsets import codec_of, decode
from channels.email.reading.mime.problems import Problem, Problems
from channels.incoming import clean_text

MOST_FIELDS = 1000
LONGEST_FIELD = 64_000  # bytes
MOST_LINES = 20_000

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BREAKS = re.compile(rb"\r?\n(?=[ \t])")
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")


class Fields:
    """The fields of one part by lower-case name, unfolded and not decoded."""

    def __init__(self, found: Iterable[tuple[str, bytes]]) -> None:
        self._found: dict[str, list[bytes]] = {}
        for name, value in found:
            self._found.setdefault(name, []).append(value)

    def raw(self, name: str) -> bytes:
        """The first field of that name, empty where there is none."""
        return self._found.get(name, [b""])[0]

    def every(self, name: str) -> list[bytes]:
        return self._found.get(name, [])

    def plain(self, name: str) -> str:
        """The first field of that name as it stands, for fields that only machines write."""
        return clean_text(self.raw(name).decode("ascii", errors="replace")).strip()

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __len__(self) -> int:
        return len(self._found)


def read_fields(raw: bytes, start: int, end: int, problems: Problems) -> tuple[Fields, int]:
    """The fields from `start` on, and where the body begins. A line that is no field ends them, unless one follows."""
    found: list[tuple[str, list[bytes]]] = []
    lines = _LINE.finditer(raw, start, end)
    line = next(lines, None)
    for _ in range(MOST_LINES):
        if line is None:
            return _joined(found, problems), end
        following = next(lines, None)
        content = line[0].rstrip(b"\r\n")
        if not content or not (content.strip() or _follows(following, found)):
            return _joined(found, problems), line.end()
        if found and content[:1] in b" \t":
            found[-1][1].append(line[0])
        elif named := _FIELD.match(content):
            found.append((named[1].decode("ascii").lower(), [line[0][named.end() :]]))
        elif not _goes_on(content, following, first=not found):
            problems.add(Problem.HEADER_BROKEN)
            return _joined(found, problems), line.start()
        line = following
    return _joined(found, problems), _past_blank_line(raw, line.start() if line else end, end, problems)


def _past_blank_line(raw: bytes, start: int, end: int, problems: Problems) -> int:
    """Where the body begins behind more lines than anybody's program writes."""
    problems.add(Problem.HEADER_TOO_LONG)
    blank = _BLANK_LINE.search(raw, start, end)
    return blank.end() if blank else end


def _follows(following: re.Match[bytes] | None, found: list[tuple[str, list[bytes]]]) -> bool:
    """Whether a line of spaces only is one within a folded field."""
    if following is None or not found:
        return False
    folded = following[0][:1] in b" \t" and bool(following[0].strip())
    return folded or _FIELD.match(following[0]) is not None


def _goes_on(content: bytes, following: re.Match[bytes] | None, *, first: bool) -> bool:
    """Whether a line that is no field was put between fields: a mailbox's own "From " line, or a broken one."""
    if first and content.startswith((b"From ", b">From ")):
        return True
    return following is not None and _FIELD.match(following[0]) is not None


def _joined(found: list[tuple[str, list[bytes]]], problems: Problems) -> Fields:
    if len(found) > MOST_FIELDS:
        problems.add(Problem.HEADER_TOO_LONG)
    return Fields((name, _unfolded(b"".join(lines), problems)) for name, lines in found[:MOST_FIELDS])


def _unfolded(value: bytes, problems: Problems) -> bytes:
    if len(value) > LONGEST_FIELD:
        problems.add(Problem.HEADER_TOO_LONG)
        value = value[:LONGEST_FIELD]
    return _BREAKS.sub(b"", value).strip()


def decode_words(raw: bytes, problems: Problems) -> str:
    """A field's text: encoded words decoded, those side by side joined first, since some cut a character in two."""
    pieces: list[tuple[str | None, bytes]] = []
    at = 0
    for word in _WORD.finditer(raw):
        between = raw[at : word.start()]
        if between.strip() or not pieces or pieces[-1][0] is None:
            pieces.append((None, between))
        _append_word(pieces, word[1].decode("ascii", errors="replace"), _word_bytes(word))
        at = word.end()
    pieces.append((None, raw[at:]))
    text = "".join(decode(content, charset, problems if charset else Problems()) for charset, content in pieces)
    return " ".join(clean_text(text).split())


def _append_word(pieces: list[tuple[str | None, bytes]], charset: str, content: bytes) -> None:
    charset = charset.partition("*")[0]  # RFC 2231 lets the language stand behind it
    before = pieces[-1][0] if pieces else None
    if before is not None and codec_of(before) == codec_of(charset):
        pieces[-1] = (before, pieces[-1][1] + content)
    else:
        pieces.append((charset, content))


def _word_bytes(word: re.Match[bytes]) -> bytes:
    from channels.email.reading.mime.transfer import from_base64, from_quoted_printable

    if word[2] in b"bB":
        return from_base64(word[3], Problems())
    return from_quoted_printable(word[3].replace(b"_", b" "))
