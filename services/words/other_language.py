"""One language that the assistant does not speak: its file, and how its words are compared."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from pydantic import Field, ValidationInfo, field_validator

from kit.text import strip_accents
from kit.wording import values_of
from services.files.town_files import TownModel

LATIN = "latin"
_CRIES = "general"
_MOST = 150
"""Words of a message that are looked at."""

_TOKEN = re.compile(r"[^\s.,;:!?…«»\"“”()\[\]{}<>/\\|*_’'`´،؟؛。，！？、：；（）0-9-]+")
_ALIKE = str.maketrans({"ı": "i", "ɛ": "e", "ε": "e", "ɔ": "o", "ŋ": "n", "ɲ": "n", "ґ": "г"})
_VALUES = {
    "about": frozenset({"town", "languages"}),
    "about_sms": frozenset({"town", "languages"}),
    "danger": frozenset({"numbers"}),
    "by_text": frozenset({"number"}),
}


class Sentences(TownModel):
    """What is said in it: what this is and how to go on, what to do in danger, who was told, who will read."""

    about: str
    about_sms: str
    danger: str
    by_text: str
    alerted: str
    person: str

    @field_validator("*")
    @classmethod
    def _fills_in_what_is_given(cls, text: str, info: ValidationInfo) -> str:
        known = _VALUES.get(info.field_name or "", frozenset())
        if values_of(text) != known:
            wanted = ", ".join(f"{{{value}}}" for value in sorted(known)) or "nothing"
            raise ValueError(f"this sentence fills in {wanted}, each once")
        return text


class OtherLanguage(TownModel):
    """One file. `called` names the language in any language; `script` is the first word of its letters' Unicode names.

    `letters` are its own among those of the script, `without` letters that it never has; `blanks`: words stand apart.
    `words` are its commonest, "nachbar*" every word that begins so, also in `danger`, whose words tell a situation of
    `emergency.yaml`; `manners` are words that others borrow. `languages` are the names of those in which one may go on,
    as the sentences need them, joined by `or`.
    """

    name: str
    called: tuple[str, ...] = Field(min_length=1)
    script: str = LATIN
    letters: str = ""
    without: str = ""
    blanks: bool = True
    manners: tuple[str, ...] = ()
    words: tuple[str, ...] = Field(min_length=20)
    danger: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]
    # The key is a word of the files' language, and of Python's.
    joined_by: str = Field(alias="or")
    says: Sentences

    @field_validator("script")
    @classmethod
    def _is_small(cls, script: str) -> str:
        if script != script.lower() or not script.isalpha():
            raise ValueError("the script is one small word, like latin, arabic, cyrillic")
        return script

    def join(self, things: Iterable[str]) -> str:
        """ "15 ou 112"."""
        return (f" {self.joined_by} " if self.blanks else self.joined_by).join(things)

    def in_languages(self, codes: Iterable[str]) -> str:
        """ "francês ou inglês": the languages in which one may go on, as far as this one has a name for them."""
        return self.join(self.languages[code] for code in codes if code in self.languages)

    def tells_danger(self, tokens: Iterable[str]) -> list[str]:
        """The situations that its words tell, in the file's order."""
        text = f" {' '.join(tokens)} "
        return [code for code, phrases in self._danger.items() if any(phrase in text for phrase in phrases)]

    @cached_property
    def _danger(self) -> dict[str, tuple[str, ...]]:
        return {code: tuple(self._bounded(phrase) for phrase in phrases) for code, phrases in self.danger.items()}

    def _bounded(self, phrase: str) -> str:
        """The phrase as it stands among the words of a message: whole words, or from its beginning on."""
        words = " ".join(tokens_of(phrase))
        return words if not self.blanks else f" {words}" if phrase.endswith("*") else f" {words} "

    @cached_property
    def danger_words(self) -> frozenset[str]:
        """The words of danger that stand alone."""
        spoken = (" ".join(tokens_of(phrase)) for phrases in self.danger.values() for phrase in phrases)
        return frozenset(phrase for phrase in spoken if " " not in phrase)

    @cached_property
    def cries(self) -> frozenset[str]:
        """Words of danger that tell it alone: "socorro"."""
        return frozenset(token for cry in self.danger.get(_CRIES, ()) for token in tokens_of(cry))

    @cached_property
    def known(self) -> frozenset[str]:
        """Whole words of the language, manners among them."""
        listed = [word for word in (*self.words, *self.manners) if not word.endswith("*")]
        return frozenset(token for word in listed for token in tokens_of(word)) | self.danger_words

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(token for word in self.words if word.endswith("*") for token in tokens_of(word))

    @cached_property
    def polite(self) -> frozenset[str]:
        return frozenset(token for word in self.manners for token in tokens_of(word))

    def has(self, token: str) -> bool:
        return token in self.known or token.startswith(self.stems)


def tokens_of(text: str) -> list[str]:
    """The words of a text as they are compared: small, without accents, of any script. The first ones of many."""
    bare = strip_accents(strip_accents(text).lower()).translate(_ALIKE)
    return [match[0] for _, match in zip(range(_MOST), _TOKEN.finditer(bare), strict=False)]
