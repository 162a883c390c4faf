"""What is said, in every language: a `Wording`, in the forms that kinds of channels prefer.

Wordings by their keys stand in catalogues (`kit.catalogues`). French texts get their non-breaking spaces when they are
read: authors type plain ones.
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticKnownError

from kit.typography import typography

LANGUAGES = ("fr", "en")
"""The languages of the product's texts. Every wording has the first; a town's own have those that it offers."""
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
CHANNEL_FORMS: Mapping[str, str] = {"sms": "sms", "email": "mail", "voice": "speech"}
"""The form of a wording that a kind of channel prefers; the others, and what has none, take the text."""

Text = str | Mapping[str, str]
"""A text to fill in, or its plural forms chosen by `count`: "other" is always among them."""


def is_plural(node: Any) -> bool:
    """Whether a file's node is the plural forms of a text."""
    return isinstance(node, Mapping) and "other" in node and PLURAL_FORMS.issuperset(node)


def _read_text(node: Any) -> Text:
    if isinstance(node, str) or (is_plural(node) and all(isinstance(text, str) for text in node.values())):
        return node  # type: ignore[no-any-return]
    raise PydanticKnownError("string_type")


_Text = Annotated[Any, PlainValidator(_read_text), WithJsonSchema({"type": "string"})]


class Phrase(BaseModel):
    """One language's wording: `text`; `sms`, `mail` and `speech` where another one says it better there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: _Text
    sms: _Text | None = None
    mail: _Text | None = None
    speech: _Text | None = None

    def on(self, short: bool) -> Text:
        """The short form where it is wanted and there is one."""
        chosen: Text = self.sms if short and self.sms is not None else self.text
        return chosen

    def fitting(self, channel_kind: str, short: bool) -> Text:
        """The form for a kind of channel; `short` where every character counts."""
        own: Text | None = getattr(self, CHANNEL_FORMS.get(channel_kind, "text"))
        return own if own is not None else self.on(short and channel_kind not in ("email", "voice"))

    def forms(self) -> dict[str, Text]:
        """Every form there is, by its name."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: text for name, text in named.items() if text is not None}

    def values(self) -> frozenset[str]:
        """The names that any of the forms fills in; `count` is among those of plural forms."""
        return frozenset(name for text in self.forms().values() for name in values_of(text))


class Wording(BaseModel):
    """One thing said, in every language. In declarations a language's wording is a text or {text, sms, ...}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: Mapping[str, Phrase]

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "phrases" in value:
            return value
        if LANGUAGES[0] not in value:
            raise ValueError(f"no wording in {LANGUAGES[0]}")
        return {"phrases": {language: _spaced(words, language) for language, words in value.items()}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """As files write it: by language, a text or {text, sms}."""
        forms = {"type": "object", "properties": {"text": {"type": "string"}, "sms": {"type": "string"}}}
        return {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, forms]}}

    def on(self, language: str, short: bool = False) -> str:
        """The words in a language, or in the town's own where the language has none."""
        return plain(self._phrase(language).on(short))

    def fitting(self, language: str, channel_kind: str, *, short: bool) -> str:
        """The words for a kind of channel ("sms", "email", "voice"); `short` where every character counts."""
        return plain(self._phrase(language).fitting(channel_kind, short))

    def everywhere(self) -> tuple[str, ...]:
        """The plain text in every language: a resident may mix them."""
        return tuple(plain(phrase.text) for phrase in self.phrases.values())

    def strange_values(self, known: frozenset[str]) -> Iterator[str]:
        """A sentence for each value that a language fills in and nobody gives."""
        named = ", ".join(f"{{{name}}}" for name in sorted(known))
        offered = f"it may say {named}" if named else "this text fills in nothing"
        for language, phrase in self.phrases.items():
            for value in sorted(phrase.values() - known):
                yield f"{language} fills in {{{value}}}, which nobody gives; {offered}"

    def _phrase(self, language: str) -> Phrase:
        return self.phrases.get(language) or self.phrases[LANGUAGES[0]]


def plain(text: Text) -> str:
    """The text; of plural forms, the one for many."""
    return text if isinstance(text, str) else text["other"]


def values_of(text: Text) -> frozenset[str]:
    """The names a text fills in; those of all its forms for a plural, `count` included."""
    texts = [text] if isinstance(text, str) else [*text.values(), "{count}"]
    return frozenset(name for each in texts for _, name, _, _ in Formatter().parse(each) if name is not None)


def _spaced(node: Any, language: str) -> Any:
    """One language's words in a declaration as {text, ...}, with their spaces; what is no text is left as it is."""
    forms = {"text": node} if isinstance(node, str) or is_plural(node) else node
    if not isinstance(forms, Mapping):
        return forms
    return {form: typeset(text, language) for form, text in forms.items()}


def typeset(node: Any, language: str) -> Any:
    """A text, or each of its plural forms, with the spaces of its language; what is none is left as it is."""
    if is_plural(node):
        return {form: typography(str(text), language) for form, text in node.items()}
    return typography(node, language) if isinstance(node, str) else node
