"""The addresses of the town, found from what a resident typed or from a position.

Streets come from files of the national address base (national_base.py), landmarks from a YAML list (code,
names, synonyms, address, latitude, longitude). Loaded once, never changed, so safe to share between threads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gazetteer.address_match import MAX_CANDIDATES, AddressMatch, ambiguous, unknown
from gazetteer.address_reading import AddressReading, read_address
from gazetteer.geography import NearestPoints, is_on_earth, metres_between
from gazetteer.landmarks import Landmark, read_landmarks
from gazetteer.national_base import AddressFiles, Commune, read_town_addresses
from gazetteer.place_value import PlaceValue
from gazetteer.street_search import Scored, StreetSearch
from gazetteer.streets import Street
from kit.yaml_files import FileProblem

REACH = 300  # metres: farther from every door than this is outside the town
CROSSING = 120  # metres between the nearest doors of two streets that still meet
MARGIN = 10  # points of likeness by which the best name must lead, else the resident is asked
LIKELY, POSSIBLE = 85, 75
CERTAIN_BARE, SURE_ENOUGH_BARE = 96, 90  # for words without number or kind: "messages" is not "Mésanges"


class Gazetteer:
    """Finds addresses; `find` and `nearest` never raise for any text or position."""

    def __init__(self, streets: Sequence[Street], places: Sequence[Landmark], town: str = "") -> None:
        self.streets, self.places = tuple(streets), tuple(places)
        self._search = StreetSearch(self.streets, self.places)
        self._town = town
        self._doors = NearestPoints(
            (position, (street, number)) for street in self.streets for number, position in street.doors.items()
        )

    @classmethod
    def load(cls, streets_path: Path, places_path: Path | None = None) -> "Gazetteer":
        """Raises kit.yaml_files.FileProblem naming the file and the line."""
        if not streets_path.is_file():
            raise FileProblem(streets_path, None, "this file is missing")
        return cls.of_files([streets_path], places_path)[0]

    @classmethod
    def of_files(
        cls, paths: Iterable[Path], places_path: Path | None, commune: Commune = Commune()
    ) -> tuple["Gazetteer", AddressFiles]:
        """The addresses of a commune from its files, and what the files said.

        Raises kit.yaml_files.FileProblem naming the file and the line.
        """
        found = read_town_addresses(paths, commune)
        town = found.streets[0].city if found.streets else commune.name
        return cls(found.streets, read_landmarks(places_path) if places_path else (), town), found

    @property
    def street_names(self) -> tuple[str, ...]:
        """As labels write them: "rue de la République"."""
        return tuple(dict.fromkeys(street.name for street in self.streets))

    def find(self, text: str) -> AddressMatch:
        """The address in a text: "12 bis|rue X", "|rue X", "rue A|rue B", a landmark, or words as typed.

        A name that is only like a street's is taken when no other is nearly as like; else the
        likely ones are the candidates. A kind of street that does not fit its name is asked back too.
        """
        reading = read_address(text, self._search, self._town)
        if reading.crossing:
            return self._crossing(text, *reading.crossing)
        return self._chosen(text, reading)

    def find_alike(self, text: str) -> tuple[AddressMatch, ...]:
        """What somebody may have meant by words that `find` does not place: its candidates, else the names most alike,
        best first, four at most; nothing for words that are like no name."""
        place = self.find(text)
        if place.known or place.candidates:
            return place.candidates
        reading = read_address(text, self._search, self._town)
        return tuple(dict.fromkeys(_match(item.target, reading.number) for item in reading.found))[:MAX_CANDIDATES]

    def _chosen(self, text: str, reading: AddressReading) -> AddressMatch:
        found = reading.found
        if not found or found[0].score < (SURE_ENOUGH_BARE if reading.bare else POSSIBLE):
            return unknown(text)
        rivals = [item for item in found if found[0].score - item.score < MARGIN][:MAX_CANDIDATES]
        if len(rivals) > 1 and reading.number:
            numbered = [item for item in rivals if _has_door(item, reading.number)]
            # Of two streets equally like, the one that has the number is meant.
            rivals = numbered if len(numbered) == 1 and numbered[0].score == rivals[0].score else rivals
        likely = CERTAIN_BARE if reading.bare else LIKELY
        if len(rivals) == 1 and rivals[0].score >= likely and not rivals[0].other_kind:
            return _match(rivals[0].target, reading.number)
        return ambiguous(text, [_match(item.target, reading.number) for item in rivals])

    def _crossing(self, text: str, one: Sequence[Scored], other: Sequence[Scored]) -> AddressMatch:
        pairs = [
            (first.target, second.target)
            for first in _likely(one)
            for second in _likely(other)
            if isinstance(first.target, Street) and isinstance(second.target, Street) and first.target != second.target
        ]
        matches = [_crossing_of(first, second) for first, second in pairs]
        meeting = [match for match in matches if match.status == "exact"] or matches
        if not meeting:
            return unknown(text)
        return meeting[0] if len(meeting) == 1 else ambiguous(text, meeting)

    def nearest(self, latitude: float, longitude: float) -> AddressMatch:
        """The door nearest to a position, with `distance` in metres; unknown beyond 300 m of every door."""
        typed = f"{latitude:.6f}, {longitude:.6f}"
        if not is_on_earth(latitude, longitude):
            return unknown(typed)
        found = self._doors.nearest((latitude, longitude), within=REACH)
        if found is None:
            return unknown(typed, latitude, longitude)
        distance, (street, number) = found
        return street.match(number, distance=round(distance))


def _likely(found: Sequence[Scored]) -> Iterator[Scored]:
    """The best, and those so near to it that only the crossing tells; sure ones only."""
    for item in found[:MAX_CANDIDATES]:
        if item.score >= LIKELY and found[0].score - item.score < MARGIN:
            yield item


def _has_door(item: Scored, number: str) -> bool:
    return isinstance(item.target, Street) and item.target.door(number) is not None


def _match(target: Street | Landmark, number: str | None) -> AddressMatch:
    return target.match(number) if isinstance(target, Street) else target.match()


def _crossing_of(one: Street, other: Street) -> AddressMatch:
    """Where two streets meet; "street" without being sure where, when no two doors are near each other."""
    distance, first, second = min(
        (metres_between(first, second), first, second)
        for first in _points(one.doors, one)
        for second in _points(other.doors, other)
    )
    meets = distance <= CROSSING
    return AddressMatch(
        status="exact" if meets else "street",
        label=f"{one.name} / {other.name}",
        entity=str(PlaceValue(one.name, other=other.name)),
        latitude=(first[0] + second[0]) / 2 if meets else one.position[0],
        longitude=(first[1] + second[1]) / 2 if meets else one.position[1],
    )


def _points(doors: Mapping[str, tuple[float, float]], street: Street) -> Iterable[tuple[float, float]]:
    return doors.values() if doors else [street.position]
