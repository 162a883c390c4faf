"""The new words of a mail apart from what it quotes and from its signature. Nothing is lost: the rest is `folded`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from channels.email.reading.words.client_habits import (
    ATTRIBUTION,
    ATTRIBUTION_BEGINS,
    ATTRIBUTION_LINES,
    DISCLAIMER,
    FORWARD_FOLLOWS,
    HEADER_DATE,
    HEADER_LINES,
    HEADER_OTHER,
    HEADER_SENDER,
    LONGEST_ATTRIBUTION,
    LONGEST_LINE,
    MOBILE_SIGNATURE,
    ORIGINAL_FOLLOWS,
    RULE,
    SIGNATURE_BEGINS,
    plain_spaces,
)
from channels.email.reading.words.html_text import Line, Mark

Headed = Literal["", "reply", "forward"]

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is what the writer added, `folded` the rest of what can be seen, in its order."""

    text: str
    folded: str


def split_reply(lines: Sequence[Line]) -> Reply:
    """The new words and the rest.

    A mail that only hands on another one says what that one says; who wrote only where their program keeps the
    signature says that.
    """
    texts = [plain_spaces(line.text[: LONGEST_LINE + 1]) for line in lines]
    marks = _mark(lines, texts)
    new = _joined(lines, marks, wanted=True)
    if not new and any(line.mark == "signature" for line in lines):
        marks = _mark([Line(line.text, "" if line.mark == "signature" else line.mark) for line in lines], texts)
        new = _joined(lines, marks, wanted=True)
    if not new and _headed(texts, lines) != "reply":
        marks = [mark if mark == "signature" else "" for mark in marks]
        new = _joined(lines, marks, wanted=True)
    return Reply(new, _joined(lines, marks, wanted=False))


def _joined(lines: Sequence[Line], marks: Sequence[Mark], *, wanted: bool) -> str:
    chosen = (line.text for line, mark in zip(lines, marks, strict=True) if (mark == "") == wanted)
    return _BLANK_LINES.sub("\n\n", "\n".join(chosen)).strip("\n ")


def _mark(lines: Sequence[Line], texts: Sequence[str]) -> list[Mark]:
    """What each line is."""
    marks: list[Mark] = [
        "quote" if text.startswith(">") else line.mark for text, line in zip(texts, lines, strict=True)
    ]
    for number, text in enumerate(texts):
        if not text or len(text) > LONGEST_LINE or (marks[number] == "quote" and not text.startswith(">")):
            continue
        if _begins_rest(texts, number):
            marks[number:] = ["quote"] * (len(marks) - number)
            break
        if length := _attribution_length(texts, number):
            last = number + length
            if not _is_quoted_next(texts, marks, last):
                marks[number:] = ["quote"] * (len(marks) - number)
                break
            marks[number:last] = ["quote"] * length
    _mark_signatures(texts, marks)
    return marks


def _headed(texts: Sequence[str], lines: Sequence[Line]) -> Headed:
    """Whether the mail quotes in a reply, hands another mail on, or only writes in the manner of a quote."""
    if any(FORWARD_FOLLOWS.fullmatch(text.lstrip("> ")) for text in texts if len(text) <= LONGEST_LINE):
        return "forward"
    quoted = (number for number, text in enumerate(texts) if len(text) <= LONGEST_LINE)
    introduced = any(_introduces(texts, number) for number in quoted)
    return "reply" if introduced or any(line.mark == "quote" for line in lines) else ""


def _introduces(texts: Sequence[str], number: int) -> bool:
    bare = texts[number].lstrip("> ")
    if ATTRIBUTION.fullmatch(bare) or ORIGINAL_FOLLOWS.fullmatch(bare):
        return True
    return _is_head(texts, number) or _attribution_length(texts, number) > 0


def _begins_rest(texts: Sequence[str], number: int) -> bool:
    """Whether all from this line on was written before: a separator, or the head of a quoted mail."""
    text = texts[number]
    if ORIGINAL_FOLLOWS.fullmatch(text) or FORWARD_FOLLOWS.fullmatch(text):
        return True
    if RULE.fullmatch(text):
        following = next((index for index in range(number + 1, min(number + 3, len(texts))) if texts[index]), None)
        return following is not None and _is_head(texts, following)
    return _is_head(texts, number)


def _is_head(texts: Sequence[str], number: int) -> bool:
    """Whether the head of a quoted mail stands here: sender, date and another line, the sender first or by address."""
    first = texts[number][:LONGEST_LINE]
    if not any(header.fullmatch(first) for header in (HEADER_SENDER, HEADER_DATE, HEADER_OTHER)):
        return False
    block = [text[:LONGEST_LINE] for text in texts[number : number + HEADER_LINES]]
    senders = [text for text in block if HEADER_SENDER.fullmatch(text)]
    named = first in senders or any("@" in text for text in senders)
    return named and any(map(HEADER_DATE.fullmatch, block)) and any(map(HEADER_OTHER.fullmatch, block))


def _attribution_length(texts: Sequence[str], number: int) -> int:
    """Over how many lines "Le ... a écrit :" stands from this line on; 0 where none or only a later one begins."""
    if texts[number].startswith(">"):
        return 0
    if ATTRIBUTION.fullmatch(texts[number]):
        return 1
    if not ATTRIBUTION_BEGINS.fullmatch(texts[number]):
        return 0
    joined = texts[number]
    for length, text in enumerate(texts[number + 1 : number + ATTRIBUTION_LINES], 2):
        joined = f"{joined} {text}"
        if not text or len(joined) > LONGEST_ATTRIBUTION or text.startswith(">") or ATTRIBUTION_BEGINS.fullmatch(text):
            return 0
        if ATTRIBUTION.fullmatch(joined):
            return length
    return 0


def _is_quoted_next(texts: Sequence[str], marks: Sequence[Mark], number: int) -> bool:
    following = next((index for index in range(number, len(texts)) if texts[index]), None)
    return following is not None and marks[following] == "quote"


def _mark_signatures(texts: Sequence[str], marks: list[Mark]) -> None:
    """A signature goes to the next quote or to the end; what a device adds is one line."""
    within = False
    for number, text in enumerate(texts):
        if marks[number] == "quote":
            within = False
        elif within or marks[number] == "signature":
            marks[number] = "signature"
        elif SIGNATURE_BEGINS.fullmatch(text) or DISCLAIMER.fullmatch(text[:LONGEST_LINE]):
            marks[number] = "signature"
            within = True
        elif MOBILE_SIGNATURE.fullmatch(text):
            marks[number] = "signature"
