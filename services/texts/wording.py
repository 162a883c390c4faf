"""Words in several languages, with a short form for channels where every character counts."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from kit.typography import typography

LANGUAGES = ("fr", "en")
"""The languages of the product's texts. Every wording has the first; a town's own have those that it offers."""


FORMS: Mapping[str, str] = {"sms": "sms", "email": "mail", "voice": "speech"}
"""The form of a wording that a kind of channel prefers; the others, and what has none, take the text."""


class Phrase(BaseModel):
    """One language's wording: `text`; `sms`, `mail` and `speech` where another one says it better there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    sms: str | None = None
    mail: str | None = None
    speech: str | None = None

    def fitting(self, channel_kind: str, short: bool) -> str:
        own: str | None = getattr(self, FORMS.get(channel_kind, "text"))
        return own if own is not None else self.on(short and channel_kind not in ("email", "voice"))

    def on(self, short: bool) -> str:
        return self.sms if short and self.sms is not None else self.text


class Wording(BaseModel):
    """The same thing said in every language. In the files a language's wording is a text or {text, sms, ...}.

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
        return self._phrase(language).on(short)

    def fitting(self, language: str, channel_kind: str, *, short: bool) -> str:
        """The words for a kind of channel ("sms", "email", "voice"); `short` where every character counts."""
        return self._phrase(language).fitting(channel_kind, short)

    def _phrase(self, language: str) -> Phrase:
        return self.phrases.get(language) or self.phrases[LANGUAGES[0]]


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
