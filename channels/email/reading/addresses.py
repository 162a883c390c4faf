"""Who wrote, and to whom: the addresses of a field, however broken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.reading.mail import Address
from channels.email.reading.mime.charsets import decode
from channels.email.reading.mime.fields import Fields, decode_words
from channels.email.reading.mime.problems import Problem, Problems

MOST_ADDRESSES = 1000

_TOKEN = re.compile(r'"((?:[^"\\]|\\.){0,1000})"|<([^<>]{0,1000})>|[(),;:]|[^"<(),;:]+|.', re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,200}(?:'[^\s<>()\[\],;:\"@]{1,200})?\s?@\s?[^\s<>()\[\],;:\"'@]{1,253}")
_WITHOUT_ADDRESS = re.compile(rf"[<\[]?(?:mailto)?\s*{_ADDRESS.pattern}\s?[>\]]?")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_SENDERS = ("from", "reply-to", "sender", "return-path")
"""Where the writer is looked for, in this order: the address people see, then the ones that machines go by."""


@dataclass(slots=True)
class _Entry:
    """One mailbox while it is read: its words, what stands in angle brackets, what stands in round ones."""

    words: list[str] = field(default_factory=list)
    angle: str | None = None
    comment: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool("".join(self.words).strip() or self.angle)


def find_sender(fields: Fields, problems: Problems) -> Address | None:
    """The writer: the first field with an address; the name in From goes with an address from elsewhere."""
    name = ""
    for header in _SENDERS:
        found = read_addresses(fields.raw(header), problems)
        if found:
            return Address(found[0].address, found[0].name or name)
        name = name or decode_words(fields.raw(header), Problems()).strip(" \"'<>")
    problems.add(Problem.NO_SENDER)
    return None


def read_every(fields: Fields, header: str, problems: Problems) -> tuple[Address, ...]:
    """The addresses of all fields of that name, each once."""
    found: dict[str, Address] = {}
    for raw in fields.every(header):
        for address in read_addresses(raw, problems):
            found.setdefault(address.address, address)
    return tuple(found.values())


def read_addresses(raw: bytes, problems: Problems) -> list[Address]:
    """The addresses of one field in order; what is none is left out, and `problems` says so."""
    addresses: list[Address] = []
    before = ""
    for entry in _entries(decode(raw, None, Problems())):
        address = _address_of(entry, before, problems)
        if address is not None:
            addresses.append(address)
            before = ""
        elif entry:
            before = _words_of(entry)
            if "@" in (entry.angle or before):
                problems.add(Problem.ADDRESS_UNREADABLE)
                before = ""
        if len(addresses) == MOST_ADDRESSES:
            break
    return addresses


def _entries(text: str) -> Iterator[_Entry]:
    """Mailboxes as commas and semicolons part them; a group's name ends at its colon and is dropped."""
    entry, depth = _Entry(), 0
    for token in _TOKEN.finditer(text):
        if token[0] in "()":
            depth = max(0, depth + (1 if token[0] == "(" else -1))
        elif depth:
            entry.comment.append(token[0])
        elif token[0] in ",;":
            yield entry
            entry = _Entry()
        elif token[0] == ":":
            entry = _after_colon(entry)
        elif token[2] is not None:
            entry.angle = entry.angle or token[2]
        else:
            entry.words.append(_QUOTED_PAIR.sub(r"\1", token[1]) if token[1] is not None else token[0])
    yield entry


def _after_colon(entry: _Entry) -> _Entry:
    """`Group: a, b;` names a group, `[mailto:a]` does not."""
    if "".join(entry.words).lower().endswith("mailto"):
        entry.words.append(" ")
        return entry
    return _Entry()


def _address_of(entry: _Entry, before: str, problems: Problems) -> Address | None:
    """`before` are words that stood before the comma: "Dupont, Jean" without quotation marks is one name."""
    inside = _find_address(entry.angle or "")
    words = _words_of(entry)
    outside = None if inside else _find_address(words)
    address = inside or outside
    if address is None:
        return None
    name = words if inside else _WITHOUT_ADDRESS.sub(" ", words)
    if not name.strip():
        name = decode_words("".join(entry.comment).encode(), problems)
    if before and inside:
        name = f"{before}, {name}".rstrip(", ")
    normal = _normal(address)
    return Address(normal, _cleaned(name, normal))


def _find_address(text: str) -> str | None:
    found = _ADDRESS.search(text)
    if found is None and "=?" in text:
        found = _ADDRESS.search(decode_words(text.encode(), Problems()))
    return "".join(found[0].split()) if found else None


def _words_of(entry: _Entry) -> str:
    return decode_words("".join(entry.words).encode(), Problems())


def _normal(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    domain = domain.strip(".")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}@{domain}"


def _cleaned(name: str, address: str) -> str:
    bare = name.strip().strip("\"'").strip()
    bare = re.sub(r"\s*\[(?:mailto:?\s*)?\]?$|\s*\[?mailto\s*$", "", bare)
    return "" if bare.lower() == address or _ADDRESS.fullmatch(bare) else " ".join(bare.split())[:200]
