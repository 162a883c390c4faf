"""Declared intents and their phrases: those of the product, and those a town's folder adds.

Both stand in `intents/<language>/*.yml`, in the training format of Rasa (services/files/examples.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from intents.contract import OUT_OF_SCOPE
from intents.normalise import fold, words
from kit.laid_files import Layers
from kit.yaml_files import FileProblem
from services.files.examples import Example, read_examples
from services.files.product import marks_of
from services.files.tables import read_rows
from services.files.town_files import TownDataError

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One example of how residents say an intent, and where it stands."""

    text: str
    code: str
    language: str
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the engines learn from."""

    phrases: tuple[Phrase, ...]
    lookups: dict[str, tuple[str, ...]]
    spellings: dict[str, str]
    """Abbreviation or slip, folded -> the usual words."""


def read_codes(files: Layers) -> tuple[str, ...]:
    """The codes of the catalogue and of the services declared, in their order. Raises FileProblem."""
    listed = [code for path in files.every("catalogue.tsv") for code in _listed(path)]
    if not listed:
        raise FileProblem(files.own / "catalogue.tsv", None, "the list of codes is missing")
    return tuple(dict.fromkeys([*listed, *(path.stem for path in files.every("services/*.yaml"))]))


def _listed(path: Path) -> list[str]:
    try:
        return [row.cells["code"] for row in read_rows(path)]
    except TownDataError as error:
        raise FileProblem(path, None, f"the list of codes cannot be read: {error}") from None


def load_catalogue(files: Layers) -> Catalogue:
    """The phrases of a town's folder and of the product, checked against its codes.

    Where a town teaches a phrase of the product's as something else, the town has its say. Raises FileProblem for an
    unreadable file, an unknown code, or one phrase under two intents.
    """
    marks = marks_of(files)
    codes = {*read_codes(files), OUT_OF_SCOPE}
    phrases: dict[bool, list[Phrase]] = {False: [], True: []}
    lookups: dict[str, list[str]] = {}
    spellings: dict[str, str] = {}
    for language in LANGUAGES:
        for path in files.every(f"intents/{language}/*.yml"):
            for example in read_examples(path, marks):
                if example.kind == "intent":
                    phrases[files.is_own(path)].append(_phrase(example, language, codes))
                elif example.kind == "lookup":
                    lookups.setdefault(example.name, []).append(example.text)
                else:
                    spellings[fold(example.text)] = " ".join(words(example.name, {}))
    if not any(phrases.values()):
        raise FileProblem(files.own / "intents", None, "no phrases found; expected <language>/*.yml")
    taught = _laid(phrases[False], phrases[True])
    _refuse_contradictions(taught)
    return Catalogue(tuple(taught), {name: tuple(listed) for name, listed in lookups.items()}, spellings)


def _laid(products: list[Phrase], own: list[Phrase]) -> list[Phrase]:
    """The town's phrases after the product's, of which it has its own say on none."""
    said = {_same(phrase) for phrase in own}
    return [*(phrase for phrase in products if _same(phrase) not in said), *own]


def _same(phrase: Phrase) -> str:
    """What two phrases have in common that only look different."""
    return " ".join(fold(phrase.text).split())


def codes_without_phrases(catalogue: Catalogue, codes: Iterable[str], language: str) -> tuple[str, ...]:
    """The codes that nothing in a language teaches: whoever asks for them is taken for asking for something else."""
    taught = {phrase.code for phrase in catalogue.phrases if phrase.language == language}
    return tuple(code for code in codes if code not in taught)


def _phrase(example: Example, language: str, codes: set[str]) -> Phrase:
    if example.name not in codes:
        raise FileProblem(example.path, example.line, f"{example.name} is no code of catalogue.tsv")
    return Phrase(example.text, example.name, language, example.path, example.line)


def _refuse_contradictions(phrases: list[Phrase]) -> None:
    first: dict[str, Phrase] = {}
    for phrase in phrases:
        known = first.setdefault(_same(phrase), phrase)
        if known.code != phrase.code:
            where = f"{known.path.parent.name}/{known.path.name}:{known.line}"
            raise FileProblem(
                phrase.path,
                phrase.line,
                f"{phrase.text!r} is an example of {phrase.code} here and of {known.code} at {where}",
            )
