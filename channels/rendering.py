"""Degrades what a channel lacks, never dropping it: choices become numbered lines, long texts several parts."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from channels.contract import Capabilities, Choice, OutboundAttachment

_SENTENCE = re.compile(r"(?<=[.!?…])(?=\s)|(?<=\n)")
_WORD = re.compile(r"(?<=\s)(?=\S)")
_MARKS = "[\u0300-\u036f\u064b-\u065f\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_CLUSTER = re.compile(rf".{_MARKS}(?:\u200d.{_MARKS})*", re.DOTALL)


def _unchanged(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Style:
    """The caller's words and the channel's characters.

    `choose` invites to answer by a number, in the resident's language; `typeset` is the adapter's, when it has one.
    """

    choose: str = ""
    typeset: Callable[[str], str] = _unchanged


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """One message as the channel can carry it: goes into one OutboundMessage."""

    text: str
    choices: tuple[Choice, ...] = ()
    attachments: tuple[OutboundAttachment, ...] = ()


def render(
    text: str,
    choices: Sequence[Choice],
    capabilities: Capabilities,
    *,
    attachments: Sequence[OutboundAttachment] = (),
    style: Style | None = None,
) -> list[RenderedPart]:
    """The parts to send, in order; choices and files stand with the last one. Nothing to say gives no part."""
    style = style or Style()
    blocks = [text.strip()]
    if capabilities.choices != "buttons":
        blocks.append(_choice_lines(choices, capabilities, style))
    if not capabilities.attachments:
        blocks.append("\n".join(f"{file.filename} {file.url}" for file in attachments))
    parts = [RenderedPart(part) for part in _pack([style.typeset(b) for b in blocks if b], capabilities.max_text)]
    kept_choices = tuple(choices) if capabilities.choices == "buttons" else ()
    kept_files = tuple(attachments) if capabilities.attachments else ()
    if not kept_choices and not kept_files:
        return parts
    last = parts.pop().text if parts else ""
    return [*parts, RenderedPart(last, kept_choices, kept_files)]


def _choice_lines(choices: Sequence[Choice], capabilities: Capabilities, style: Style) -> str:
    if not choices:
        return ""
    if capabilities.choices == "none":
        return "\n".join(f"- {choice.label}" for choice in choices)
    lines = [f"{number} {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([*lines, style.choose] if style.choose else lines)


def _pack(blocks: Sequence[str], limit: int) -> list[str]:
    """Blocks one under the other; a block that does not fit any more starts a new part, so that lists stay whole."""
    parts: list[str] = []
    for block in blocks:
        if parts and units(parts[-1]) + 1 + units(block) <= limit:
            parts[-1] = f"{parts[-1]}\n{block}"
        else:
            parts.extend(split(block, limit))
    return parts


def units(text: str) -> int:
    """The text's length in UTF-16 units, as phones and providers count it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` UTF-16 units, cut between sentences, else between words, else between characters.

    Only white space at the cuts is lost.
    """
    if units(text) <= limit:
        return [text] if text else []
    parts: list[str] = []
    current = ""
    for piece in _pieces(text, limit):
        if units((current + piece).strip()) > limit:
            parts.append(current.strip())
            current = ""
        current += piece
    parts.append(current.strip())
    return [part for part in parts if part]


def _pieces(text: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        if units(sentence.strip()) <= limit:
            yield sentence
            continue
        for word in _WORD.split(sentence):
            yield from [word] if units(word.strip()) <= limit else _cuts(word, limit)


def _cuts(word: str, limit: int) -> Iterator[str]:
    """Pieces of a word longer than a part; a character stays with its accents and an emoji with its sequence."""
    current = ""
    for cluster in _CLUSTER.findall(word):
        for piece in [cluster] if units(cluster) <= limit else cluster:
            if units(current + piece) > limit:
                yield current
                current = ""
            current += piece
    yield current
