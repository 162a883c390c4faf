"""A place as the dialogue's state and the cases keep it: a door, a street alone, a landmark, a crossing."""

from dataclasses import dataclass, replace

_BAR = "|"


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """A place in parts. `number` and `suffix` are a door's ("12", "bis"); `other` is the second street of a crossing.

    `str()` gives the form that is kept, in which every value stored so far reads back:
    "12 bis|rue de Paris", "|rue de Paris" (also a landmark), "rue A|rue B", "12|" (a door whose street is not known).
    """

    street: str = ""
    number: str = ""
    suffix: str = ""
    other: str = ""

    @classmethod
    def read(cls, kept: str | None) -> "PlaceValue | None":
        """The parts of a kept value; None for words as they were typed."""
        first, bar, second = (kept or "").partition(_BAR)
        if not bar:
            return None
        if first and not first[0].isdecimal():
            return cls(first, other=second)
        return cls(second).at(first)

    def at(self, door: str) -> "PlaceValue":
        """The same street at a door: "12 bis"; "" is the street alone."""
        number, _, suffix = door.partition(" ")
        return replace(self, number=number, suffix=suffix, other="")

    @property
    def door(self) -> str:
        """ "12 bis"; empty for a street alone and for a crossing."""
        return f"{self.number} {self.suffix}".strip()

    @property
    def is_street_alone(self) -> bool:
        """Whether it names a street, or a landmark, and nothing more."""
        return bool(self.street) and not self.number and not self.other

    @property
    def label(self) -> str:
        """As people write it: "12 bis rue de Paris", "rue A / rue B"."""
        return f"{self.street} / {self.other}" if self.other else f"{self.door} {self.street}".strip()

    def __str__(self) -> str:
        return f"{self.street}{_BAR}{self.other}" if self.other else f"{self.door}{_BAR}{self.street}"
