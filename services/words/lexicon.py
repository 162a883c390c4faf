"""Words recognised in what residents write, read from the town's data (`words.<language>.yaml`).

The words of all languages are recognised together, because people mix them; only the language of
a sentence is told from each language's own function words.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from re import Pattern
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict

from kit.laid_files import Layers
from kit.text import fold
from kit.wording import LANGUAGES
from services.files.examples import read_examples
from services.files.product import marks_of, over_product
from services.files.town_files import read_model
from services.words.alarm_words import AlarmPhrases, AlarmWords, build_alarms
from services.words.stopping import Stopping, StopWords


class LanguageWords(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: Mapping[str, tuple[str, ...]]
    stop: StopWords
    numbers: Mapping[str, int]
    months: tuple[str, ...]
    durations: Mapping[str, tuple[str, ...]]
    function_words: frozenset[str]
    alarms: tuple[AlarmWords, ...]
    abuse: tuple[str, ...]


@lru_cache(maxsize=1024)
def phrases_pattern(phrases: tuple[str, ...]) -> Pattern[str]:
    """Finds any of the phrases as whole words of a folded text, the longest first."""
    folded = sorted({fold(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    if not folded:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\S)(?:{'|'.join(re.escape(phrase) for phrase in folded)})(?!\S)")


Stretch = tuple[int, int, str]
"""From where to where a name is said, and the code it names."""


def outermost(found: Iterable[Stretch]) -> list[Stretch]:
    """The stretches that lie in no longer one, in the order of the text. Equal stretches all stay."""
    kept: list[Stretch] = []
    taken: list[tuple[int, int]] = []  # apart from each other and in order, so that a look at two neighbours will do
    for start, end, name in sorted(found, key=lambda item: item[0] - item[1]):
        at = bisect_left(taken, (start, end))
        if taken[at : at + 1] == [(start, end)]:
            kept.append((start, end, name))
        elif (at == 0 or taken[at - 1][1] <= start) and (at == len(taken) or end <= taken[at][0]):
            taken.insert(at, (start, end))
            kept.append((start, end, name))
    return sorted(kept)


@dataclass(frozen=True)
class Lexicon:
    """All languages' words together."""

    languages: Mapping[str, LanguageWords]
    patterns: Mapping[str, Pattern[str]]
    numbers: Mapping[str, int]
    months: Mapping[str, int]
    units: Mapping[str, str]
    alarms: AlarmPhrases

    @cached_property
    def stopping(self) -> Stopping:
        """Reads opposition to messages."""
        return Stopping(tuple(own.stop for own in self.languages.values()))

    @cached_property
    def function_words(self) -> frozenset[str]:
        """The small words of every language, folded."""
        return frozenset().union(*(own.function_words for own in self.languages.values()))

    def pattern(self, group: str) -> Pattern[str]:
        """Raises KeyError for a group that no language has."""
        return self.patterns[group]

    def language_of(self, words: Iterable[str]) -> dict[str, int]:
        """How many of the folded words belong to each language and to no other."""
        counts = dict.fromkeys(self.languages, 0)
        for word in words:
            speakers = [code for code, own in self.languages.items() if word in own.function_words]
            if len(speakers) == 1:
                counts[speakers[0]] += 1
        return counts

    def duration(self, number: int, unit: str, language: str) -> str:
        """ "6 mois": a number of a unit ("month") in a language's words."""
        singular, plural = (self.languages.get(language) or self.languages[LANGUAGES[0]]).durations[unit][:2]
        return f"{number} {plural if number > 1 else singular}"


def load_lexicon(place: Path | Layers) -> Lexicon:
    """The words of every language in a town's folder, laid over the product's.

    Raises TownDataError for a malformed file, kit.yaml_files.FileProblem for an unreadable one.
    """
    files = over_product(place)
    words = {language: files.laid(f"words.{language}.yaml") for language in LANGUAGES}
    return build_lexicon(
        {language: read_model(file, LanguageWords) for language, file in words.items()}, _read_spellings(files)
    )


def _read_spellings(files: Layers) -> dict[str, str]:
    """How people abbreviate, from the interpreter's files: the short form -> the usual words."""
    return {
        example.text: example.name
        for kind in ("intents", "alarms")
        for path in files.every(f"{kind}/*/spelling.yml")
        for example in read_examples(path, marks_of(files))
        if example.kind == "synonym"
    }


def _everyday_words(languages: Iterable[LanguageWords]) -> list[str]:
    """Words that residents use of other things: none of them is a slip of an alarm's."""
    texts = (phrase for own in languages for phrases in own.groups.values() for phrase in phrases)
    return [word for text in texts for word in fold(text).split()]


def build_lexicon(
    languages: Mapping[str, LanguageWords], spellings: Mapping[str, str] = MappingProxyType({})
) -> Lexicon:
    words = list(languages.values())
    return Lexicon(
        languages={code: own.model_copy(update=_folded(own)) for code, own in languages.items()},
        patterns=_patterns(words),
        numbers={fold(word): number for own in words for word, number in own.numbers.items()},
        months={fold(name): index for own in words for index, name in enumerate(own.months, 1)},
        units={fold(word): unit for own in words for unit, forms in own.durations.items() for word in forms},
        alarms=build_alarms((alarm for own in words for alarm in own.alarms), spellings, _everyday_words(words)),
    )


def _folded(own: LanguageWords) -> dict[str, Any]:
    return {
        "function_words": frozenset(fold(word) for word in own.function_words),
        "durations": {
            unit: (forms[0], forms[-1]) if len(forms) < 2 else forms for unit, forms in own.durations.items()
        },
    }


def _patterns(words: Iterable[LanguageWords]) -> dict[str, Pattern[str]]:
    groups: dict[str, tuple[str, ...]] = {}
    for own in words:
        own_groups = {**own.groups, "stop_always": own.stop.always, "abuse": own.abuse}
        for name, phrases in own_groups.items():
            groups[name] = (*groups.get(name, ()), *phrases)
    return {name: phrases_pattern(phrases) for name, phrases in groups.items()}
