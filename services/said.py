"""One thing a resident said, ready to be read: cleaned, folded, cut into words, with what was recognised in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from kit.text import fold, squeeze, strip_controls
from services.lexicon import Lexicon, phrases_pattern
from services.stopping import Opposition

LONGEST = 2000
"""Characters that are looked at; nobody answers a question with more."""

_WORD = re.compile(r"[^\W_]+")
_EDGES = " \t\n,;:.!?…-–—'\"«»“”()\u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something recognised by the interpreter: its kind, normalised value, and place in the cleaned text."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Said:
    """An utterance. `start` and `end` of its mentions refer to `text`."""

    text: str
    mentions: tuple[Mention, ...]
    lexicon: Lexicon
    today: date

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(
            Word(fold(match[0]).replace(" ", ""), match.start(), match.end()) for match in _WORD.finditer(self.text)
        )

    @cached_property
    def folded(self) -> str:
        return " ".join(word.folded for word in self.words)

    @cached_property
    def is_wordless(self) -> bool:
        """Nothing but blanks, punctuation and emoji."""
        return not self.words

    @cached_property
    def ends_as_question(self) -> bool:
        return self.text.rstrip(_EDGES.replace("?", "")).endswith("?")

    @cached_property
    def opposition(self) -> Opposition | None:
        """Whether it plainly wants no more messages, or perhaps does."""
        return self.lexicon.stopping.read(self.text)

    @cached_property
    def is_stop_keyword(self) -> bool:
        """Whether it is nothing but STOP or its like."""
        return self.lexicon.stopping.is_keyword(self.text)

    @cached_property
    def alarms(self) -> tuple[str, ...]:
        """The situations of emergency or distress that plain words tell."""
        return tuple(
            situation
            for situation, phrases, unless in self.lexicon.alarms
            if phrases.search(" ".join(unless.sub(" ", self.folded).split()))
        )

    def found(self, *kinds: str) -> tuple[Mention, ...]:
        return tuple(mention for mention in self.mentions if mention.kind in kinds)

    def has(self, *groups: str) -> bool:
        """Whether a phrase of these word groups stands anywhere."""
        return any(self.lexicon.pattern(group).search(self.folded) for group in groups)

    def opens_with(self, *groups: str) -> bool:
        """Whether the utterance begins with a phrase of these groups."""
        return any(self.lexicon.pattern(group).match(self.folded) for group in groups)

    def rest_without(self, *groups: str) -> str:
        """What is left of the folded words once the phrases of these groups are taken out."""
        rest = self.folded
        for group in groups:
            rest = " ".join(self.lexicon.pattern(group).sub(" ", rest).split())
        return rest

    def without_kinds(self, *kinds: str) -> "Said":
        """The utterance without what was recognised as one of these kinds."""
        return without_mentions(self, *kinds)

    def is_only(self, *groups: str) -> bool:
        """Whether it is nothing but phrases of these groups and polite fillers."""
        rest = self.folded
        for group in groups:
            rest, count = self.lexicon.pattern(group).subn(" ", rest)
            if count:
                rest = self.lexicon.pattern("fillers").sub(" ", " ".join(rest.split()))
                if not rest.strip():
                    return True
            rest = self.folded
        return False

    def is_recognised(self, position: int) -> bool:
        """Whether this word belongs to a date, an address or anything else recognised."""
        word = self.words[position]
        return any(mention.start <= word.start < mention.end for mention in self.mentions)

    def has_any(self, phrases: Iterable[str]) -> bool:
        return phrases_pattern(tuple(phrases)).search(self.folded) is not None

    def spans(self, phrases: Iterable[str]) -> list[tuple[int, int]]:
        """Where phrases stand, as ranges of word numbers."""
        pattern = phrases_pattern(tuple(phrases))
        return [self.word_range(match.start(), match.end()) for match in pattern.finditer(self.folded)]

    def group_spans(self, group: str) -> list[tuple[int, int]]:
        pattern = self.lexicon.pattern(group)
        return [self.word_range(match.start(), match.end()) for match in pattern.finditer(self.folded)]

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `folded` as a range of word numbers."""
        first = self.folded.count(" ", 0, start)
        return first, first + self.folded.count(" ", start, end) + 1

    def slice(self, first: int, last: int) -> str:
        """The original text of words `first` to `last`, the latter not included."""
        if first >= last:
            return ""
        return self.text[self.words[first].start : self.words[last - 1].end]

    def part(self, start: int, end: int) -> "Said":
        """The stretch between two places of the text, with what was recognised in it."""
        kept = [mention for mention in self.mentions if mention.start >= start and mention.end <= end]
        moved = tuple(replace(item, start=item.start - start, end=item.end - start) for item in kept)
        return Said(self.text[start:end], moved, self.lexicon, self.today)

    def without_lead_in(self) -> str:
        """The text without "c'est", "je m'appelle", "pour" and such at its beginning."""
        skip = 0
        pattern = self.lexicon.pattern("lead_ins")
        while match := pattern.match(" ".join(word.folded for word in self.words[skip:])):
            length = match[0].count(" ") + 1
            if skip + length >= len(self.words):
                break
            skip += length
        start = self.words[skip].start if self.words else 0
        return trim(self.text[start:])

    def without_thanks(self) -> str:
        """The same, without "svp", "merci" and such at its end either."""
        text = self.without_lead_in()
        last = next((first for first, end in self.group_spans("fillers") if end == len(self.words) and first), None)
        return trim(text.removesuffix(trim(self.text[self.words[last].start :]))) if last else text

    def without_determiner(self) -> str:
        """The same, without an article or "ma" either."""
        rest = self.without_lead_in()
        first, _, others = rest.partition(" ")
        return others.strip() if others and self.lexicon.pattern("determiner").fullmatch(fold(first)) else rest

    def follows(self, position: int) -> bool:
        """Whether only blanks, a hyphen, an apostrophe or the stop of "St." part this word from the one before it."""
        before = self.words[position - 1]
        gap = self.text[before.end : self.words[position].start].strip(" -'’\u00a0\u202f")
        return not gap or (gap == "." and before.end - before.start <= 2)

    def is_run(self, first: int, last: int) -> bool:
        """Whether no punctuation stands between these words."""
        return all(self.follows(position) for position in range(first + 1, last))

    def numbers(self) -> list[tuple[int, int]]:
        """Numbers said, in digits or words: (number, word position)."""
        found = []
        for position, word in enumerate(self.words):
            if word.folded.isdecimal() and len(word.folded) <= 6:
                found.append((int(word.folded), position))
            elif word.folded in self.lexicon.numbers:
                found.append((self.lexicon.numbers[word.folded], position))
        return found

    def lone_number(self) -> int | None:
        """The number, when nothing else is said ("3", "le 3", "n° 3", "3.")."""
        numbers = self.numbers()
        others = [word for position, word in enumerate(self.words) if position not in {at for _, at in numbers}]
        rest = " ".join(word.folded for word in others)
        rest = self.lexicon.pattern("number_marker").sub(" ", rest)
        rest = self.lexicon.pattern("fillers").sub(" ", " ".join(rest.split()))
        return numbers[0][0] if len(numbers) == 1 and not rest.strip() else None


def clean(text: str) -> str:
    """What is looked at of a message: no control or private-use characters, one kind of blank, bounded."""
    return squeeze(strip_controls(text[: LONGEST * 2]))[:LONGEST]


def trim(text: str) -> str:
    """Without blanks and punctuation at both ends; a closing bracket of an opened one stays."""
    trimmed = text.strip(_EDGES)
    return f"{trimmed})" if trimmed.count("(") > trimmed.count(")") else trimmed


def without(said: Said, start: int, end: int) -> Said:
    """The utterance with a stretch blanked out; what was recognised elsewhere keeps its place."""
    text = said.text[:start] + " " * (end - start) + said.text[end:]
    mentions = tuple(mention for mention in said.mentions if mention.end <= start or mention.start >= end)
    return Said(text, mentions, said.lexicon, said.today)


def without_mentions(said: Said, *kinds: str) -> Said:
    """The utterance without what was recognised as one of these kinds."""
    for mention in said.found(*kinds):
        said = without(said, mention.start, mention.end)
    return said
