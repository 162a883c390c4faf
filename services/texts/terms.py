"""Words to recognise in what residents write, in several languages."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


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
