"""Languages that the assistant does not speak and yet recognises: one file each in `data/languages/`.

A language is told by its script or by its common words. What is shared with the town's own languages counts for nobody,
and the town's own words count against: names, addresses and borrowed words are no other language.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from unicodedata import name as letter_name

from kit.laid_files import Layers
from kit.wording import LANGUAGES
from services.files.town_files import read_model
from services.words.lexicon import Lexicon
from services.words.other_language import LATIN, OtherLanguage, tokens_of

FOLDER = "languages"
_FEWEST, _SHARE = 2, 4
"""Words of a language that make a message its own, and at least one in so many of those that tell anything."""

_MANY, _MANY_SIGNS = 5, 6
"""Words of a script, or signs of one written without blanks, from which no word need be known: no name is so long."""


Extent = Literal["talk", "manners", "danger"]


@dataclass(frozen=True, slots=True)
class Written:
    """In which language a message is written; `danger` are the situations it tells.

    `extent`: "manners" where it has only greetings and thanks, "danger" where a word of danger stands alone.
    """

    language: str
    extent: Extent = "talk"
    danger: tuple[str, ...] = ()


@dataclass(frozen=True)
class OtherLanguages:
    """All languages of the files. `ours`: words of the town's own languages, which tell no other."""

    by_code: Mapping[str, OtherLanguage]
    ours: frozenset[str] = frozenset()

    def read(self, text: str) -> Written | None:
        """The language of a message, None for the town's own and for what tells none."""
        tokens = tokens_of(text)
        found = {code: self._weigh(language, text, tokens) for code, language in self.by_code.items()}
        code = max(found, key=lambda code: found[code], default=None)
        if code is None or not found[code]:
            return None
        language = self.by_code[code]
        return Written(code, _extent(language, tokens, self.ours), tuple(language.tells_danger(tokens)))

    def called_in(self, text: str) -> str | None:
        """The language that a message calls by its name."""
        tokens = set(tokens_of(text))
        return next((code for code, one in self.by_code.items() if tokens & self._names[code]), None)

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        return {code: {token for name in one.called for token in tokens_of(name)} for code, one in self.by_code.items()}

    def _weigh(self, language: OtherLanguage, text: str, tokens: Collection[str]) -> float:
        if language.script == LATIN:
            return self._weigh_words(language, text, tokens)
        return _weigh_script(language, text, tokens)

    def _weigh_words(self, language: OtherLanguage, text: str, tokens: Collection[str]) -> float:
        """How much speaks for a language in a script that ours have too; 0 where it is not enough."""
        distinct = set(tokens)
        own = {token for token in distinct if token not in self.ours and language.has(token)}
        against = {token for token in distinct if token in self.ours and not language.has(token)}
        if distinct and distinct == own <= language.cries:
            return len(own)
        if len(own) < _FEWEST or (against and own <= language.polite):
            return 0
        weight = len(own) + _has_any(text, language.letters)
        telling = len([token for token in distinct if token not in self.ours or not language.has(token)])
        is_enough = weight > len(against) and weight * _SHARE >= telling
        return weight + len(distinct & language.known) / 100 if is_enough else 0


def _has_any(text: str, letters: str) -> bool:
    small = text.lower()
    return any(letter in small for letter in letters)


def _weigh_script(language: OtherLanguage, text: str, tokens: Collection[str]) -> float:
    """How much speaks for a language whose script ours do not have; 0 where it is not enough."""
    letters = [character for character in text if character.isalpha()]
    own = [character for character in letters if not character.isascii() and _is_of(character, language.script)]
    if not own or 2 * len(own) < len(letters) or _has_any(text, language.without):
        return 0
    known = _known_in(language, tokens)
    apart = [token for token in tokens if _is_of(token[0], language.script)]
    is_long = len(apart) >= _MANY if language.blanks else len(own) >= _MANY_SIGNS
    return len(known) + 2 * _has_any(text, language.letters) + 1 if known or is_long else 0


def _known_in(language: OtherLanguage, tokens: Collection[str]) -> set[str]:
    """The words of the language in a message; where words do not stand apart, those anywhere in it."""
    if language.blanks:
        return {token for token in tokens if language.has(token)}
    text = " ".join(tokens)
    return {word for word in language.known if word in text}


def _is_of(character: str, script: str) -> bool:
    return letter_name(character, "").lower().startswith(script)


def _extent(language: OtherLanguage, tokens: Collection[str], ours: frozenset[str]) -> Extent:
    told = _known_in(language, tokens) - ours
    if told and told <= language.cries and (not language.blanks or set(tokens) == told):
        return "danger"
    return "manners" if told and told <= language.polite else "talk"


def load_other_languages(files: Layers, lexicon: Lexicon) -> OtherLanguages:
    """The files of the product, the town's own laid over them. Raises TownDataError, kit.yaml_files.FileProblem."""
    codes = sorted({path.stem for path in files.every(f"{FOLDER}/*.yaml")})
    languages = {code: read_model(files.laid(f"{FOLDER}/{code}.yaml"), OtherLanguage) for code in codes}
    return OtherLanguages(languages, frozenset(_our_words(lexicon)))


def _our_words(lexicon: Lexicon) -> Iterator[str]:
    """Every word that is recognised in the town's own languages, and how people abbreviate in them."""
    yield from lexicon.alarms.spellings
    for code in LANGUAGES:
        own = lexicon.languages[code]
        yield from own.function_words
        for phrases in own.groups.values():
            for phrase in phrases:
                yield from tokens_of(phrase)


def other_language_faults(
    files: Layers, languages: OtherLanguages, situations: Collection[str], offered: Iterable[str]
) -> Iterator[str]:
    """Situations without advice, languages of the town without a name, sentences in another script."""
    for code, language in languages.by_code.items():
        file = files.standing(f"{FOLDER}/{code}.yaml")
        for situation in language.danger:
            if situation not in situations:
                yield str(file.problem(("danger", situation), f"{situation} is not in emergency.yaml"))
        if not language.in_languages(offered):
            yield str(file.problem(("languages",), "none of the town's languages has a name here; add it"))
        if not any(_is_of(letter, language.script) for letter in language.says.about):
            problem = f"no letter of this sentence is {language.script}: correct the script or the sentence"
            yield str(file.problem(("says", "about"), problem))
