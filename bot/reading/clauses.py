"""A message cut into clauses: where a line or a sentence ends, turns, asks or wishes anew; never inside an address."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from gazetteer.place_value import PlaceValue
from services.words.said import Mention, Said

MOST = 16
"""Clauses of one message; the last one keeps what follows."""

_STOP = re.compile(r"[.!?;:…()]|\s[-–—]\s")
_MANNERS = ("greeting", "thanks")
_OPENERS = ("wish", "question", "digression", "determiner", "also", "it_is", "negator", "some", "yes", "no", "addition")
_LONG = 3
"""Words after which a clause without punctuation may end."""

_PAIR = 2

Stretch = tuple[int, int]
"""Words from the first to the one after the last."""


def clauses_of(said: Said) -> tuple[Stretch, ...]:
    """The clauses as ranges of word numbers; none of a message without words."""
    if not said.words:
        return ()
    cuts = [0]
    for at in _Cutting(said).cuts():
        if len(cuts) == MOST:
            break
        cuts.append(at)
    return tuple(zip(cuts, [*cuts[1:], len(said.words)], strict=True))


def part_of(said: Said, clause: Stretch) -> Said:
    """The words of a clause with the signs behind them."""
    first, last = clause
    end = said.words[last].start if last < len(said.words) else len(said.text)
    return said.part(said.words[first].start, end)


class _Cutting:
    """One message being cut; what is asked of it once per word is worked out once."""

    def __init__(self, said: Said) -> None:
        self.said = said

    def cuts(self) -> Iterator[int]:
        """The words with which a clause begins, but for the first."""
        previous = 0
        for at in range(1, len(self.said.words)):
            if (at not in self.inside or at in self.more) and (
                self._ends_sentence(at) or self._begins(at, at - previous)
            ):
                yield at
                previous = at

    def _ends_sentence(self, at: int) -> bool:
        if at in self.said.lines:
            return True
        gap = self._gap(at)
        return bool(_STOP.search(gap)) and not self._is_abbreviated(at, gap)

    def _begins(self, at: int, length: int) -> bool:
        """Whether a clause begins here although no sentence ends."""
        if at in self.manners or at in self.more:
            return True
        if at in self.turns:
            return length >= _LONG or at - length in self.answers
        if "," in self._gap(at):
            return (length >= 2 or at in self.heads) and self._goes_on(at)
        if at in self.joins:
            return length >= 2 and bool({at, at + 1} & self.after_joins)
        starts = at in self.wishes or (length >= _LONG and at in self.questions | self.sayings)
        return starts and length >= 2 and at - 1 not in self.leads

    def _goes_on(self, at: int) -> bool:
        """Whether a sentence follows the comma: "un canapé, deux lits" is one list."""
        if at in self.heads or at + 2 >= len(self.said.words):
            return True
        following = range(at + 1, min(at + _LONG, len(self.said.words)))
        return all("," not in self._gap(position) for position in following)

    def _is_abbreviated(self, at: int, gap: str) -> bool:
        """ "St. Martin", "J. Jaurès", "12.05": no end of a sentence."""
        before, word = self.said.words[at - 1].folded, self.said.words[at].folded
        is_number = before.isdecimal() and word.isdecimal()
        return gap.strip() in {".", ":"} and (is_number or (before.isalpha() and len(before) <= 2))

    def _gap(self, at: int) -> str:
        return self.said.text[self.said.words[at - 1].end : self.said.words[at].start]

    def _starts(self, *groups: str) -> frozenset[int]:
        return frozenset().union(*(self.said.starts_of(group) for group in groups))

    @cached_property
    def inside(self) -> frozenset[int]:
        """Words that an address goes on with."""
        ranges = (self.said.words_within(one.start, one.end) for one in self.said.found("address", "intersection"))
        return frozenset(at for own in ranges for at in own[1:])

    @cached_property
    def manners(self) -> frozenset[int]:
        """Where greetings and thanks begin and end; "ok merci" is one of them, and a yes."""
        answers = [span for group in ("yes", "no") for span in self.said.group_spans(group)]
        within = {at for first, last in answers for at in range(first + 1, last)}
        edges = {edge for group in _MANNERS for span in self.said.group_spans(group) for edge in span}
        last = len(self.said.words)  # "il n'y a plus de" takes no leave
        edges |= {first for first, end in self.said.group_spans("goodbye") if end == last}
        return frozenset(edges - within)

    @cached_property
    def more(self) -> frozenset[int]:
        return frozenset(one_more_places(self.said))

    @cached_property
    def answers(self) -> frozenset[int]:
        return self._starts("yes", "no")

    @cached_property
    def turns(self) -> frozenset[int]:
        return self._starts("turns")

    @cached_property
    def joins(self) -> frozenset[int]:
        return self._starts("join", "also")

    @cached_property
    def after_joins(self) -> frozenset[int]:
        """What shows that "et" begins a clause: itself, or the word behind it."""
        return self._starts(*_OPENERS, "one_more", "subjects")

    @cached_property
    def wishes(self) -> frozenset[int]:
        """ "je voudrais": an infinitive alone goes on with what stands before it."""
        return self._starts("wish") & self._starts("subjects")

    @cached_property
    def sayings(self) -> frozenset[int]:
        """ "c'est un dépôt sauvage" behind "c'est pas un trou"."""
        return self._starts("it_is")

    @cached_property
    def questions(self) -> frozenset[int]:
        """Where a question begins; the last words of a sentence end one: "c'est réparé quand ?"."""
        spans = self.said.group_spans("question")
        return frozenset(first for first, end in spans if end < len(self.said.words) and not self._ends_sentence(end))

    @cached_property
    def leads(self) -> frozenset[int]:
        return self._starts("leads")

    @cached_property
    def heads(self) -> frozenset[int]:
        """Words that begin a sentence even right behind a comma."""
        return self.turns | self.wishes | self._starts("subjects", "it_is")


def one_more_places(said: Said) -> Iterator[int]:
    """Where "et un autre au 5 avenue Foch" begins, which has nothing but its place; a list of doors too."""
    found = said.found("address", "intersection") if not said.has("between") else ()
    for first, second in pairwise(found):
        between = said.part(first.end, second.start)
        is_listed = len(found) > _PAIR and between.is_wordless and "," in between.text
        is_more = _joins(between) and between.has("one_more")
        if is_more or ((_joins(between) or is_listed) and _are_doors(first, second)):
            yield said.words_within(0, first.end).stop


def _joins(between: Said) -> bool:
    return bool(between.words) and not between.rest_without("one_more", "join", "at")


def _are_doors(first: Mention, second: Mention) -> bool:
    """Two house numbers are two places; two streets may be a crossing."""
    kept = [PlaceValue.read(str(one.value)) for one in (first, second) if one.kind == "address"]
    return len(kept) == _PAIR and all(place is None or place.door for place in kept)
