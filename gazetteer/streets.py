"""Streets and their doors, read from a file of the national address base in addok's form."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gazetteer.address_match import AddressMatch
from gazetteer.geography import Position
from gazetteer.street_words import KINDS, StreetName, house_number, spelt_out, take_apart
from kit.text import fold
from kit.yaml_files import FileProblem

NEIGHBOURS = 20  # an unknown number is placed beside a known one that differs by no more


@dataclass(frozen=True, eq=False)
class Street:
    """A street; `doors` gives the position of each house number in its usual form ("12 bis")."""

    name: str
    city: str
    position: Position
    doors: Mapping[str, Position] = field(repr=False)
    parts: StreetName

    def door(self, number: str) -> str | None:
        """The number as the file has it; "12 b" also finds "12 bis"."""
        return next((spelling for spelling in (number, spelt_out(number)) if spelling in self.doors), None)

    def match(self, number: str | None, distance: int | None = None) -> AddressMatch:
        if number is None:
            return self._match("", "street", self.position, distance, missing=True)
        door = self.door(number)
        if door is None:
            return self._match(number, "street", self._beside(number), distance)
        return self._match(door, "exact", self.doors[door], distance)

    def _match(
        self, number: str, status: Any, position: Position, distance: int | None, missing: bool = False
    ) -> AddressMatch:
        return AddressMatch(
            status=status,
            label=f"{number} {self.name}".strip(),
            entity=f"{number}|{self.name}",
            latitude=position[0],
            longitude=position[1],
            number_missing=missing,
            distance=distance,
        )

    def _beside(self, number: str) -> Position:
        """Where the number would be: at the nearest known door, else at the middle of the street."""
        wanted = int(number.partition(" ")[0])
        gaps = ((abs(int(door.partition(" ")[0]) - wanted), door) for door in self.doors)
        gap, door = min(gaps, default=(NEIGHBOURS + 1, ""))
        return self.doors[door] if gap <= NEIGHBOURS else self.position


def read_streets(path: Path) -> tuple[Street, ...]:
    """The streets of a file; entries of other types (towns, places) are passed over.

    Raises FileProblem naming the line that is no street.
    """
    if not path.is_file():
        raise FileProblem(path, None, "this file is missing")
    with path.open(encoding="utf-8") as lines:
        return tuple(_read_lines(path, lines))


def _read_lines(path: Path, lines: Iterator[str]) -> Iterator[Street]:
    for line_number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if entry.get("type", "street") in {"street", "locality"}:
                yield _street(entry)
        except json.JSONDecodeError as error:
            raise FileProblem(
                path,
                line_number,
                f"not a JSON object, one street a line (ndjson, as the national base for addok): {error.msg}",
            ) from None
        except KeyError as missing:
            raise FileProblem(path, line_number, f"a street needs {missing}") from None
        except (AttributeError, TypeError, ValueError) as error:
            raise FileProblem(path, line_number, f"not a street as addok writes it: {error}") from None


def _street(entry: Mapping[str, Any]) -> Street:
    name = _with_small_kind(str(entry["name"]))
    doors = {
        number: (float(door["lat"]), float(door["lon"]))
        for written, door in (entry.get("housenumbers") or {}).items()
        if (number := house_number(written)) is not None
    }
    position = (float(entry["lat"]), float(entry["lon"]))
    return Street(name, str(entry.get("city", "")), position, doors, take_apart(name))


def _with_small_kind(name: str) -> str:
    """ "Rue de Paris" in the file is "rue de Paris" inside a sentence; names without a kind keep their capital."""
    first, _, rest = name.partition(" ")
    return f"{first[0].lower()}{first[1:]} {rest}" if rest and fold(first) in KINDS else name
