"""Reads the town's data files: unknown keys refused, every fault told with its file, line and key."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kit.typography import typography
from kit.yaml_files import FileProblem, YamlFile

Content = TypeVar("Content")


class TownDataError(ValueError):
    """The town's data cannot be used; the message has one line per fault: file, line, key, how to mend it."""


class TownModel(BaseModel):
    """Frozen, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_model(path: Path, kind: type[Content]) -> Content:
    """The content of a YAML file as a model, or as any type pydantic knows. Raises TownDataError."""
    try:
        file = YamlFile(path)
    except FileProblem as problem:
        raise TownDataError(str(problem)) from problem
    try:
        return TypeAdapter(kind).validate_python(_spaced(file.content))
    except ValidationError as error:
        faults = (str(file.problem(_place(item["loc"]), _mend(item))) for item in error.errors())
        raise TownDataError("\n".join(dict.fromkeys(faults))) from error


def _spaced(content: Any, language: str = "") -> Any:
    """The content with French texts given their non-breaking spaces: authors type plain ones."""
    if isinstance(content, str):
        return typography(content, language)
    if isinstance(content, Mapping):
        return {key: _spaced(value, key if key in {"fr", "en"} else language) for key, value in content.items()}
    return [_spaced(item, language) for item in content] if isinstance(content, list) else content


def _place(location: Sequence[int | str]) -> tuple[int | str, ...]:
    return tuple(step for step in location if step != "phrases")


def _mend(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "this key is not known here; correct its spelling or take it out"
    if fault["type"] == "missing":
        return "this is missing; add it"
    if fault["type"] == "string_type":
        return f"a text belongs here, not {fault['input']!r}; put quotes around it"
    said = str(fault["msg"]).removeprefix("Value error, ")
    return f"{said} (found {fault['input']!r})" if isinstance(fault["input"], str | int | float) else said


def read_table(path: Path, kind: type[Content]) -> tuple[Content, ...]:
    """The rows of a tab-separated file as models; a column is named by the first word of its heading.

    Raises TownDataError.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except FileNotFoundError:
        raise TownDataError(f"{path}: this file is missing") from None
    except UnicodeDecodeError:
        raise TownDataError(f"{path}: this file is not UTF-8; save it again as UTF-8") from None
    if not rows:
        raise TownDataError(f"{path}: this file is empty; its first line names the columns")
    names = [heading.partition(" ")[0] for heading in rows[0]]
    adapter = TypeAdapter(kind)
    return tuple(_row(path, line, adapter, names, cells) for line, cells in enumerate(rows[1:], 2))


def _row(path: Path, line: int, adapter: TypeAdapter[Content], names: list[str], cells: list[str]) -> Content:
    if len(cells) > len(names):
        raise TownDataError(f"{path}:{line}: {len(cells)} cells for {len(names)} columns; take the last tabs out")
    filled = cells + [""] * (len(names) - len(cells))
    try:
        return adapter.validate_python({name: cell.strip() for name, cell in zip(names, filled, strict=True)})
    except ValidationError as error:
        faults = (f"{path}:{line}: {'.'.join(map(str, item['loc']))}: {_mend(item)}" for item in error.errors())
        raise TownDataError("\n".join(faults)) from error


def by_code(path: Path, items: Iterable[Content]) -> dict[str, Content]:
    """The items by their `code`. Raises TownDataError where a code stands twice."""
    found: dict[str, Content] = {}
    for item in items:
        code = str(getattr(item, "code", ""))
        if code in found:
            raise TownDataError(f"{path}: the code {code} stands twice; keep one")
        found[code] = item
    return found
