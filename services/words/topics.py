"""What residents call the services: surer than a classifier, and enough for services it has not learnt.

A name counts where it is said outside of places, and not within a longer one: "trou" in "trou dans le trottoir".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from re import Pattern

from kit.text import fold
from kit.wording import Wording
from services.files.town_files import TownModel
from services.texts.terms import Terms
from services.words.lexicon import Stretch, outermost, phrases_pattern
from services.words.said import Said

_PLACES = ("address", "intersection")
_SERVICES = ("report.", "request.")
_ARTICLES = 2
"""Words that may stand between "devant" and what it places: "devant la petite crèche"."""


class Elsewhere(TownModel):
    """What residents come for although the catalogue has no service for it; without a team the town hall answers.

    `names` tell it whatever else is heard, `loose` ones only where no service is: a hospital is mostly told by the way.
    `told` says who does where that is no office of the town, and how to get there.
    """

    label: Wording
    names: Terms = Terms()
    loose: Terms = Terms()
    team: str | None = None
    told: Wording | None = None


class Topics(TownModel):
    """`topics.yaml`: `names` tell their code whatever else is said, `vague` ones where nothing else can be meant.

    `elsewhere` is what sounds like a service and is none; `generic` words of a service's official name say nothing.
    `nuisances` are the services whose matter is better gone: "there are no more rats" reports nothing.
    """

    generic: Terms = Terms()
    names: Mapping[str, Terms] = {}
    vague: Mapping[str, Terms] = {}
    elsewhere: Mapping[str, Elsewhere] = {}
    nuisances: frozenset[str] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset({*self.names, *self.vague})

    def named_in(self, said: Said) -> list[str]:
        """The codes that an utterance names beyond doubt, the longest name first."""
        found = self._outside_elsewhere(said, "plain")
        return list(dict.fromkeys(code for _, _, code in sorted(found, key=lambda one: one[0] - one[1])))

    def elsewhere_in(self, said: Said) -> Elsewhere | None:
        """What an utterance names that is no service, unless it names one too."""
        return self._only_elsewhere(said, "elsewhere")

    def loosely_elsewhere_in(self, said: Said) -> Elsewhere | None:
        """The same by looser names: to be believed where nothing else is heard."""
        return self._only_elsewhere(said, "elsewhere", "loose")

    def _only_elsewhere(self, said: Said, *kinds: str) -> Elsewhere | None:
        codes = {code for _, _, code in self._found(said, "plain", *kinds)}
        return self.elsewhere[min(codes)] if codes and codes <= self.elsewhere.keys() else None

    def elsewhere_spans(self, said: Said) -> list[tuple[int, int]]:
        """Where what is no service of the town is named, in word numbers."""
        return [said.word_range(start, end) for start, end, _ in self._found(said, "elsewhere")]

    def services_in(self, said: Said) -> list[str]:
        """Every service an utterance names, vaguely too, in its order."""
        return list(dict.fromkeys(code for _, _, code in self._outside_elsewhere(said, "of_services")))

    def spans_in(self, said: Said) -> list[tuple[int, int, str]]:
        """Where services are named, vaguely too: first word, the one after the last, code."""
        found = self._outside_elsewhere(said, "of_services")
        return [(*said.word_range(start, end), code) for start, end, code in found]

    def longest(self, said: Said) -> tuple[int, str | None]:
        """The length of the longest name of a service in an utterance, and that service."""
        found = ((end - start, code) for start, end, code in self._outside_elsewhere(said, "of_services"))
        return max(found, key=lambda one: one[0], default=(0, None))

    def language_of(self, folded: str) -> str | None:
        """The language of a text that is nothing but a service's name, where only one has it: "pothole"."""
        speakers = {
            language
            for terms in self._all_names()
            for language, words in terms.words.items()
            if folded in {fold(word) for word in words}
        }
        return speakers.pop() if len(speakers) == 1 else None

    def _outside_elsewhere(self, said: Said, kind: str) -> list[Stretch]:
        """Names that are no part of what is elsewhere: "ordures" in "taxe d'ordures ménagères"."""
        return [one for one in self._found(said, kind, "elsewhere") if one[2] not in self.elsewhere]

    def _found(self, said: Said, *kinds: str) -> list[Stretch]:
        found = self._find(said.folded)
        return outermost(
            one
            for kind in kinds
            for one in found.get(kind, ())
            if not _is_place(said, *said.word_range(one[0], one[1]))
        )

    @cached_property
    def _find(self) -> Callable[[str], Mapping[str, tuple[Stretch, ...]]]:
        """Kept for a moment: a message is read several times in its turn, and most name nothing."""
        any_name = phrases_pattern(tuple(chain.from_iterable(terms.everywhere() for terms in self._all_names())))
        services = sorted(code for code in self.codes if code.startswith(_SERVICES))
        kinds = {
            "plain": {code: phrases_pattern(terms.everywhere()) for code, terms in self.names.items()},
            "of_services": {code: phrases_pattern(self._words_of(code)) for code in services},
            "elsewhere": {code: phrases_pattern(one.names.everywhere()) for code, one in self.elsewhere.items()},
            "loose": {code: phrases_pattern(one.loose.everywhere()) for code, one in self.elsewhere.items()},
        }

        @lru_cache(maxsize=256)
        def find(folded: str) -> Mapping[str, tuple[Stretch, ...]]:
            if not any_name.search(folded):
                return {}
            return {kind: tuple(_stretches(folded, patterns)) for kind, patterns in kinds.items()}

        return find

    def _all_names(self) -> Iterable[Terms]:
        elsewhere = chain.from_iterable((one.names, one.loose) for one in self.elsewhere.values())
        return chain(self.names.values(), self.vague.values(), elsewhere)

    def _words_of(self, code: str) -> tuple[str, ...]:
        both = (kind[code].everywhere() for kind in (self.names, self.vague) if code in kind)
        return tuple(chain.from_iterable(both))


def _stretches(folded: str, patterns: Mapping[str, Pattern[str]]) -> Iterator[Stretch]:
    for code, pattern in patterns.items():
        for match in pattern.finditer(folded):
            yield match.start(), match.end(), code


def _is_place(said: Said, first: int, last: int) -> bool:
    """Part of an address, or right after "devant", "près de" and such."""
    start, end = said.words[first].start, said.words[last - 1].end
    if any(mention.start < end and start < mention.end for mention in said.found(*_PLACES)):
        return True
    return not said.ends_of("near").isdisjoint(range(first - _ARTICLES, first + 1))
