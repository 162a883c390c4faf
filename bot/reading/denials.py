"""What is denied: a wish ("je ne veux pas de"), by contrast ("c'est pas un trou"), or a thing that is not to be done.

The negation of a problem's own verb ("ne s'allume plus", "pas ramassée") denies nothing: it is the problem. Nor does
the lack of what a town provides ("pas de lumière").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.reading.clauses import Stretch
from services.words.said import Said

_REPORT = "report."


@dataclass(frozen=True, slots=True)
class Denial:
    """From the words that deny to the end of what they reach; `kind` is how."""

    first: int
    last: int
    kind: Literal["wish", "contrast", "command"]


def denials_in(said: Said, clauses: Sequence[Stretch], named: Sequence[tuple[int, int, str]]) -> Iterator[Denial]:
    """Every denial with its reach: to the first service named right behind it, and on over "ni" and "ou"."""
    ends = {at: last for first, last in clauses for at in range(first, last)}
    starts = {first for first, _ in clauses}
    lacks = said.starts_of("lacks")
    small = _small_words(said)
    for first, _ in said.group_spans("undone"):
        yield Denial(first, ends[first], "command")
    for first, last in said.group_spans("refuses"):
        if not said.starts_of("leads").isdisjoint({last}) and said.words[last].folded in {"que", "qu", "that"}:
            continue  # "je ne veux pas que ça tombe": no service is refused
        reach = _reach(said, named, small, last, ends[first])
        yield Denial(first, reach or last, "wish")
    for first, last in said.group_spans("contrasts"):
        is_bare = last - first == 1
        if (is_bare and first not in starts and not _is_after_turn(said, first)) or _is_refusal(said, first):
            continue
        reach = _reach(said, named, small, last, ends[first], lacking=is_bare and first in lacks)
        if reach is not None:
            yield Denial(first, reach, "contrast")


def _reach(
    said: Said,
    named: Sequence[tuple[int, int, str]],
    small: frozenset[int],
    at: int,
    end: int,
    *,
    lacking: bool = False,
) -> int | None:
    """The end of the services named behind word `at` with only small words between; None where none is."""
    reach: int | None = None
    for first, last, code in sorted(named):
        between = range(reach or at, first)
        if first < at or first >= end or (lacking and code.startswith(_REPORT)):
            continue
        if not small.issuperset(between) or (reach is not None and not _alternatives(said) & set(between)):
            break
        reach = last
    return reach


def _alternatives(said: Said) -> frozenset[int]:
    return said.starts_of("either") | said.starts_of("refuses") | said.starts_of("join")


def _small_words(said: Said) -> frozenset[int]:
    """Words that say nothing between "je ne veux pas" and what is not wanted."""
    spans = [span for group in ("requesting", "determiner", "article", "wish") for span in said.group_spans(group)]
    return frozenset(at for first, last in spans for at in range(first, last))


def _is_after_turn(said: Said, at: int) -> bool:
    """ "mais pas un trou", "oui, pas le premier"."""
    before = said.ends_of("turns") | said.ends_of("yes") | said.ends_of("no") | said.ends_of("join")
    return at in before


def _is_refusal(said: Said, at: int) -> bool:
    """Part of "je ne veux pas", which is told already."""
    return any(first <= at < last for group in ("refuses", "undone") for first, last in said.group_spans(group))
