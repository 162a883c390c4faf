"""What the assistant says: the product's `replies.<language>.yaml` with a town's own texts laid over it.

A key in `.sms` is the short form of its key.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kit.catalogues import SHORT, Catalogue, Wordings, read_texts, with_short_forms
from kit.laid_files import Layers
from kit.wording import LANGUAGES, Text
from kit.yaml_files import YamlFile
from services.texts.known_texts import advice, known_texts, strange_values


def load_replies(files: Layers) -> tuple[Wordings, list[str]]:
    """The texts of all languages, and a sentence for each own text that cannot be said.

    In its place the product's is said: a release may ask for other values, and must not silence a town.
    Raises kit.yaml_files.FileProblem for an unreadable file.
    """
    catalogues: dict[str, Catalogue] = {}
    told: list[str] = []
    for language in LANGUAGES:
        name = f"replies.{language}.yaml"
        said = read_texts(files.product / name, language)
        if files.own != files.product and (files.own / name).is_file():
            own = read_texts(files.own / name, language)
            strange = dict(_strange(own))
            told += _told(files.own / name, strange)
            said |= {key: text for key, text in own.items() if key not in strange}
        catalogues[language] = with_short_forms(said)
    return Wordings(catalogues), told


def _strange(own: Mapping[str, Text]) -> Iterator[tuple[str, str]]:
    known = known_texts().replies
    for key, text in own.items():
        if key.removesuffix(SHORT) not in known:
            yield key, f"nothing uses this reply; {advice(key, known)}"
        elif sentence := strange_values(key, text):
            yield key, f"{sentence}; until it is mended the product's own text is said"


def _told(path: Path, strange: Mapping[str, str]) -> list[str]:
    """The sentences with their lines: a dotted key stands as it is, or as keys within keys."""
    file = YamlFile(path) if strange else None
    found = []
    for key, sentence in strange.items():
        if file is not None:
            stands = file.line_of((key,)) is not None
            found.append(str(file.problem((key,) if stands else key.split("."), sentence)))
    return found
