"""Tab-separated tables of a town: a row for a code, each cell under the heading of its column.

A column is named by the first word of its heading. Laid over the product's table, a town's own rows have their say in
the columns they have; all other rows and cells are the product's.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from kit.laid_files import Layers
from services.files.town_files import TownDataError, mend

Content = TypeVar("Content")
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by column, and where it stands."""

    cells: Cells
    path: Path
    line: int

    def under(self, own: "Row") -> "Row":
        """This row with an own one laid over it."""
        return Row({**self.cells, **own.cells}, own.path, own.line)


@dataclass(frozen=True, slots=True)
class Table(Generic[Content]):
    """The rows as models by code; `own` names the columns in which a town's own row has its say."""

    rows: Mapping[str, Content]
    places: Mapping[str, str]
    own: Mapping[str, frozenset[str]]

    def place(self, code: str) -> str:
        """The file and line of a row."""
        return self.places[code]


def read_rows(path: Path) -> list[Row]:
    """The rows of one file. Raises TownDataError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows = [(reader.line_num, row) for row in reader if any(row) and not row[0].startswith("#")]
    except FileNotFoundError:
        raise TownDataError(f"{path}: this file is missing") from None
    except UnicodeDecodeError:
        raise TownDataError(f"{path}: this file is not UTF-8; save it again as UTF-8") from None
    if not rows:
        raise TownDataError(f"{path}: this file is empty; its first line names the columns")
    names = [heading.strip().partition(" ")[0] for heading in rows[0][1]]
    if "code" not in names:
        raise TownDataError(f"{path}:{rows[0][0]}: no column is called `code`; put tabs between the columns")
    read, faults = [], []
    for line, cells in rows[1:]:
        if len(cells) > len(names):
            faults.append(f"{path}:{line}: {len(cells)} cells for {len(names)} columns; take the last tabs out")
        filled = cells + [""] * (len(names) - len(cells))
        read.append(Row({name: cell.strip() for name, cell in zip(names, filled, strict=False)}, path, line))
    if faults:
        raise TownDataError("\n".join(faults))
    return read


def read_table(
    files: Layers, name: str, kind: type[Content], complete: Callable[[Cells], Cells] = lambda cells: cells
) -> Table[Content]:
    """A table of both folders as models; `complete` fills in what a row may leave out.

    Raises TownDataError with every row that is wrong.
    """
    paths = dict.fromkeys((files.product / name, files.own / name))
    present = [path for path in paths if path.is_file()] or [files.own / name]
    rows: dict[str, Row] = {}
    own: dict[str, frozenset[str]] = {}
    for path in present:
        for code, row in _by_code(read_rows(path)).items():
            rows[code] = rows[code].under(row) if code in rows else row
            if files.is_own(path):
                own[code] = frozenset(row.cells)
    adapter, faults, read = TypeAdapter(kind), [], {}
    for code, row in rows.items():
        try:
            read[code] = adapter.validate_python(complete(row.cells))
        except ValidationError as error:
            faults += [f"{row.path}:{row.line}: {_named(item)}{mend(item)}" for item in error.errors()]
    if faults:
        raise TownDataError("\n".join(faults))
    return Table(read, {code: f"{row.path}:{row.line}" for code, row in rows.items()}, own)


def _named(fault: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, fault['loc']))}: " if fault["loc"] else ""


def _by_code(rows: list[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        code = row.cells["code"]
        if code in found:
            raise TownDataError(f"{row.path}:{row.line}: the code {code} stands twice; keep one")
        found[code] = row
    return found
