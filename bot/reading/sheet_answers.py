"""The answers to a sheet of questions in a letter: which words answer which question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kit.text import fold

NEXT = "*"
"""The answer to the first question of the sheet that has none yet."""
_MOST_LINES = 60
_NUMBERED = re.compile(r"\s*(?:\(?(?P<number>\d{1,2}))(?:[.)]\s+|[.)](?=\D|$)|\s+[-–]\s+|\s*:\s+)(?P<rest>.*)")
_LABELLED = re.compile(r"(?P<label>[^:?!]{2,60}?)\s*:\s*(?P<rest>.*)")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_QUESTION = 12
_GREETING_WORDS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """The words at `start` of the letter that answer `name`, or NEXT."""

    name: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the sheet: its name, its words as they were sent, folded, and what it is about, folded."""

    name: str
    question: str
    labels: tuple[str, ...] = ()


def answers_in(text: str, sheet: Sequence[Asked], *, greetings: Sequence[str], closings: Sequence[str]) -> list[Answer]:
    """The answers, in order; none where a letter is one paragraph, which says its values in sentences of its own."""
    lines = _lines(text, greetings, closings)
    if len(lines) < 2 and not any(_labelled(line, sheet) for _, line in lines):
        return []
    found: list[Answer] = []
    awaits: str | None = None
    for start, line in lines:
        name, rest = _labelled(line, sheet) or (None, line)
        if name is None:
            name, awaits = awaits or NEXT, None
        rest = _without_question(rest, sheet)
        if rest:
            found.append(Answer(name, rest, start + line.find(rest)))
        elif name != NEXT:
            awaits = name
    return found


def without_closing(text: str, *, closings: Sequence[str], names: Sequence[str]) -> str:
    """A letter without the lines that end it: "Cordialement", and the writer's name below it or alone."""
    lines = text.splitlines(keepends=True)
    folded = [fold(line) for line in lines]
    written = [at for at, words in enumerate(folded) if words]
    if len(written) < 2:
        return text
    ends = [at for at in written[1:] if any(folded[at].startswith(closing) for closing in closings)]
    if not ends and folded[written[-1]] in names:
        ends = written[-1:]
    return "".join(lines[: ends[0]]).rstrip() if ends else text


def _lines(text: str, greetings: Sequence[str], closings: Sequence[str]) -> list[tuple[int, str]]:
    """Lines with words and where they begin; without a greeting of its own line, and without what ends a letter."""
    found: list[tuple[int, str]] = []
    start = 0
    for line in text.splitlines(keepends=True)[:_MOST_LINES]:
        words = fold(line).split()
        if words and any(" ".join(words).startswith(closing) for closing in closings) and found:
            break
        if words and not (words[0] in greetings and len(words) <= _GREETING_WORDS):
            found.append((start, line.rstrip()))
        start += len(line)
    return found


def _labelled(line: str, sheet: Sequence[Asked]) -> tuple[str, str] | None:
    """The name that a line's number, question or label stands for, and the rest of the line."""
    numbered = _NUMBERED.fullmatch(line)
    if numbered and 1 <= int(numbered["number"]) <= len(sheet):
        return sheet[int(numbered["number"]) - 1].name, numbered["rest"]
    folded = fold(line)
    asked = next((one for one in sheet if _repeats(folded, one)), None)
    if asked is not None:
        return asked.name, line
    labelled = _LABELLED.fullmatch(line)
    if labelled is None:
        return None
    label = fold(labelled["label"])
    return next(((one.name, labelled["rest"]) for one in sheet if label in one.labels), None)


def _repeats(folded: str, asked: Asked) -> bool:
    """Whether a line begins with the question, or is the beginning of one that goes on in the next line."""
    if len(folded) < _SHORTEST_QUESTION:
        return False
    return f"{folded} ".startswith(f"{asked.question} ") or f"{asked.question} ".startswith(f"{folded} ")


def _without_question(rest: str, sheet: Sequence[Asked]) -> str:
    """What a line says after a question that it repeats."""
    folded = fold(rest)
    asked = next((one for one in sheet if _repeats(folded, one)), None)
    if asked is None:
        return rest.strip()
    words = list(_WORD.finditer(rest))
    skipped = len(asked.question.split())
    return rest[words[skipped].start() :].strip() if skipped < len(words) else ""
