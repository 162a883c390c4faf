"""Lays the street names of Montlieu out on an invented map and writes streets.ndjson.

Run `python data/addresses/generate.py` after editing street_names.txt: the same names give the same file.
The lines have the form of the French national address base as addok reads it, so that a real town
puts its own file in the place of this one (https://adresse.data.gouv.fr).
"""

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CENTRE = (46.6, 2.35)
POSTCODE = CITY_CODE = "99300"
CITY = "Montlieu"
CONTEXT = "99, Montlieu"
METRES_PER_DEGREE = 111_320
TURN = math.radians(12)
ALONG, ACROSS = 118, 104  # metres between the streets of the two directions
LINES = 10
FRONTAGE = 15  # metres between two doors on one side
DEPTH = 7  # metres from the middle of the street to a door
SMALL = {"place", "square", "impasse", "passage", "ruelle", "villa", "cité", "résidence", "rond-point", "esplanade"}
LONG = {"avenue", "boulevard", "route", "quai"}
MAIN_STREET = "rue de Paris"
CROSS_THE_MAIN_STREET = ("rue Victor Hugo", "rue de la République")
# The doors that the handbook, the demonstration and the tests speak of.
ALWAYS = {
    "rue de Paris": [str(number) for number in range(1, 61)],
    "rue de la République": [*(str(number) for number in range(1, 41)), "12 bis"],
    "rue Victor Hugo": [str(number) for number in range(1, 31)],
    "place de la Mairie": [str(number) for number in range(1, 13)],
}


@dataclass(frozen=True)
class Segment:
    """A straight stretch of street: two ends in metres east and north of the centre."""

    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def length(self) -> float:
        return math.dist(self.start, self.end)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2

    def crosses(self, other: "Segment") -> bool:
        """Whether two stretches of different directions meet somewhere."""
        return (_side(self, other.start) != _side(self, other.end)) and (
            _side(other, self.start) != _side(other, self.end)
        )

    def door(self, way: float, side: int) -> tuple[float, float]:
        """The door at `way` metres from the start, on the left (-1) or right (1) side."""
        east = (self.end[0] - self.start[0]) / self.length
        north = (self.end[1] - self.start[1]) / self.length
        return self.start[0] + east * way + north * side * DEPTH, self.start[1] + north * way - east * side * DEPTH


def _side(line: Segment, point: tuple[float, float]) -> bool:
    along = (line.end[0] - line.start[0], line.end[1] - line.start[1])
    aside = (point[0] - line.start[0], point[1] - line.start[1])
    return along[0] * aside[1] - along[1] * aside[0] > 0


def degrees(point: tuple[float, float]) -> tuple[float, float]:
    east = point[0] * math.cos(TURN) - point[1] * math.sin(TURN)
    north = point[0] * math.sin(TURN) + point[1] * math.cos(TURN)
    latitude = CENTRE[0] + north / METRES_PER_DEGREE
    longitude = CENTRE[1] + east / (METRES_PER_DEGREE * math.cos(math.radians(CENTRE[0])))
    return round(latitude, 6), round(longitude, 6)


def through_streets(chance: random.Random) -> list[Segment]:
    """A net of parallel lines in two directions, each cut into streets of two to five blocks."""
    segments: list[Segment] = []
    for line in range(-LINES, LINES + 1):
        offset = chance.uniform(-12, 12)
        for first, last in _cuts(chance):
            segments.append(Segment((first * ALONG, line * ACROSS + offset), (last * ALONG, line * ACROSS + offset)))
        offset = chance.uniform(-12, 12)
        for first, last in _cuts(chance):
            segments.append(Segment((line * ALONG + offset, first * ACROSS), (line * ALONG + offset, last * ACROSS)))
    return sorted(segments, key=lambda segment: math.hypot(*segment.middle))


def _cuts(chance: random.Random) -> Iterator[tuple[int, int]]:
    at = -LINES
    while at < LINES:
        until = min(LINES, at + chance.choice((2, 3, 3, 4, 5)))
        yield at, until
        at = until


def small_streets(chance: random.Random) -> Iterator[Segment]:
    """Short stretches inside the blocks, from the centre outwards."""
    blocks = [(east, north) for east in range(-LINES, LINES) for north in range(-LINES, LINES)]
    for east, north in sorted(blocks, key=lambda block: math.hypot(block[0] + 0.5, block[1] + 0.5)):
        corner = ((east + 0.25) * ALONG, (north + 0.3 + chance.uniform(0, 0.3)) * ACROSS)
        yield Segment(corner, (corner[0] + ALONG * 0.6, corner[1]))


def doors(name: str, segment: Segment, chance: random.Random) -> dict[str, dict[str, float]]:
    numbers = ALWAYS.get(name) or list(_usual_numbers(segment, chance))
    step = min(FRONTAGE, segment.length * 2 / (len(numbers) + 2))
    placed = {}
    for number in numbers:
        digits = int(number.split()[0])
        way = (digits + 1) // 2 * step + (4 if " " in number else 0)
        latitude, longitude = degrees(segment.door(way, 1 if digits % 2 else -1))
        placed[number] = {"lat": latitude, "lon": longitude}
    return placed


def _usual_numbers(segment: Segment, chance: random.Random) -> Iterator[str]:
    for digits in range(1, int(segment.length / FRONTAGE) * 2 + 1):
        if chance.random() < 0.08:
            continue
        yield str(digits)
        if chance.random() < 0.05:
            yield f"{digits} bis"
            if chance.random() < 0.2:
                yield f"{digits} ter"


def street_names() -> list[str]:
    lines = (HERE / "street_names.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def assign(names: list[str], chance: random.Random) -> Iterator[tuple[str, Segment]]:
    """Each name its stretch: names come from the centre outwards; avenues get the next long one."""
    through, inside = through_streets(chance), small_streets(chance)
    main_street = next(segment for segment in through if segment.length > 3 * ACROSS)
    crossing = [segment for segment in through if segment.crosses(main_street)]
    through = [segment for segment in through if segment not in {main_street, *crossing[: len(CROSS_THE_MAIN_STREET)]}]
    placed = {MAIN_STREET: main_street, **dict(zip(CROSS_THE_MAIN_STREET, crossing, strict=False))}
    for name in names:
        if name in placed:
            yield name, placed[name]
            continue
        if name.split()[0] in SMALL:
            yield name, next(inside)
            continue
        long = name.split()[0] in LONG or name in ALWAYS
        fitting = (segment for segment in through[:60] if segment.length > 3 * ACROSS) if long else iter(through)
        segment = next(fitting, None) or (through[0] if through else next(inside))
        if segment in through:
            through.remove(segment)
        yield name, segment


def main() -> None:
    chance = random.Random(99300)  # noqa: S311 - an invented map is no secret
    lines = []
    for index, (name, segment) in enumerate(assign(street_names(), chance)):
        latitude, longitude = degrees(segment.middle)
        street = {
            "id": f"{CITY_CODE}_{index:04d}",
            "type": "street",
            "name": name,
            "postcode": POSTCODE,
            "citycode": CITY_CODE,
            "city": CITY,
            "context": CONTEXT,
            "importance": round(0.3 + 0.4 / (1 + index / 40), 3),
            "lat": latitude,
            "lon": longitude,
            "housenumbers": doors(name, segment, chance),
        }
        lines.append(json.dumps(street, ensure_ascii=False))
    (HERE / "streets.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
