"""Phrases that raise an alarm by themselves, whatever the interpreter says: the town's words for each emergency.

A text is looked at clause by clause, as it was typed and again with its spelling cleaned. In a phrase "[a|b]" stands
for one of several words and ".." for up to three words of any kind. Phrases that are harmless ("feu rouge") are taken
out of their own clause first, so that they never silence what stands beside them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pydantic import BaseModel, ConfigDict

from kit.clauses import clauses
from kit.spelling import Corrector
from kit.text import fold

GAP, _WIDEST = "..", 3
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")

Phrase = tuple[str, ...]


class AlarmWords(BaseModel):
    """Phrases of one emergency; `unless` phrases are taken out of the clause before looking."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    situation: str
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """Phrases by the words they begin with, two where two are sure to stand together, each with what it tells."""

    by_beginning: Mapping[Phrase, Sequence[tuple[Phrase, str]]]

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """From which word to which each phrase stands, and what it tells."""
        for start, word in enumerate(words):
            for beginning in ((word,), (word, *words[start + 1 : start + 2])):
                for phrase, told in self.by_beginning.get(beginning, ()):
                    end = _match(phrase, words, start)
                    if end:
                        yield start, end, told


@dataclass(frozen=True, slots=True)
class AlarmPhrases:
    """All languages' phrases together. `spellings`: how people abbreviate, folded -> the usual words."""

    phrases: PhraseIndex
    harmless: PhraseIndex
    spellings: Mapping[str, tuple[str, ...]]
    corrector: Corrector
    situations: frozenset[str]

    def told_in(self, text: str) -> list[str]:
        """The situations that a text tells in plain words, without doubles, in the order of the text."""
        found: dict[str, None] = {}
        for start, end in clauses(text):
            typed = fold(text[start:end]).split()
            for words in (typed, self._cleaned(typed)):
                found |= dict.fromkeys(told for _, _, told in self.phrases.find(self._without_harmless(words)))
        return list(found)

    def is_harmless(self, text: str) -> bool:
        """Whether a phrase that only looks like an alarm stands in the text."""
        return any(True for _ in self.harmless.find(fold(text).split()))

    def _without_harmless(self, words: Sequence[str]) -> list[str]:
        """The words with each harmless phrase replaced by one that no phrase has."""
        kept = list(words)
        for start, end, _ in self.harmless.find(words):
            kept[start:end] = [""] * (end - start)
        return kept

    def _cleaned(self, words: Sequence[str]) -> list[str]:
        usual = [part for word in words for part in self.spellings.get(word, (_DRAWN_OUT.sub(r"\1", word),))]
        read = self.corrector.correct(usual)
        return [new if new[:1] == old[:1] else old for old, new in zip(usual, read, strict=True)]


def build_alarms(alarms: Iterable[AlarmWords], spellings: Mapping[str, str], known: Iterable[str]) -> AlarmPhrases:
    """`known`: words of the language that are no slip of an alarm's."""
    listed = list(alarms)
    phrases = [(phrase, alarm.situation) for alarm in listed for text in alarm.phrases for phrase in spelt_out(text)]
    harmless = [(phrase, "") for alarm in listed for text in alarm.unless for phrase in spelt_out(text)]
    own = dict.fromkeys(word for phrase, _ in (*phrases, *harmless) for word in phrase if word != GAP)
    return AlarmPhrases(
        phrases=_index(phrases),
        harmless=_index(harmless),
        spellings={fold(short): tuple(fold(usual).split()) for short, usual in spellings.items()},
        corrector=Corrector((*own, *known)),
        situations=frozenset(alarm.situation for alarm in listed),
    )


def spelt_out(text: str) -> Iterator[Phrase]:
    """Every phrase that one with choices stands for, folded and cut into words."""
    parts = _CHOICE.split(text)
    choices = [part.split("|") if position % 2 else [part] for position, part in enumerate(parts)]
    for said in product(*choices):
        yield tuple(word for part in " ".join(said).split() for word in ([GAP] if part == GAP else fold(part).split()))


def _index(phrases: Iterable[tuple[Phrase, str]]) -> PhraseIndex:
    by_beginning: dict[Phrase, list[tuple[Phrase, str]]] = {}
    for phrase, told in dict.fromkeys(phrases):
        if phrase:
            beginning = phrase[:1] if phrase[1:2] == (GAP,) else phrase[:2]
            by_beginning.setdefault(beginning, []).append((phrase, told))
    return PhraseIndex(by_beginning)


def _match(phrase: Phrase, words: Sequence[str], start: int) -> int:
    """Where the phrase that begins at this word ends; 0 when it does not stand there."""
    at, loose = start, 0
    for wanted in phrase:
        if wanted == GAP:
            loose = _WIDEST
            continue
        within = words[at : at + loose + 1]
        if wanted not in within:
            return 0
        at, loose = at + within.index(wanted) + 1, 0
    return at
