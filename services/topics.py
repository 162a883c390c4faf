"""Words that name a service by themselves: surer than a classifier, and enough for services it has not learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from re import Pattern

from services.lexicon import phrases_pattern
from services.said import Said

_PLACES = ("address", "intersection")
_ARTICLES = 2
"""Words that may stand between "devant" and what it places: "devant la petite crèche"."""

Phrases = Mapping[str, tuple[str, ...]]
"""The phrases of one service by language."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The naming phrases of every service, all languages together."""

    patterns: Mapping[str, Pattern[str]]
    any_phrase: Pattern[str]

    def named_in(self, said: Said) -> list[str]:
        """The codes whose phrases are said outside of places, the longest phrase first.

        A phrase within a longer one does not count: "trou" in "trou dans le trottoir".
        """
        if not self.any_phrase.search(said.folded):
            return []
        found = [
            (match.start(), match.end(), code)
            for code, pattern in self.patterns.items()
            for match in pattern.finditer(said.folded)
            if not _is_place(said, *said.word_range(match.start(), match.end()))
        ]
        free = [one for one in found if not any(_is_within(one, other) for other in found)]
        return list(dict.fromkeys(code for _, _, code in sorted(free, key=lambda one: one[0] - one[1])))


def _is_within(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] <= one[0] and one[1] <= other[1] and one[:2] != other[:2]


def build_topics(files: Mapping[str, Phrases]) -> Topics:
    """From `topics.yaml`: code -> language -> phrases."""
    phrases = {code: tuple(chain.from_iterable(languages.values())) for code, languages in files.items()}
    return Topics(
        {code: phrases_pattern(words) for code, words in phrases.items()},
        phrases_pattern(tuple(chain.from_iterable(phrases.values()))),
    )


def _is_place(said: Said, first: int, last: int) -> bool:
    """Part of an address, or right after "devant", "près de" and such."""
    start, end = said.words[first].start, said.words[last - 1].end
    if any(mention.start < end and start < mention.end for mention in said.found(*_PLACES)):
        return True
    return any(near_end <= first <= near_end + _ARTICLES for _, near_end in said.group_spans("near"))
