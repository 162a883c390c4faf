"""What a town changes of the pages: its logo, its icon, and the residents' words in `pages.<language>.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kit.catalogues import Catalogue, Wordings, read_catalogue
from kit.laid_files import Layers
from kit.yaml_files import YamlFile
from services.texts.known_texts import advice

LARGEST_PICTURE = 200_000
"""Bytes: a logo that weighs more makes every page wait."""
_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
}
_SERVICES = "services."
_OF_SERVICE = ("title", "hint", "phrase")


@dataclass(frozen=True, slots=True)
class TownPictures:
    """The town's own pictures; `icon` is the product's mark where the town has none."""

    logo: Path | None
    icon: Path | None

    @property
    def assets(self) -> dict[str, bytes]:
        """Their contents, by the name they have among the static files."""
        return {_asset_name(path): path.read_bytes() for path in (self.logo, self.icon) if path is not None}

    def named(self) -> dict[str, str | None]:
        """What templates ask for: the names of logo and icon, and the icon's type."""
        return {
            "town_logo": _asset_name(self.logo) if self.logo else None,
            "town_icon": _asset_name(self.icon) if self.icon else "mark.svg",
            "town_icon_type": _TYPES[self.icon.suffix if self.icon else ".svg"],
        }


def _asset_name(path: Path) -> str:
    return f"town-{path.name}"


def find_pictures(files: Layers) -> TownPictures:
    """`logo.*` and `favicon.*` of the town's folder."""

    def find(stem: str) -> Path | None:
        found = (files.own / f"{stem}{suffix}" for suffix in _TYPES)
        return next((path for path in found if path.is_file()), None)

    return TownPictures(find("logo"), find("favicon"))


def heavy_pictures(files: Layers) -> Iterator[str]:
    """A sentence for each picture that is too heavy for pages on a telephone."""
    pictures = find_pictures(files)
    for path in (pictures.logo, pictures.icon):
        if path is not None and path.stat().st_size > LARGEST_PICTURE:
            size, most = path.stat().st_size // 1000, LARGEST_PICTURE // 1000
            yield f"{path}: {size} kB; every page waits for it, so make it {most} kB at most"


def lay_page_words(files: Layers, words: Wordings) -> tuple[Wordings, list[str]]:
    """The words of the residents' pages with the town's own laid over them, and a sentence for each without say.

    Raises kit.yaml_files.FileProblem for a file that cannot be read.
    """
    laid, told = {}, []
    for language, catalogue in words.catalogues.items():
        path = files.own / f"pages.{language}.yaml"
        own = read_catalogue(path, language) if path.is_file() else {}
        strange = dict(_strange(own, catalogue))
        told += _told(path, strange)
        laid[language] = {**catalogue, **{key: phrase for key, phrase in own.items() if key not in strange}}
    return Wordings(laid), told


def _strange(own: Catalogue, known: Catalogue) -> Iterator[tuple[str, str]]:
    for key, phrase in own.items():
        if key not in known:
            if not (key.startswith(_SERVICES) and key.rpartition(".")[2] in _OF_SERVICE):
                yield key, f"no page says this; {advice(key, known)}"
        elif strange := sorted(phrase.values() - known[key].values()):
            yield key, f"{{{strange[0]}}} is filled in by nobody; until it is mended the product's own text is shown"


def _told(path: Path, strange: Mapping[str, str]) -> list[str]:
    file = YamlFile(path) if strange else None
    return [str(file.problem(key.split("."), sentence)) for key, sentence in strange.items() if file is not None]
