"""Parts as they were before they were made fit for travel."""

import binascii
import re

from channels.email.reading.mime.problems import Problem, Problems

_AS_IT_IS = ("", "7bit", "8bit", "binary", "8-bit", "7-bit", "none")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_UU_LINE = re.compile(rb"[ -`]+")


def decode_transfer(raw: bytes, encoding: str, problems: Problems) -> bytes:
    """The content of a part; `encoding` is its Content-Transfer-Encoding."""
    name = encoding.partition(";")[0].strip().strip("\"'").lower()
    if name == "base64":
        return from_base64(raw, problems)
    if name == "quoted-printable":
        return from_quoted_printable(raw)
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return from_uu(raw, problems)
    if name not in _AS_IT_IS:
        problems.add(Problem.ENCODING_UNKNOWN)
    return raw


def from_base64(raw: bytes, problems: Problems) -> bytes:
    """What base64 says up to its padding; letters that are none of base64's are left out, a cut end is kept."""
    content, _padding, rest = raw.partition(b"=")
    letters = _NOT_BASE64.sub(b"", content)
    if rest.strip(b"=\r\n\t -"):
        return _padded_midway(raw, problems)
    strange = len(b"".join(content.split())) > len(letters)
    if strange or len(letters) % 4 == 1:
        problems.add(Problem.ENCODING_BROKEN)
    return _decoded(letters)


def _padded_midway(raw: bytes, problems: Problems) -> bytes:
    """Some programs encode piece by piece, each with padding of its own."""
    problems.add(Problem.ENCODING_BROKEN)
    pieces = (_NOT_BASE64.sub(b"", piece) for piece in re.split(rb"=+", raw))
    return b"".join(_decoded(piece) for piece in pieces)


def _decoded(letters: bytes) -> bytes:
    whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def from_quoted_printable(raw: bytes) -> bytes:
    return binascii.a2b_qp(raw)


def from_uu(raw: bytes, problems: Problems) -> bytes:
    """The content between `begin` and `end` of uuencoded lines, or of all lines."""
    decoded = []
    for line in raw.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            decoded.append(_uu_line(line))
        except binascii.Error:
            problems.add(Problem.ENCODING_BROKEN)
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    """One line; writers that add characters behind its length are forgiven."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:length])
