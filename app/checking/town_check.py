"""Everything that is wrong in a town's folder, at once: one sentence a mistake, with file, line and remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from app.configuration.configured_channels import read_channels
from app.configuration.settings import Settings, SettingsInvalid
from app.pages.faces import face_words
from app.pages.town_pages import heavy_pictures, lay_page_words
from intents.catalogue import load_catalogue
from intents.learning.alarm_phrases import load_alarm_phrases
from kit.laid_files import Layers
from kit.wording import LANGUAGES
from kit.yaml_files import FileProblem
from services.files.product import ADDRESSES, PRODUCT, TOWN_FILE
from services.files.town_files import TownDataError
from services.town.parts import Parts, read_parts
from services.town.start import START, unset_places

FEWEST_PHRASES = {"fr": 30, "en": 15}
"""Sentences by which a service is understood: docs/adding-a-service.md."""
_READ_TOO = ("channels.yaml", "demo/staff.yaml", "demo/conversations.yaml", f"{ADDRESSES}/places.yaml")
_SUFFIXES = {"services": (".yaml",), ADDRESSES: (".csv", ".gz", ".ndjson")}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: `faults` keep the town from starting, `told` has no say or is missing, and should be mended."""

    parts: Parts
    faults: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def mistakes(self) -> tuple[str, ...]:
        """All of them, each once, in the order of files and lines."""
        return tuple(sorted(dict.fromkeys((*self.faults, *self.told)), key=_by_place))


def check_town(files: Layers, settings: Settings) -> Checked:
    """Reads and compares all that the town's folder says."""
    parts = read_parts(files)
    faults = list(parts.faults)
    for read in (load_catalogue, load_alarm_phrases):
        faults += _problems(lambda read=read: read(files) and None)  # type: ignore[misc]
    faults += _channels(files, settings)
    told = [*parts.told, *_page_words(parts, faults), *heavy_pictures(files), *_unread(files), *_unset(files)]
    if not faults:
        told += _few_phrases(parts)
    return Checked(parts, tuple(faults), tuple(told))


def _by_place(sentence: str) -> tuple[str, int, str]:
    path, _, rest = sentence.partition(":")
    line = rest.partition(":")[0]
    return path, int(line) if line.isdigit() else 0, rest


def _problems(read: Callable[[], object]) -> list[str]:
    try:
        read()
    except (FileProblem, TownDataError, SettingsInvalid) as error:
        return str(error).splitlines()
    return []


def _channels(files: Layers, settings: Settings) -> list[str]:
    return _problems(lambda: read_channels(settings.model_copy(update={"city_dir": files.own})))


def _page_words(parts: Parts, faults: list[str]) -> list[str]:
    try:
        return lay_page_words(parts.files, face_words("portal", LANGUAGES))[1]
    except FileProblem as problem:
        faults.append(str(problem))
        return []


def _unset(files: Layers) -> Iterator[str]:
    """What the start says for want of anything better."""
    if (files.own / TOWN_FILE).is_file():
        for line, mark in unset_places(files.own):
            yield f"{files.own / TOWN_FILE}:{line}: {mark} is the start's example; write the town's own"


def _few_phrases(parts: Parts) -> Iterator[str]:
    """Services of the town's own that nobody would be understood to ask for."""
    phrases = load_catalogue(parts.files).phrases
    languages = parts.city.languages if parts.city else ()
    for path in sorted((parts.files.own / "services").glob("*.yaml")):
        for language in languages:
            known = sum(phrase.code == path.stem and phrase.language == language for phrase in phrases)
            if known < FEWEST_PHRASES.get(language, 0):
                yield (
                    f"{path}: {known} sentences teach {path.stem} in {language}, and it takes "
                    f"{FEWEST_PHRASES[language]}: write more in intents/{language}/"
                )


def _unread(files: Layers) -> Iterator[str]:
    """Files that nothing reads: a misspelt name is otherwise silence."""
    known = _known_names(files)
    for path in sorted(files.own.rglob("*")):
        name = path.relative_to(files.own).as_posix()
        if path.is_file() and name not in known and not _is_read(name):
            near = get_close_matches(name, known, n=1)
            yield f"{path}: nothing reads this file; {f'did you mean {near[0]}?' if near else 'take it away'}"


def _known_names(files: Layers) -> set[str]:
    product = {path.name for path in PRODUCT.glob("*.*")}
    pages = {f"pages.{language}.yaml" for language in LANGUAGES}
    start = {path.relative_to(START / "fr").as_posix() for path in (START / "fr").rglob("*.*")}
    return product | pages | start | set(_READ_TOO)


def _is_read(name: str) -> bool:
    """Files of folders that are read whole, pictures, and what is hidden or a town's own note."""
    path = Path(name)
    if any(part.startswith(".") for part in path.parts) or path.suffix in {".md", ".txt", ".py"}:
        return True
    if len(path.parts) == 1:
        return path.stem in {"logo", "favicon"}
    if path.parts[0] in {"intents", "alarms"}:
        return len(path.parts) == 3 and path.parts[1] in LANGUAGES and path.suffix == ".yml"
    return len(path.parts) == 2 and path.suffix in _SUFFIXES.get(path.parts[0], ())
