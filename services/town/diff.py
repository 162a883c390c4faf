"""What a town's folder changes of the product: per file the keys that differ, and those that say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kit.laid_files import ADDS, Layers
from kit.yaml_files import YamlFile
from services.files.examples import read_examples
from services.files.product import marks_of
from services.files.tables import read_rows

Kind = Literal["own", "changed", "added", "dropped", "same", "whole"]
"""`own`: the product has no such file; `whole`: the file says nothing that the product does not."""
_NOTHING = "–"
_MAPS = (".yaml",)
_PHRASES = (".yml",)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a town's file says: where, and what the product says in its place."""

    file: str
    line: int | None
    key: str
    kind: Kind
    own: str = ""
    product: str = ""


def differences(files: Layers) -> Iterator[Difference]:
    """File by file, in the order of their names. Raises FileProblem or TownDataError for a file that cannot be read."""
    for path in sorted(files.own.rglob("*.*")):
        name = path.relative_to(files.own).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(files.own).parts):
            yield from _of_file(files, path, name)


def _of_file(files: Layers, path: Path, name: str) -> Iterator[Difference]:
    below = files.product / name
    if not below.is_file():
        yield Difference(name, None, "", "own")
        return
    found = list(_compared(files, path, below, name))
    if found and all(one.kind == "same" for one in found):
        yield Difference(name, None, "", "whole")
    else:
        yield from found


def _compared(files: Layers, path: Path, below: Path, name: str) -> Iterator[Difference]:
    if path.suffix in _MAPS:
        file = YamlFile(path)
        content = {} if file.content is None else file.content
        for keys, kind, own, product in _of_keys(content, YamlFile(below).content, ()):
            yield Difference(name, file.line_of(keys), ".".join(map(str, keys)), kind, own, product)
    elif path.suffix == ".tsv":
        yield from _of_rows(path, below, name)
    elif path.suffix in _PHRASES:
        yield from _of_phrases(files, path, below, name)
    else:
        same = path.read_bytes() == below.read_bytes()
        yield Difference(name, None, "", "same" if same else "changed")


def _of_keys(own: Any, below: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Kind, str, str]]:
    if isinstance(own, Mapping) and isinstance(below, Mapping):
        for key, value in own.items():
            if value is None and key in below:
                yield (*at, key), "dropped", "", _shown(below[key])
            elif key in below:
                yield from _of_keys(value, below[key], (*at, key))
            else:
                base = below.get(str(key).removesuffix(ADDS))
                yield (*at, key), "added", _shown(value), _shown(base) if str(key).endswith(ADDS) else ""
    elif isinstance(own, list) and isinstance(below, list) and own and all(_code(entry) for entry in own):
        known = {_code(entry): entry for entry in below}
        for position, entry in enumerate(own):
            if _code(entry) in known:
                yield from _of_keys(entry, known[_code(entry)], (*at, position))
            else:
                yield (*at, position), "added", str(_code(entry)), ""
    elif own == below:
        yield at, "same", _shown(own), ""
    else:
        yield at, "changed", _shown(own), _shown(below)


def _code(entry: Any) -> Any:
    return entry.get("code") if isinstance(entry, Mapping) else None


def _shown(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(str(_code(entry) or entry) for entry in value)
    text = str(value) if not isinstance(value, Mapping) else ", ".join(map(str, value))
    text = " ".join(text.split())
    if not text:
        return _NOTHING
    return text if len(text) <= 70 else f"{text[:69]}…"


def _of_rows(path: Path, below: Path, name: str) -> Iterator[Difference]:
    known = {row.cells["code"]: row.cells for row in read_rows(below)}
    for row in read_rows(path):
        code = row.cells["code"]
        if code not in known:
            yield Difference(name, row.line, code, "added", _shown(list(row.cells.values())))
            continue
        for column, cell in row.cells.items():
            if column != "code":
                product = known[code].get(column, "")
                kind: Kind = "same" if cell == product else "changed"
                yield Difference(name, row.line, f"{code} {column}", kind, _shown(cell), _shown(product))


def _of_phrases(files: Layers, path: Path, below: Path, name: str) -> Iterator[Difference]:
    marks = marks_of(files)
    known = {(one.kind, one.name, one.text) for one in read_examples(below, marks)}
    for one in read_examples(path, marks):
        kind: Kind = "same" if (one.kind, one.name, one.text) in known else "added"
        yield Difference(name, one.line, one.name, kind, one.text)
