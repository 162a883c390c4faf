"""One thing a resident said, ready to be read: cleaned, folded, cut into words, with what was recognised in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from kit.text import fold
from services.words.lexicon import Lexicon, phrases_pattern
from services.words.quantities import Quantity, quantities
from services.words.stopping import Opposition
from services.words.words_said import EDGES, LONGEST, Mention, Word, clean, lines_of, trim, words_of

__all__ = ["LONGEST", "Mention", "Said", "Word", "clean", "lines_of", "trim", "without", "without_mentions"]


@dataclass(frozen=True)
class Said:
    """An utterance. `start` and `end` of its mentions refer to `text`; `lines` are the words with which lines begin.

    Whatever is asked of it once per word is worked out once for all words: strangers choose how many there are.
    """

    text: str
    mentions: tuple[Mention, ...]
    lexicon: Lexicon
    today: date
    lines: frozenset[int] = frozenset()

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(words_of(self.text))

    @cached_property
    def folded(self) -> str:
        return " ".join(word.folded for word in self.words)

    @cached_property
    def is_wordless(self) -> bool:
        """Nothing but blanks, punctuation and emoji."""
        return not self.words

    @cached_property
    def ends_as_question(self) -> bool:
        return self.text.rstrip(EDGES.replace("?", "")).endswith("?")

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
        return tuple(self.lexicon.alarms.told_in(self.text))

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
        return position in self._recognised

    @cached_property
    def _recognised(self) -> frozenset[int]:
        ranges = (self.words_within(mention.start, mention.end) for mention in self.mentions)
        return frozenset(position for own in ranges for position in own)

    def has_any(self, phrases: Iterable[str]) -> bool:
        return phrases_pattern(tuple(phrases)).search(self.folded) is not None

    def spans(self, phrases: Iterable[str]) -> list[tuple[int, int]]:
        """Where phrases stand, as ranges of word numbers."""
        pattern = phrases_pattern(tuple(phrases))
        return [self.word_range(match.start(), match.end()) for match in pattern.finditer(self.folded)]

    def group_spans(self, group: str) -> list[tuple[int, int]]:
        """Where phrases of a word group stand, as ranges of word numbers."""
        spans = self._group_spans.get(group)
        if spans is None:
            pattern = self.lexicon.pattern(group)
            spans = [self.word_range(match.start(), match.end()) for match in pattern.finditer(self.folded)]
            self._group_spans[group] = spans
        return spans

    @cached_property
    def _group_spans(self) -> dict[str, list[tuple[int, int]]]:
        return {}

    def starts_of(self, group: str) -> frozenset[int]:
        """The numbers of the words with which phrases of a group begin."""
        return self._edges_of(group)[0]

    def ends_of(self, group: str) -> frozenset[int]:
        """The numbers of the words that follow phrases of a group."""
        return self._edges_of(group)[1]

    def _edges_of(self, group: str) -> tuple[frozenset[int], frozenset[int]]:
        edges = self._group_edges.get(group)
        if edges is None:
            spans = self.group_spans(group)
            edges = frozenset(first for first, _ in spans), frozenset(end for _, end in spans)
            self._group_edges[group] = edges
        return edges

    @cached_property
    def _group_edges(self) -> dict[str, tuple[frozenset[int], frozenset[int]]]:
        return {}

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `folded` as a range of word numbers."""
        return bisect_right(self._folded_starts, start) - 1, bisect_left(self._folded_starts, end)

    @cached_property
    def _folded_starts(self) -> tuple[int, ...]:
        """Where each word begins in `folded`."""
        starts, position = [], 0
        for word in self.words:
            starts.append(position)
            position += len(word.folded) + 1
        return tuple(starts)

    @cached_property
    def places_of(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the words that are spelt alike, by their folded form."""
        places: dict[str, list[int]] = {}
        for position, word in enumerate(self.words):
            places.setdefault(word.folded, []).append(position)
        return {folded: tuple(found) for folded, found in places.items()}

    def words_within(self, start: int, end: int) -> range:
        """The numbers of the words that begin in a stretch of the text."""
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(word.start for word in self.words)

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
        while match := pattern.match(self.folded, self._folded_starts[skip] if self.words else 0):
            length = match[0].count(" ") + 1
            if skip + length >= len(self.words):
                break
            skip += length
        start = self.words[skip].start if self.words else 0
        return trim(self.text[start:])

    def without_thanks(self) -> str:
        """The same, without "svp", "merci" and such at its end either."""
        return self._without_end("fillers", "closing")

    def without_closing(self) -> str:
        """The same, without what closes a message politely and is never part of a name."""
        return self._without_end("closing")

    def _without_end(self, *groups: str) -> str:
        """The text between its lead-in and the phrases of these groups at its end, however many follow each other."""
        text = self.without_lead_in()
        begins: dict[int, int] = {}
        for first, end in (span for group in groups for span in self.group_spans(group)):
            begins[end] = min(first, begins.get(end, first))
        end = len(self.words)
        while end in begins:
            end = begins[end]
        kept = end and end < len(self.words)
        return trim(text.removesuffix(trim(self.text[self.words[end].start :]))) if kept else text

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
        return first >= last or self._runs[first] == self._runs[last - 1]

    @cached_property
    def _runs(self) -> tuple[int, ...]:
        """For each word, how many times punctuation has stood before it."""
        runs, number = [], 0
        for position in range(len(self.words)):
            number += position > 0 and not self.follows(position)
            runs.append(number)
        return tuple(runs)

    def numbers(self) -> list[tuple[int, int]]:
        """Numbers said, in digits or words: (number, word position)."""
        return [(number, position) for position, number in self.number_at.items()]

    @cached_property
    def number_at(self) -> Mapping[int, int]:
        """The numbers said by the position of their first word, in its order."""
        return {first: number for first, (number, _) in self.quantities.items()}

    @cached_property
    def quantities(self) -> Mapping[int, Quantity]:
        """The numbers said, in figures and in words: by their first word, with the one after their last."""
        return quantities([word.folded for word in self.words], self.lexicon.numbers, self.is_run)

    def lone_number(self) -> int | None:
        """The number, when nothing else is said ("3", "le 3", "n° 3", "3.")."""
        if len(self.quantities) != 1:
            return None
        first, (number, end) = next(iter(self.quantities.items()))
        others = [word for position, word in enumerate(self.words) if not first <= position < end]
        rest = " ".join(word.folded for word in others)
        rest = self.lexicon.pattern("number_marker").sub(" ", rest)
        rest = self.lexicon.pattern("fillers").sub(" ", " ".join(rest.split()))
        return None if rest.strip() else number


def without(said: Said, *stretches: tuple[int, int]) -> Said:
    """The utterance with stretches of its text blanked out; what was recognised elsewhere keeps its place."""
    taken = _joined(stretches)
    pieces, position = [], 0
    for start, end in taken:
        pieces += [said.text[position:start], " " * (end - start)]
        position = end
    kept = tuple(mention for mention in said.mentions if not _overlaps(mention, taken))
    return Said("".join([*pieces, said.text[position:]]), kept, said.lexicon, said.today)


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches in order, those that overlap made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _overlaps(mention: Mention, stretches: list[tuple[int, int]]) -> bool:
    """Whether one of the joined stretches reaches into the mention."""
    before = bisect_left(stretches, (mention.end, 0)) - 1
    return before >= 0 and stretches[before][1] > mention.start


def without_mentions(said: Said, *kinds: str) -> Said:
    """The utterance without what was recognised as one of these kinds."""
    return without(said, *((mention.start, mention.end) for mention in said.found(*kinds)))
