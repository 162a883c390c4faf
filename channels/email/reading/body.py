"""What a mail shows, and the files that came with it."""

import re
from dataclasses import dataclass, field

from channels.email.reading.invitations import describe_invitation
from channels.email.reading.mail import Attachment
from channels.email.reading.mime.charsets import decode
from channels.email.reading.mime.fields import decode_words, read_fields
from channels.email.reading.mime.parts import Part, cut_into_parts, name_file
from channels.email.reading.mime.problems import Problem, Problems
from channels.email.reading.pictures import take_pictures_out
from channels.email.reading.signed import read_signed
from channels.email.reading.uuencoded import take_files_out
from channels.email.reading.words.flowed import join_flowed
from channels.email.reading.words.html_cleaning import LONGEST_HTML, from_plain, keep_habits, make_shallow, sanitise
from channels.email.reading.words.html_text import Line, lines_of
from channels.incoming import clean_text

LONGEST_TEXT = 1_000_000
"""Characters of plain text in a mail that are shown; what is longer is kept whole among the attachments."""
LONGEST_EXCUSE = 300
"""Characters. Plain text as short as this may only say that the mail is in HTML."""

# Twins of a mail for one program only: they say nothing that the others do not.
_FOR_ONE_PROGRAM = ("text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext")
_CRYPTIC = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_PLAIN, _HTML = "text/plain", "text/html"
_TAG = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
_WHOLE_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s{0,20}=\s{0,20}[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """`lines` are what people see, with the marks of the client; `html` is sanitised."""

    lines: tuple[Line, ...]
    html: str | None
    attachments: tuple[Attachment, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines).strip("\n ")


@dataclass(frozen=True, slots=True)
class _Shown:
    """One part that is shown, or several that say the same; one of the two may be empty."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class _Found:
    shown: list[_Shown] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def read_body(root: Part, problems: Problems) -> Body:
    """The body of a mail; of alternatives one is shown, and no file is left out."""
    found = _Reader(problems).look(root, alone=True)
    lines: list[Line] = []
    for shown in found.shown:
        lines += [Line("")] * bool(lines) + _lines(shown)
    if any(_ARMOUR in line.text for line in lines):
        problems.add(Problem.ENCRYPTED)
    if not any(line.text for line in lines):
        lines = _invitation(found.files)
    return Body(tuple(lines), _html(found.shown), tuple(found.files))


def _invitation(files: list[Attachment]) -> list[Line]:
    """What an invitation says of itself, for a mail without words."""
    calendar = next((file for file in files if file.content_type == "text/calendar"), None)
    return [Line(line) for line in describe_invitation(calendar.content).split("\n")] if calendar else []


def _lines(shown: _Shown) -> list[Line]:
    """Plain text where there is any, except an excuse for being in HTML."""
    plain = [Line(line.rstrip()) for line in shown.plain.strip("\n").split("\n")] if shown.plain.strip() else []
    if not shown.html or len(shown.plain) > LONGEST_EXCUSE:
        return plain
    rich = lines_of(keep_habits(shown.html))
    length = sum(len(line.text) for line in rich)
    return rich if not plain or len(shown.plain) * 4 < length else plain


def _html(shown: list[_Shown]) -> str | None:
    if not any(one.html for one in shown):
        return None
    return "\n".join(sanitise(one.html) if one.html else from_plain(one.plain) for one in shown)


class _Reader:
    """Reads the parts of one mail; what is left of its limits is counted over all of them."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._has_opened = False
        self._left = {_PLAIN: LONGEST_TEXT, _HTML: LONGEST_HTML}

    def look(self, part: Part, *, alone: bool = False) -> _Found:
        found = _Found()
        if part.parts:
            for inside in _worth_reading(part):
                within = self.look(inside)
                found.shown += within.shown
                found.files += within.files
            if part.content_type == "multipart/alternative":
                found.shown = _alternatives(found.shown)
        elif self._is_shown(part, alone=alone):
            self._show(part, found)
        elif part.raw.strip() or part.filename(self._problems):
            if part.content_type in _CRYPTIC:
                self._open(part, found)
            found.files.append(self._attachment(part))
        return found

    def _open(self, part: Part, found: _Found) -> None:
        """Shows what is only signed; it stays among the files with its signature. One in another stays shut."""
        signed = None if self._has_opened else read_signed(part.content(self._problems))
        if signed is None:
            self._problems.add(Problem.ENCRYPTED)
            return
        self._has_opened = True
        within = self.look(cut_into_parts(signed, self._problems), alone=True)
        found.shown += within.shown
        found.files += within.files

    def _is_shown(self, part: Part, *, alone: bool) -> bool:
        """Text that is not sent as a file; a mail that is nothing but text may name it as one."""
        if part.content_type not in self._left:
            return False
        disposition = part.disposition(self._problems)[0]
        return disposition != "attachment" and (alone or part.filename(self._problems) is None)

    def _show(self, part: Part, found: _Found) -> None:
        raw = part.content(self._problems)
        text = clean_text(decode(raw, _charset(part, raw), self._problems))
        kind = _kind_of(part, text)
        if kind == _HTML:
            text, pictures = take_pictures_out(text)
            found.files += pictures
        else:
            text, files = take_files_out(text)
            found.files += files
        shown = text[: self._left[kind]]
        if len(shown) < len(text):
            self._problems.add(Problem.TEXT_TOO_LONG)
            found.files.append(self._attachment(part))
        self._left[kind] -= len(shown)
        if kind == _HTML:
            found.shown.append(_Shown(html=make_shallow(shown, self._problems)))
        else:
            found.shown.append(_Shown(plain=_unfold(part, shown)))

    def _attachment(self, part: Part) -> Attachment:
        content_id = part.content_id()
        disposition = part.disposition(self._problems)[0]
        content = part.content(self._problems)
        return Attachment(
            filename=part.filename(self._problems) or _name_of_mail(part, content),
            content_type=part.content_type,
            content=content,
            content_id=content_id,
            inline=disposition != "attachment" and content_id is not None,
        )


def _worth_reading(part: Part) -> list[Part]:
    """The parts inside one, without those alternatives that one program alone reads."""
    if part.content_type != "multipart/alternative":
        return part.parts
    return [inside for inside in part.parts if inside.content_type not in _FOR_ONE_PROGRAM] or part.parts


def _alternatives(shown: list[_Shown]) -> list[_Shown]:
    """What several parts say alike, as one."""
    plain = [one.plain for one in shown if one.plain.strip()]
    html = [one.html for one in shown if one.html.strip()]
    return [_Shown("\n\n".join(plain), "\n".join(html))] if plain or html else []


def _kind_of(part: Part, text: str) -> str:
    """What a text is, where some programs say one thing and write the other."""
    if part.content_type == _HTML:
        return _HTML if _TAG.search(text) else _PLAIN
    return _HTML if _WHOLE_PAGE.match(text) else _PLAIN


def _name_of_mail(part: Part, content: bytes) -> str | None:
    """An attached mail is known by its subject."""
    if part.content_type != "message/rfc822":
        return None
    fields, _ = read_fields(content, 0, len(content), Problems())
    return name_file(f"{decode_words(fields.raw('subject'), Problems()) or 'mail'}.eml")


def _charset(part: Part, raw: bytes) -> str | None:
    declared = part.parameters.get("charset")
    if declared or part.content_type != _HTML:
        return declared
    found = _META.search(raw[:4096])
    return found[1].decode("ascii") if found else None


def _unfold(part: Part, text: str) -> str:
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    return join_flowed(text, deletes_space=part.parameters.get("delsp", "").lower() == "yes")
