"""Words in several languages, with a short form for channels where every character counts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from kit.typography import typography

LANGUAGES = ("fr", "en")
"""The languages of the product's texts. Every wording has the first; a town's own have those that it offers."""


class Phrase(BaseModel):
    """One language's wording: `text`, and `sms` where a short one says it better."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    sms: str | None = None

    def on(self, short: bool) -> str:
        return self.sms if short and self.sms is not None else self.text


class Wording(BaseModel):
    """The same thing said in every language. In the files a language's wording is a text or {text, sms}.

    French texts get their non-breaking spaces here: authors type plain ones.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: Mapping[str, Phrase]

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "phrases" in value:
            return value
        if LANGUAGES[0] not in value:
            raise ValueError(f"no wording in {LANGUAGES[0]}")
        return {"phrases": {language: _phrase(words, language) for language, words in value.items()}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """As files write it: by language, a text or {text, sms}."""
        forms = {"type": "object", "properties": {"text": {"type": "string"}, "sms": {"type": "string"}}}
        return {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, forms]}}

    def on(self, language: str, short: bool = False) -> str:
        """The words in a language, or in the town's own where the language has none."""
        phrase = self.phrases.get(language) or self.phrases[LANGUAGES[0]]
        return phrase.on(short)


def _phrase(words: Any, language: str) -> Any:
    forms = {"text": words} if isinstance(words, str) else words
    if not isinstance(forms, Mapping):
        return forms
    return {form: typography(text, language) if isinstance(text, str) else text for form, text in forms.items()}


class Terms(BaseModel):
    """Words to recognise, per language; each is compared folded (no case, accents or punctuation)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Mapping[str, tuple[str, ...]] = {}

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) and "words" in value else {"words": value or {}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """As files write it: by language, a list of words."""
        return {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}

    def everywhere(self) -> tuple[str, ...]:
        """The words of all languages: a resident may mix them."""
        return tuple(word for words in self.words.values() for word in words)
