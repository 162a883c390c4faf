"""What changed from one version of a service to the next, a line each, by the keys of its file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kit.text import shorten
from services.town.versions import Content

_OUTER = ("service",)
_WRAPPERS = frozenset({"phrases", "text", "words"})
"""Keys that a version keeps and files do not write."""
_NAMES = ("name", "code", "value")
"""By which of their keys the entries of a list are told apart."""
_LONGEST = 70


def changes(before: Content, after: Content) -> list[str]:
    """What stands in the later version first, then what was taken out of the same place."""
    return list(_changes(before, after, ()))


def _changes(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    earlier, later = _named(before), _named(after)
    if earlier is None or later is None:
        if before != after:
            yield f"{_told(path)}: {_shown(before)} -> {_shown(after)}"
        return
    for key in dict.fromkeys((*later, *earlier)):
        here = (*path, key)
        if key not in earlier:
            yield f"{_told(here)}: added{_briefly(later[key])}"
        elif key not in later:
            yield f"{_told(here)}: taken out{_briefly(earlier[key])}"
        else:
            yield from _changes(earlier[key], later[key], here)
    if isinstance(after, list) and _common(earlier, later) != _common(later, earlier):
        yield f"{_told(path)}: in another order"


def _common(these: Mapping[str, Any], those: Mapping[str, Any]) -> list[str]:
    return [key for key in these if key in those]


def _named(value: Any) -> Mapping[str, Any] | None:
    """A mapping, or a list whose entries have names; None of anything else."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list) or not value or not all(isinstance(entry, Mapping) for entry in value):
        return None
    key = next((name for name in _NAMES if all(name in entry for entry in value)), None)
    return {str(entry[key]): entry for entry in value} if key is not None else None


def _told(path: tuple[str, ...]) -> str:
    kept = path[1:] if path[:1] == _OUTER else path
    return ".".join(step for step in kept if step not in _WRAPPERS)


def _briefly(value: Any) -> str:
    return "" if isinstance(value, Mapping | list) else f" ({_shown(value)})"


def _shown(value: Any) -> str:
    return shorten(json.dumps(value, ensure_ascii=False), _LONGEST)
