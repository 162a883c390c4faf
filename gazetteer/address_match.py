"""What the gazetteer answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.text import shorten

MAX_CANDIDATES = 4
MatchStatus = Literal["exact", "street", "ambiguous", "unknown"]


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """An address, or what is known of one; hashable plain data.

    status: "exact" (door, crossing or landmark), "street" (the street is known, the number is missing
    or not in the file), "ambiguous" (see `candidates`, four at most) or "unknown" (kept as typed).
    entity: "12 bis|rue de la République", "|rue X", "rue A|rue B", "|<landmark>"; None unless found.
    Position in degrees; of the street where the door is not known. `distance` in metres, by `nearest` only.
    """

    status: MatchStatus
    label: str
    entity: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    candidates: tuple["AddressMatch", ...] = ()
    number_missing: bool = False
    distance: int | None = None

    @property
    def known(self) -> bool:
        """Whether it stands in the town's gazetteer, the number perhaps apart."""
        return self.status in {"exact", "street"}


def unknown(text: str, latitude: float | None = None, longitude: float | None = None) -> AddressMatch:
    """Accepted as typed, for a person to look at."""
    return AddressMatch("unknown", as_typed(text), latitude=latitude, longitude=longitude)


def ambiguous(text: str, candidates: Sequence[AddressMatch]) -> AddressMatch:
    return AddressMatch("ambiguous", as_typed(text), candidates=tuple(dict.fromkeys(candidates))[:MAX_CANDIDATES])


def as_typed(text: str) -> str:
    """One readable line of what the resident wrote, the entity bar turned into a blank."""
    return shorten(text.replace("|", " "), 200)
