"""Distances on the ground and the point nearest to a position."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

METRES_PER_DEGREE = 111_320.0
Position = tuple[float, float]
"""Latitude and longitude in degrees."""
Label = TypeVar("Label")


def metres_between(one: Position, other: Position) -> float:
    """Distance in metres; flat-earth arithmetic, right to the metre within a town."""
    north = (one[0] - other[0]) * METRES_PER_DEGREE
    east = (one[1] - other[1]) * METRES_PER_DEGREE * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east)


def is_on_earth(latitude: float, longitude: float) -> bool:
    """False for what no map holds, not-a-number included."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


class NearestPoints(Generic[Label]):
    """Points with a label each, found by position: a grid of cells about `cell` metres wide."""

    def __init__(self, points: Iterable[tuple[Position, Label]], cell: float = 100) -> None:
        self._cell = cell
        self._east = 1.0
        self._cells: dict[tuple[int, int], list[tuple[Position, Label]]] = defaultdict(list)
        for position, label in points:
            if not self._cells:
                self._east = max(0.01, math.cos(math.radians(position[0])))
            self._cells[self._cell_of(position)].append((position, label))

    def _cell_of(self, position: Position) -> tuple[int, int]:
        scale = METRES_PER_DEGREE / self._cell
        return math.floor(position[0] * scale), math.floor(position[1] * scale * self._east)

    def nearest(self, position: Position, within: float) -> tuple[float, Label] | None:
        """The distance in metres and the label of the nearest point, or None beyond `within` metres."""
        best: tuple[float, Label] | None = None
        for ring in range(math.ceil(within / self._cell) + 1):
            if best is not None and best[0] <= (ring - 1) * self._cell:
                break
            for point, label in self._ring(position, ring):
                distance = metres_between(position, point)
                if distance <= within and (best is None or distance < best[0]):
                    best = (distance, label)
        return best

    def _ring(self, position: Position, ring: int) -> Iterator[tuple[Position, Label]]:
        row, column = self._cell_of(position)
        for north in range(-ring, ring + 1):
            edge = abs(north) == ring
            for east in range(-ring, ring + 1) if edge else {-ring, ring}:
                yield from self._cells.get((row + north, column + east), ())
