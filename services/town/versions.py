"""The versions of a service: what a case and a dialogue go on with when the town changes what it asks.

A version holds the declaration, and the names of the documents it asks for. What only tests try is no part of it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from services.declarations.declaration import Declared, Service
from services.town_hall.city import DocumentType

_TRIED: Any = {"version": True, "examples": True, "fields": {"__all__": {"samples", "refuses"}}}
Content = Mapping[str, Any]


class KeptService(Declared):
    """A service as one of its versions says it."""

    service: Service
    documents: Mapping[str, DocumentType] = {}


def content_of(service: Service, documents: Mapping[str, DocumentType]) -> dict[str, Any]:
    """What a version of this service keeps, as JSON values. Its number is no part of it.

    `documents` are those of the town, by code.
    """
    asked = {code: documents[code] for code in service.documents if code in documents}
    kept = KeptService(service=service, documents=asked)
    return kept.model_dump(mode="json", exclude_defaults=True, exclude={"service": _TRIED})


def content_hash(content: Content) -> str:
    """The same for the same content, in whatever order its keys stand."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def read_content(content: Content, number: int) -> KeptService | None:
    """The version of this number; None where it was kept by a release that declared services in another way."""
    try:
        return KeptService.model_validate({**content, "service": {**content["service"], "version": number}})
    except (KeyError, TypeError, ValidationError):
        return None


class Versions:
    """The versions that are not the present ones, by code and number; each is read when it is first asked for."""

    def __init__(self, kept: Iterable[tuple[str, int, Content]] = ()) -> None:
        self._contents: dict[str, dict[int, Content]] = defaultdict(dict)
        self._read: dict[tuple[str, int], KeptService | None] = {}
        for code, number, content in kept:
            self._contents[code][number] = content

    @property
    def codes(self) -> tuple[str, ...]:
        """The services that have an earlier version, also those the town no longer has."""
        return tuple(self._contents)

    def find(self, code: str, number: int) -> KeptService | None:
        """One version; None where there is none, or none that can be read."""
        content = self._contents.get(code, {}).get(number)
        if content is None:
            return None
        if (code, number) not in self._read:
            self._read[code, number] = read_content(content, number)
        return self._read[code, number]

    def latest(self, code: str) -> KeptService | None:
        """The last version of a service that can be read."""
        found = (self.find(code, number) for number in sorted(self._contents.get(code, ()), reverse=True))
        return next((kept for kept in found if kept is not None), None)

    def documents(self) -> dict[str, DocumentType]:
        """Every document that a version asks for, by code, as the last of them names it."""
        found = {}
        for contents in self._contents.values():
            for _, content in sorted(contents.items()):
                for code, document in content.get("documents", {}).items():
                    found[code] = DocumentType.model_validate({"code": code, **document})
        return found
