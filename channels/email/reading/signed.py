"""The content of a mail signed in one piece (S/MIME signed-data): it can be read without any key.

Only the way to the content is followed through the DER structure (RFC 5652, section 5); the signature is not checked.
"""

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OBJECT_ID, _OCTETS = 0x30, 0x06, 0x04
_SET, _INTEGER, _EXPLICIT, _PIECES = 0x31, 0x02, 0xA0, 0x24
_DEEPEST = 8


class _Broken(Exception):
    """The bytes are no such structure."""


def read_signed(raw: bytes) -> bytes | None:
    """The mail part that was signed, None where it cannot be found."""
    try:
        return _signed(raw)
    except _Broken:
        return None


def _signed(raw: bytes) -> bytes | None:
    """ContentInfo { id, [0] SignedData { version, digests, EncapsulatedContent { id, [0] OCTET STRING } ... } }."""
    content_info = _inside(raw, 0, _SEQUENCE)
    kind, at = _next(raw, content_info, _OBJECT_ID)
    if raw[slice(*kind)] != _SIGNED_DATA:
        return None
    signed_data = _inside(raw, _inside(raw, at, _EXPLICIT), _SEQUENCE)
    _, at = _next(raw, signed_data, _INTEGER)
    _, at = _next(raw, at, _SET)
    encapsulated = _inside(raw, at, _SEQUENCE)
    _, at = _next(raw, encapsulated, _OBJECT_ID)
    return _octets(raw, _inside(raw, at, _EXPLICIT), _DEEPEST)[0]


def _octets(raw: bytes, at: int, depth: int) -> tuple[bytes, int]:
    """An octet string, in one piece or in many, and where it ends."""
    tag, start, end = _head(raw, at)
    if tag == _OCTETS and end is not None:
        return raw[start:end], end
    if tag != _PIECES or not depth:
        raise _Broken
    pieces = []
    while start < (len(raw) if end is None else end) and raw[start : start + 2] != b"\0\0":
        piece, start = _octets(raw, start, depth - 1)
        pieces.append(piece)
    return b"".join(pieces), start + 2 if end is None else end


def _inside(raw: bytes, at: int, tag: int) -> int:
    """Where the content of an element begins."""
    found, start, _ = _head(raw, at)
    if found != tag:
        raise _Broken
    return start


def _next(raw: bytes, at: int, tag: int) -> tuple[tuple[int, int], int]:
    """The bounds of an element's content, and where the next one begins."""
    found, start, end = _head(raw, at)
    if found != tag or end is None:
        raise _Broken
    return (start, end), end


def _head(raw: bytes, at: int) -> tuple[int, int, int | None]:
    """An element's tag, and where its content begins and ends; it may leave its end open (BER)."""
    if at + 2 > len(raw):
        raise _Broken
    tag, length = raw[at], raw[at + 1]
    if length == 0x80:
        return tag, at + 2, None
    start = at + 2
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(raw[at + 2 : min(start, at + 10)], "big")
    if start + length > len(raw):
        raise _Broken
    return tag, start, start + length
