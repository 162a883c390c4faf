"""What a mail shows, and the files that came with it."""

from dataclasses import dataclass, field

from channels.email.reading.charsets import decode
from channels.email.reading.mail import Attachment
from channels.email.reading.parts import Part
from channels.email.reading.problems import Problem, Problems
from channels.incoming import clean_text

LONGEST_TEXT = 1_000_000
"""Characters of one part that are shown; a longer part is kept whole among the attachments."""

# Twins of a mail for one program only: they say nothing that the others do not.
_FOR_ONE_PROGRAM = ("text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext")


@dataclass(frozen=True, slots=True)
class Body:
    """`plain` and `html` as they were sent, one entry a part; `text` is what people see."""

    text: str
    html: str | None
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class _Found:
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Each part that is shown: its text, its HTML; one of the two may be empty."""
    files: list[Part] = field(default_factory=list)


def read_body(root: Part, problems: Problems) -> Body:
    """The body of a mail; of alternatives one is shown, and no file is left out."""
    found = _Found()
    _look(root, found, problems, alone=True)
    attachments = tuple(_attachment(part, problems) for part in found.files)
    text = "\n\n".join(filter(None, (plain.strip("\n") for plain, _ in found.shown)))
    return Body(text, None, attachments)


def _look(part: Part, found: _Found, problems: Problems, *, alone: bool = False) -> None:
    if part.content_type == "multipart/alternative":
        _choose(part, found, problems)
    elif part.parts:
        for inside in part.parts:
            _look(inside, found, problems)
    elif _is_shown(part, problems, alone=alone):
        found.shown.append(_shown(part, found, problems))
    elif part.content_type not in _FOR_ONE_PROGRAM:
        found.files.append(part)


def _choose(part: Part, found: _Found, problems: Problems) -> None:
    """Of the alternatives the richest is shown, with the plain text of the first."""
    within = _Found()
    for inside in part.parts:
        _look(inside, within, problems)
    plain = [text for text, _ in within.shown if text.strip()]
    html = [html for _, html in within.shown if html.strip()]
    found.shown.append(("\n\n".join(plain), "\n".join(html)))
    found.files += within.files


def _is_shown(part: Part, problems: Problems, *, alone: bool) -> bool:
    if part.content_type not in ("text/plain", "text/html"):
        return False
    disposition = part.disposition(problems)[0]
    return disposition != "attachment" and (alone or part.filename(problems) is None)


def _shown(part: Part, found: _Found, problems: Problems) -> tuple[str, str]:
    text = clean_text(decode(part.content(problems), part.parameters.get("charset"), problems))
    if len(text) > LONGEST_TEXT:
        problems.add(Problem.TEXT_TOO_LONG)
        found.files.append(part)
        text = text[:LONGEST_TEXT]
    return ("", text) if part.content_type == "text/html" else (text, "")


def _attachment(part: Part, problems: Problems) -> Attachment:
    disposition = part.disposition(problems)[0]
    content_id = part.content_id()
    return Attachment(
        filename=part.filename(problems),
        content_type=part.content_type,
        content=part.content(problems),
        content_id=content_id,
        inline=disposition != "attachment" and content_id is not None,
    )
