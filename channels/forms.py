"""What a browser's form posts: fields and files, read from the whole body (its size was checked at the edge)."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from channels.contract import InboundAttachment
from channels.errors import PayloadInvalid

_MAX_PARTS = 50


@dataclass(slots=True)
class PostedForm:
    """Fields by name (the last value wins) and the files, in order."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[InboundAttachment] = field(default_factory=list)


def read_form(body: bytes, content_type: str) -> PostedForm:
    """A urlencoded or multipart form. Raises PayloadInvalid for anything else or anything torn."""
    kind, options = parse_options_header(content_type)
    if kind == b"application/x-www-form-urlencoded":
        return _read_urlencoded(body)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise PayloadInvalid("neither a form nor JSON")
    reader = _MultipartReader(boundary)
    reader.read(body)
    return reader.form


def _read_urlencoded(body: bytes) -> PostedForm:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100
        )
    except ValueError as error:
        raise PayloadInvalid("not a form") from error
    return PostedForm(fields=dict(pairs))


class _MultipartReader:
    """Collects the parts that the parser cuts out."""

    def __init__(self, boundary: bytes) -> None:
        self.form = PostedForm()
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value, self._data = bytearray(), bytearray(), bytearray()
        self._parts, self._ended = 0, False
        self._boundary = boundary

    def read(self, body: bytes) -> None:
        """Raises PayloadInvalid when the body is torn or is no multipart."""
        try:
            parser = MultipartParser(
                self._boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header_ends,
                    "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
                    "on_part_end": self._part_ends,
                    "on_end": self._end,
                },
            )
            parser.write(body)
            parser.finalize()
        except (FormParserError, ValueError) as error:
            raise PayloadInvalid(f"unreadable multipart: {type(error).__name__}") from error
        if not self._ended:
            raise PayloadInvalid("unreadable multipart: torn")

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise ValueError("too many parts")
        self._headers, self._data = {}, bytearray()

    def _header_ends(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _part_ends(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"filename" not in options:
            self.form.fields[options[b"name"].decode() if b"name" in options else ""] = self._data.decode()
            return
        filename = options[b"filename"].decode(errors="replace")
        if filename or self._data:  # browsers post an empty part where no file was chosen
            content_type, _ = parse_options_header(self._headers.get(b"content-type", b"application/octet-stream"))
            attachment = InboundAttachment(
                filename or "file", content_type.decode("latin-1"), content=bytes(self._data)
            )
            self.form.files.append(attachment)

    def _end(self) -> None:
        self._ended = True
