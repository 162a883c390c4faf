"""Landmarks that residents name instead of a street: the town hall, the station, a school."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gazetteer.address_match import AddressMatch
from gazetteer.place_value import PlaceValue
from kit.yaml_files import YamlFile


class Landmark(BaseModel):
    """A landmark. The first name is the town's own; `synonyms` may be shared, the resident is then asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    names: Mapping[str, str] = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    address: str | None = Field(default=None, pattern=r"^[^|]*\|[^|]+$")
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)

    @property
    def name(self) -> str:
        return next(iter(self.names.values()))

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names.values(), *self.synonyms)

    def match(self) -> AddressMatch:
        return AddressMatch("exact", self.name, str(PlaceValue(self.name)), self.latitude, self.longitude)


def read_landmarks(path: Path) -> tuple[Landmark, ...]:
    """Raises kit.yaml_files.FileProblem naming the line of the first fault."""
    file = YamlFile(path)
    try:
        landmarks = TypeAdapter(tuple[Landmark, ...]).validate_python(file.content or ())
    except ValidationError as error:
        first = error.errors()[0]
        raise file.problem(first["loc"], first["msg"]) from None
    for index, place in enumerate(landmarks):
        if place.code in {earlier.code for earlier in landmarks[:index]}:
            raise file.problem((index, "code"), f"the code {place.code} stands twice")
    return landmarks
