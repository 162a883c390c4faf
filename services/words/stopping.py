"""Opposition to messages: the bare keyword, the unmistakable sentence, and what only deserves to be asked back.

Nobody is silenced by a guess. A sentence counts when it follows one of the town's patterns (`stop.sentences` of the
word files) and nothing stands beside it that could mean another thing: an object that is no message, a limit in
time, a question. Patterns are words with a few signs:

    <name>   any phrase of a class        envoy*   any word that begins so
    word?    may be missing               ...      up to six words of any kind
    ^        only where a clause begins   !        nothing at all when other words follow
    ,        perhaps a comma or a stop

A pattern whose last word may be missing (`<me> <send> <object>?`) is open: followed by any other word it says
something else ("arrêtez de m'envoyer des camions") and does not count at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from re import Match, Pattern
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kit.text import fold, like_letters, skeleton

Opposition = Literal["stop", "ask"]
LONGEST = 1000
"""Characters that are looked at: who wants no more messages says so at once."""

_CLAUSES = re.compile(r"[.,;:!?\n()…]+|\s[-–—]\s")
_SIGNS = {"...": r"(?:(?!\|)\S+ ){0,6}?", ",": r"(?:\| )?"}
_LONGEST_KEYWORD = 40
_LONGEST_WORD, _LONGEST_OPENING = 30, 100
_STEM = 3
"""Letters of a word that tell whether a pattern may begin with it."""


class StopWords(BaseModel):
    """One language's words of opposition.

    `always` are bare keywords; `dressing` what may stand around them and after a sentence without changing it;
    `classes` name the words that the patterns are made of. Of the patterns `sentences` count anywhere, `alone` only
    as the whole message; `asks` as the whole message and `hints` anywhere deserve a question. After a word of
    `unless_after` no sentence begins; `doubts` limit what is said, so that it is asked back; with one of `arrivals`
    a message is about messages that came or did not come, so that nothing is guessed. `start` takes STOP back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    always: tuple[str, ...]
    dressing: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = {}
    sentences: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unless_after: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    arrivals: tuple[str, ...] = ()
    start: tuple[str, ...]


@dataclass(frozen=True)
class _Sentence:
    """A pattern. Compiled only for a message that has the words it needs: most messages have not.

    Its group `last` is empty where an open pattern found no object. `begins`: only where a clause does, but for
    dressing; `is_strict`: followed by other words it says nothing.
    """

    tokens: tuple[str, ...]
    own: StopWords
    begins: bool
    is_strict: bool

    @classmethod
    def of(cls, pattern: str, own: StopWords) -> "_Sentence":
        """A pattern of the word files."""
        words = pattern.split()
        tokens = tuple(word for word in words if word not in {"^", "!"})
        return cls(tokens, own, words[0] == "^", words[-1] == "!")

    @cached_property
    def pattern(self) -> Pattern[str]:
        return re.compile("(?<= )" + _compile(self.tokens, self.own, name_last=True))

    @cached_property
    def needed_words(self) -> tuple[frozenset[str], ...]:
        """For each token that may not be missing, how its first word may begin."""
        needed = [token for token in self.tokens if not token.endswith("?") and token not in _SIGNS]
        return tuple(frozenset(_first_words(token, self.own)) for token in needed)

    def may_stand_in(self, words: frozenset[str]) -> bool:
        """Whether it is worth looking; `words` are the beginnings of the message's words."""
        return not any(needed.isdisjoint(words) for needed in self.needed_words)


class _Shelf:
    """Sentences under their rarest words: of some hundreds only a few are worth a look."""

    def __init__(self, sentences: Iterable[_Sentence]) -> None:
        self._always: list[_Sentence] = []
        self._by_word: dict[str, list[_Sentence]] = {}
        for sentence in sentences:
            if not sentence.needed_words:
                self._always.append(sentence)
                continue
            for word in min(sentence.needed_words, key=len):
                self._by_word.setdefault(word, []).append(sentence)

    def worth(self, words: frozenset[str]) -> Iterator[_Sentence]:
        """Those that may stand in a message whose words begin like this, each once."""
        near = [sentence for word in words for sentence in self._by_word.get(word, ())]
        unique = {id(sentence): sentence for sentence in (*self._always, *near)}
        return (sentence for sentence in unique.values() if sentence.may_stand_in(words))


@dataclass(frozen=True)
class Stopping:
    """Reads opposition in all languages together."""

    languages: tuple[StopWords, ...]

    def read(self, text: str) -> Opposition | None:
        """Whether a message plainly wants no more messages, or perhaps does."""
        text = text[:LONGEST]
        if self.is_keyword(text):
            return "stop"
        clauses = [folded for clause in _CLAUSES.split(like_letters(text)) if (folded := fold(clause))]
        folded = " " + " | ".join(clauses) + " "
        if self._alone.fullmatch(folded):
            return "ask" if "?" in text else "stop"
        words = frozenset(word[:_STEM] for word in folded.split())
        weights = {weight for sentence in self._sentences.worth(words) for weight in self._weigh(sentence, folded)}
        if "stop" in weights and not ("?" in text or self._doubts.search(folded)):
            return "stop"
        if self._asks.fullmatch(folded):
            return "ask"
        return "ask" if weights or (self.may_be_guessed(text) and self._is_hinted(folded, words)) else None

    def may_be_guessed(self, text: str) -> bool:
        """Whether an interpreter that hears opposition deserves a question: it is none, and not about arrivals."""
        return "?" not in text and not self._arrivals.search(f" {fold(text[:LONGEST])} ")

    def _is_hinted(self, folded: str, words: frozenset[str]) -> bool:
        return any(self._matches(hint, folded) for hint in self._hints.worth(words))

    def _matches(self, sentence: _Sentence, folded: str) -> list[Match[str]]:
        """Where a sentence stands, but for places behind a word that turns it round."""
        found = sentence.pattern.finditer(folded)
        return [match for match in found if self._may_stand(sentence, folded[: match.start()])]

    def _may_stand(self, sentence: _Sentence, before: str) -> bool:
        if sentence.begins:
            return self._dressed.fullmatch(before[-_LONGEST_OPENING:].rpartition("|")[2].lstrip()) is not None
        return before[-_LONGEST_WORD:].rstrip().rpartition(" ")[2] not in self._unless_after

    def is_keyword(self, text: str) -> bool:
        """Nothing but STOP or its like, however it is written: "S.T.O.P", "ѕtop", "stop merci", "STOP 36180"."""
        if len(text) <= _LONGEST_KEYWORD and skeleton(text) in self._skeletons:
            return True
        return self._keyword.fullmatch(f" {fold(like_letters(text[:LONGEST]))} ") is not None

    def is_start(self, text: str) -> bool:
        """Nothing but a word that takes STOP back."""
        return self._start.fullmatch(f" {fold(like_letters(text[:LONGEST]))} ") is not None

    def _weigh(self, sentence: _Sentence, folded: str) -> Iterator[Opposition]:
        for match in self._matches(sentence, folded):
            yield from self._weigh_rest(sentence, match, folded)

    def _weigh_rest(self, sentence: _Sentence, match: Match[str], folded: str) -> Iterator[Opposition]:
        """By what follows the sentence in its clause."""
        rest = folded[match.end() :].partition("|")[0]
        if self._dressed.fullmatch(rest):
            yield "stop"
        elif match["last"] and not sentence.is_strict:
            yield "ask"

    @cached_property
    def _skeletons(self) -> frozenset[str]:
        return frozenset(skeleton(word) for own in self.languages for word in own.always)

    @cached_property
    def _dressing(self) -> str:
        return _either([phrase for own in self.languages for phrase in own.dressing])

    @cached_property
    def _dressed(self) -> Pattern[str]:
        return re.compile(rf"(?:{self._dressing} )*")

    @cached_property
    def _keyword(self) -> Pattern[str]:
        always = _either([word for own in self.languages for word in own.always])
        return re.compile(rf" (?:(?:{self._dressing}|\d+) )*(?:{always} )+(?:(?:{self._dressing}|{always}|\d+) )*")

    @cached_property
    def _start(self) -> Pattern[str]:
        start = _either([word for own in self.languages for word in own.start])
        return re.compile(rf" (?:{self._dressing} )*(?:{start} )(?:(?:{self._dressing}|{start}) )*")

    @cached_property
    def _alone(self) -> Pattern[str]:
        return self._whole(own.alone for own in self.languages)

    @cached_property
    def _asks(self) -> Pattern[str]:
        return self._whole(own.asks for own in self.languages)

    def _whole(self, patterns: Iterable[tuple[str, ...]]) -> Pattern[str]:
        """Nothing but one of the patterns, with dressing and clause marks around."""
        made = (
            _compile(pattern.split(), own)
            for own, each in zip(self.languages, patterns, strict=True)
            for pattern in each
        )
        either = "|".join(f"(?:{one})" for one in made) or "(?!)"
        around = rf"(?:(?:{self._dressing}|\|) )*"
        return re.compile(rf" {around}(?:{either}){around}")

    @cached_property
    def _sentences(self) -> _Shelf:
        return _Shelf(_Sentence.of(pattern, own) for own in self.languages for pattern in own.sentences)

    @cached_property
    def _hints(self) -> _Shelf:
        return _Shelf(_Sentence.of(hint, own) for own in self.languages for hint in own.hints)

    @cached_property
    def _unless_after(self) -> frozenset[str]:
        return frozenset(fold(word) for own in self.languages for word in own.unless_after)

    @cached_property
    def _doubts(self) -> Pattern[str]:
        return _anywhere(phrase for own in self.languages for phrase in own.doubts)

    @cached_property
    def _arrivals(self) -> Pattern[str]:
        return _anywhere(phrase for own in self.languages for phrase in own.arrivals)


def _anywhere(phrases: Iterable[str]) -> Pattern[str]:
    return re.compile(rf"(?<= ){_either(phrases)}(?= )")


def _either(phrases: Iterable[str]) -> str:
    """Any of the phrases, the longest first; a `*` at the end of a word stands for its rest."""
    folded = sorted({_phrase(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    return f"(?:{'|'.join(folded)})" if folded else "(?:(?!))"


def _phrase(phrase: str) -> str:
    words = phrase.split()
    return " ".join(rf"{fold(word)}\S*" if word.endswith("*") else fold(word) for word in words)


def _phrases(phrases: Iterable[str], own: StopWords) -> str:
    """Any of the phrases of a class; a phrase may be made of other classes, which are made of plain words."""
    plain = [phrase for phrase in phrases if "<" not in phrase]
    longest_first = sorted((phrase.split() for phrase in phrases if "<" in phrase), key=len, reverse=True)
    made = [_joined(words, own) for words in longest_first]
    return f"(?:{'|'.join([*made, _either(plain)])})"


def _joined(words: Sequence[str], own: StopWords) -> str:
    """The words of a class's phrase, one blank between them. `+`: up to three of these; `?`: may be missing."""
    made = ""
    for word in words:
        bare, blank = word.rstrip("+?"), " " if made else ""
        part = _either(own.classes[bare.strip("<>")]) if bare.startswith("<") else _phrase(bare)
        part = f"{part}(?: {part}){{0,2}}" if word.endswith("+") else part
        made += f"(?:{blank}{part})?" if word.endswith("?") else f"{blank}{part}"
    return made


def _first_words(token: str, own: StopWords) -> Iterator[str]:
    """The first letters of every word that a token may begin with."""
    word = token.rstrip("?+")
    if not word.startswith("<"):
        yield fold(word).partition(" ")[0][:_STEM]
        return
    for phrase in own.classes[word.strip("<>")]:
        first = phrase.split()[0]
        yield from _first_words(first, own) if first.startswith("<") else [fold(first).split(" ")[0][:_STEM]]


def _compile(tokens: Sequence[str], own: StopWords, *, name_last: bool = False) -> str:
    """A pattern as a regular expression over folded words, each with the blank behind it."""
    made = [_SIGNS.get(token) or f"(?:{_token(token, own)} ){_maybe(token)}" for token in tokens]
    if name_last:
        made[-1] = f"(?P<last>{_token(tokens[-1], own)} ){_maybe(tokens[-1])}"
    return "".join(made)


def _maybe(token: str) -> str:
    return "?" if token.endswith("?") else ""


def _token(token: str, own: StopWords) -> str:
    word = token.removesuffix("?")
    return _phrases(own.classes[word.strip("<>")], own) if word.startswith("<") else _phrase(word)
