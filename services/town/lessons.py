"""What a town's understanding is learned from: as the town's loading has read it, or as a folder that is no town."""

from dataclasses import dataclass
from pathlib import Path

from gazetteer.national_base import address_files, read_town_addresses
from kit.laid_files import Layers
from services.files.product import ADDRESSES, Marks, learned_from, marks_of
from services.town.loading import Town


@dataclass(frozen=True, slots=True)
class Lessons:
    """`files` hold the phrases; `streets` are the names of streets; `marks` fill in what phrases leave open."""

    files: Layers
    streets: tuple[str, ...]
    marks: Marks


def lessons_of(town: Town) -> Lessons:
    """Those of a loaded town: no file is read again."""
    city = town.city
    marks = Marks(city.name, city.prefix, city.country, city.insee or "")
    return Lessons(town.files, tuple(street.name for street in town.gazetteer.streets), marks)


def read_lessons(folder: Path) -> Lessons:
    """Those of a folder, which need not be a whole town: a list of codes and some phrases are enough.

    Raises kit.yaml_files.FileProblem for addresses that cannot be read.
    """
    files = learned_from(folder)
    marks = marks_of(files)
    found = read_town_addresses(address_files(files.own / ADDRESSES), marks.commune)
    return Lessons(files, tuple(street.name for street in found.streets), marks)
