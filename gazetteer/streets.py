"""Streets and their doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gazetteer.address_match import AddressMatch
from gazetteer.geography import Position
from gazetteer.place_value import PlaceValue
from gazetteer.street_words import KINDS, StreetName, spelt_out, take_apart
from kit.text import fold

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
            entity=str(PlaceValue(self.name).at(number)),
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


def street_of(name: str, city: str, position: Position, doors: Mapping[str, Position]) -> Street:
    """A street by its official name, as labels write it."""
    label = _with_small_kind(name)
    return Street(label, city, position, doors, take_apart(label))


def _with_small_kind(name: str) -> str:
    """ "Rue de Paris" in the file is "rue de Paris" inside a sentence; names without a kind keep their capital."""
    first, _, rest = name.partition(" ")
    return f"{first[0].lower()}{first[1:]} {rest}" if rest and fold(first) in KINDS else name
