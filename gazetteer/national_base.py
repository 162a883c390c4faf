"""The addresses of a town from the files of the French national base, as a town downloads them.

Read are the base's own CSV of addresses and that of hamlets, the exchange form of the towns ("Base Adresse Locale"),
and addok's lines of JSON; each also compressed (`.gz`). A file of a whole department will do: other communes are left
out.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from gazetteer.geography import Position
from gazetteer.street_words import house_number
from gazetteer.streets import Street, street_of
from kit.text import fold
from kit.yaml_files import FileProblem

SUFFIXES = (".csv", ".csv.gz", ".ndjson", ".ndjson.gz")
WITHOUT_DOOR = "99999"
"""The house number of a place without any, in the towns' exchange form."""
_COLUMNS = {
    "number": ("numero",),
    "suffix": ("rep", "suffixe"),
    "street": ("nom_voie", "voie_nom", "nom_lieu_dit"),
    "insee": ("code_insee", "commune_insee"),
    "town": ("nom_commune", "commune_nom"),
    "lon": ("lon", "long"),
    "lat": ("lat",),
}
"""What each form calls the same thing."""
_NEEDED = ("street", "lon", "lat")
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Commune:
    """The town whose addresses are wanted: by its official number where that is known, else by its name."""

    name: str = ""
    insee: str = ""

    def is_it(self, name: str, insee: str) -> bool:
        if self.insee and insee:
            return insee == self.insee
        said, wanted = fold(name), fold(self.name)
        return said == wanted or (said.startswith(f"{wanted} ") and said.endswith("arrondissement"))


@dataclass(frozen=True, slots=True)
class Door:
    """A line of a file: a house number, or a street or hamlet without any."""

    line: int
    street: str
    number: str | None
    position: Position
    town: str
    insee: str


@dataclass(slots=True)
class AddressFiles:
    """What the files hold of the town; `told` says what is doubtful, `left_out` which addresses are another town's."""

    streets: tuple[Street, ...] = ()
    told: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def address_files(folder: Path) -> tuple[Path, ...]:
    """The files of addresses in a folder, in the order of their names."""
    return tuple(path for path in sorted(folder.glob("*")) if path.name.endswith(SUFFIXES) and path.is_file())


def read_town_addresses(paths: Iterable[Path], commune: Commune) -> AddressFiles:
    """Reads the streets of one town from its files. Raises FileProblem: file, line, how to mend it."""
    found, doors = AddressFiles(), []
    for path in paths:
        doors += _of_town(path, list(_read(path)), commune, found)
    found.streets = _streets(doors)
    return found


def _of_town(path: Path, doors: list[Door], commune: Commune, found: AddressFiles) -> list[Door]:
    towns = {(door.town, door.insee): None for door in doors}
    own = [door for door in doors if commune.is_it(door.town, door.insee)]
    others = sorted({name or insee for name, insee in towns if not commune.is_it(name, insee)})
    if not others or not commune.name:
        return doors
    named = ", ".join(others[:_SHOWN]) + (f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else "")
    wanted = f"{commune.name} ({commune.insee})" if commune.insee else commune.name
    if own:
        found.left_out.append(f"{path}: left out, as addresses of other communes: {len(doors) - len(own)} ({named})")
        return own
    if len(others) > 1 or commune.insee:
        raise FileProblem(
            path,
            None,
            f"no address of {wanted} stands here, only those of {named}; take the town's own file, "
            "or write its official number as `insee:` in city.yaml",
        )
    found.told.append(
        f"{path}: these are addresses of {named}, and the town is called {commune.name}; "
        "if that is right, write its official number as `insee:` in city.yaml"
    )
    return doors


def _read(path: Path) -> Iterator[Door]:
    try:
        with _opened(path) as lines:
            yield from _read_csv(path, lines) if ".csv" in path.suffixes else _read_lines(path, lines)
    except UnicodeDecodeError:
        raise FileProblem(path, None, "this file is not UTF-8; save it again as UTF-8") from None
    except (OSError, EOFError) as error:
        raise FileProblem(path, None, f"this file cannot be read: {error}") from None


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read_csv(path: Path, lines: TextIO) -> Iterator[Door]:
    head = lines.readline().rstrip("\r\n")
    separator = ";" if ";" in head else ","
    names = [name.strip().strip('"') for name in head.split(separator)]
    at = _positions(path, names)
    for line, cells in enumerate(csv.reader(lines, delimiter=separator), 2):
        if not any(cells):
            continue
        if len(cells) < len(names):
            raise FileProblem(path, line, f"{len(cells)} cells for {len(names)} columns: the line is cut off")

        def cell(name: str, row: list[str] = cells) -> str:
            return row[at[name]].strip() if name in at else ""

        if not (cell("lon") or cell("lat")):
            continue  # the base has addresses that nobody has placed yet
        yield _door(path, line, cell)


def _positions(path: Path, names: list[str]) -> dict[str, int]:
    at = {
        key: names.index(spelling) for key, spellings in _COLUMNS.items() for spelling in spellings if spelling in names
    }
    for key in _NEEDED:
        if key not in at:
            raise FileProblem(
                path,
                1,
                f"no column is called {' or '.join(_COLUMNS[key])}; take the CSV of adresse.data.gouv.fr as it is",
            )
    return at


def _door(path: Path, line: int, cell: Callable[[str], str]) -> Door:
    written = cell("number")
    number = None if written in {"", "0", WITHOUT_DOOR} else house_number(f"{written} {cell('suffix')}".strip())
    position = placed(path, line, cell("lat"), cell("lon"))
    return Door(line, cell("street"), number, position, cell("town"), cell("insee"))


def _read_lines(path: Path, lines: TextIO) -> Iterator[Door]:
    for line, text in enumerate(lines, 1):
        if text.strip():
            yield from _entry(path, line, text)


def _entry(path: Path, line: int, text: str) -> Iterator[Door]:
    try:
        entry = json.loads(text)
        if entry.get("type", "street") not in {"street", "locality"}:
            return
        name, town = _first(entry["name"]), _first(entry.get("city", ""))
        insee = str(entry.get("citycode") or "")
        yield Door(line, name, None, placed(path, line, entry["lat"], entry["lon"]), town, insee)
        for written, door in _listed(entry.get("housenumbers") or {}):
            if (number := house_number(written)) is not None:
                yield Door(line, name, number, placed(path, line, door["lat"], door["lon"]), town, insee)
    except json.JSONDecodeError as error:
        told = "not a JSON object, one street a line (ndjson, as the national base for addok)"
        raise FileProblem(path, line, f"{told}: {error.msg}") from None
    except KeyError as missing:
        raise FileProblem(path, line, f"a street needs {missing}") from None
    except FileProblem:
        raise
    except (AttributeError, TypeError, ValueError) as error:
        raise FileProblem(path, line, f"not a street as addok writes it: {error}") from None


def _first(name: Any) -> str:
    """The official name, where a list has the others too."""
    return str(name[0] if isinstance(name, list) and name else name)


def _listed(doors: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return doors.items() if isinstance(doors, dict) else ((str(door["number"]), door) for door in doors)


def placed(path: Path, line: int, latitude: Any, longitude: Any) -> Position:
    """A position in degrees. Raises FileProblem for metres, exchanged or unreadable values."""
    try:
        lat, lon = float(str(latitude).replace(",", ".")), float(str(longitude).replace(",", "."))
    except ValueError:
        raise FileProblem(path, line, f"{latitude!r}, {longitude!r} is no position in degrees") from None
    if abs(lat) > 90 or abs(lon) > 180:
        raise FileProblem(
            path,
            line,
            f"{longitude}, {latitude} are no degrees but look like metres of a map (Lambert 93): "
            "lon and lat hold degrees, as in the CSV of adresse.data.gouv.fr",
        )
    if 41 < lon < 52 and -6 < lat < 10:
        raise FileProblem(path, line, f"lat {latitude} and lon {longitude} look exchanged: France lies at lat 41 to 51")
    return lat, lon


def _streets(doors: Iterable[Door]) -> tuple[Street, ...]:
    grouped: dict[tuple[str, str], list[Door]] = {}
    for door in doors:
        if door.street:
            grouped.setdefault((door.street, door.town), []).append(door)
    return tuple(_street(name, town, lines) for (name, town), lines in grouped.items())


def _street(name: str, town: str, lines: list[Door]) -> Street:
    """A street stands where its file says, else in the middle of its doors."""
    doors = {line.number: line.position for line in lines if line.number is not None}
    own = [line.position for line in lines if line.number is None]
    points = own[:1] or list(doors.values())
    middle = (sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points))
    return street_of(name, town, middle, doors)
