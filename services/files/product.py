"""Where the product's own data stand, and a town's folder laid over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gazetteer.national_base import Commune
from kit.laid_files import Layers
from kit.yaml_files import FileProblem, read_yaml

PRODUCT = Path(__file__).parents[2] / "data"
DEMO_TOWN = PRODUCT / "towns" / "montlieu"
ADDRESSES = "addresses"
TOWN_FILE = "city.yaml"
"""The one file that every town has."""


def over_product(town: Path | Layers) -> Layers:
    """The town's folder over the product's data; of what is laid already, itself.

    The product's own folder stands for the demo town, which had its place there.
    """
    if isinstance(town, Layers):
        return town
    return Layers(PRODUCT, DEMO_TOWN if town.absolute() == PRODUCT else town)


def learned_from(folder: Path | Layers) -> Layers:
    """What there is to learn from: a town's folder over the product's, or alone a folder that says nothing of a town.

    A list of codes and some phrases are enough to learn from.
    """
    if isinstance(folder, Layers) or (folder / TOWN_FILE).is_file() or folder.absolute() == PRODUCT:
        return over_product(folder)
    return Layers(folder, folder)


_ANY_TOWN = "Bourg-la-Mairie"


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells one town from another in a sentence: its name, what its references begin with, its country."""

    name: str = ""
    prefix: str = "REF"
    country: str = "FR"
    insee: str = ""

    @property
    def commune(self) -> Commune:
        """The town as the national base of addresses knows it."""
        return Commune(self.name, self.insee)

    def filled_in(self, phrase: str) -> str:
        """A phrase of the product's files as residents of this town say it."""
        return phrase.replace("{town}", self.name or _ANY_TOWN).replace("{prefix}", self.prefix)


def marks_of(files: Layers) -> Marks:
    """The marks of the town's own file; those of no town in particular where it cannot tell them."""
    try:
        content = read_yaml(files.own / TOWN_FILE)
    except FileProblem:
        return Marks()
    told = content if isinstance(content, Mapping) else {}
    texts = {key: told.get(key) for key in ("name", "prefix", "country", "insee")}
    return Marks(**{key: text for key, text in texts.items() if isinstance(text, str) and text})
