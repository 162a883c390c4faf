"""Declared intents and their phrases, in the training format of Rasa NLU 3.1, from the town's data.

`<city>/intents/<language>/*.yml` holds `intent` blocks (phrases), `lookup` blocks (lists of words that mean one thing,
such as the names of bulky objects) and `synonym` blocks (how people abbreviate or misspell a word).
Rasa reads the same files.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intents.contract import OUT_OF_SCOPE
from intents.normalise import fold, words
from kit.yaml_files import FileProblem, YamlFile

LANGUAGES = ("fr", "en")
_KINDS = ("intent", "lookup", "synonym")


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


@dataclass(frozen=True, slots=True)
class Example:
    kind: str
    name: str
    text: str
    path: Path
    line: int


def read_codes(city_dir: Path) -> tuple[str, ...]:
    """The codes of `<city>/catalogue.tsv`, in its order. Raises FileProblem when it cannot be read."""
    path = city_dir / "catalogue.tsv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(row["code"] for row in csv.DictReader(lines, delimiter="\t"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(path, None, f"the list of codes cannot be read: {error}") from None
    except KeyError:
        raise FileProblem(path, 1, "the list of codes has no column `code`") from None


def load_catalogue(city_dir: Path) -> Catalogue:
    """The town's phrases, checked against its codes.

    Raises FileProblem for an unreadable file, an unknown code, or one phrase under two intents.
    """
    codes = {*read_codes(city_dir), OUT_OF_SCOPE}
    folder = city_dir / "intents"
    phrases: list[Phrase] = []
    lookups: dict[str, list[str]] = {}
    spellings: dict[str, str] = {}
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.yml")):
            for example in read_examples(path):
                if example.kind == "intent":
                    phrases.append(_phrase(example, language, codes))
                elif example.kind == "lookup":
                    lookups.setdefault(example.name, []).append(example.text)
                else:
                    spellings[fold(example.text)] = " ".join(words(example.name, {}))
    if not phrases:
        raise FileProblem(folder, None, "no phrases found; expected <language>/*.yml")
    _refuse_contradictions(phrases)
    return Catalogue(tuple(phrases), {name: tuple(listed) for name, listed in lookups.items()}, spellings)


def codes_without_phrases(city_dir: Path, language: str) -> tuple[str, ...]:
    """The codes that nothing in a language teaches: whoever asks for them is taken for asking for something else.

    Raises FileProblem as `load_catalogue` does.
    """
    taught = {phrase.code for phrase in load_catalogue(city_dir).phrases if phrase.language == language}
    return tuple(code for code in read_codes(city_dir) if code not in taught)


def read_examples(path: Path) -> Iterator[Example]:
    """The examples of one file, block by block. Raises FileProblem."""
    file = YamlFile(path)
    for number, block in enumerate(_blocks(file)):
        kind = next((name for name in _KINDS if isinstance(block, dict) and name in block), None)
        examples = block.get("examples") if kind else None
        if kind is None or not isinstance(examples, str):
            raise file.problem(["nlu", number], f"expected one of {', '.join(_KINDS)}, with a text of examples")
        line = (file.line_of(["nlu", number, "examples"]) or 1) + 1
        for offset, said in enumerate(examples.splitlines()):
            text = said.strip().removeprefix("-").strip()
            if text:
                yield Example(kind, str(block[kind]), text, path, line + offset)


def _blocks(file: YamlFile) -> list[Any]:
    nlu = file.content.get("nlu") if isinstance(file.content, dict) else None
    if not isinstance(nlu, list):
        raise file.problem([], "expected a list under `nlu:`")
    return nlu


def _phrase(example: Example, language: str, codes: set[str]) -> Phrase:
    if example.name not in codes:
        raise FileProblem(example.path, example.line, f"{example.name} is no code of catalogue.tsv")
    return Phrase(example.text, example.name, language, example.path, example.line)


def _refuse_contradictions(phrases: list[Phrase]) -> None:
    first: dict[str, Phrase] = {}
    for phrase in phrases:
        known = first.setdefault(" ".join(fold(phrase.text).split()), phrase)
        if known.code != phrase.code:
            where = f"{known.path.parent.name}/{known.path.name}:{known.line}"
            raise FileProblem(
                phrase.path,
                phrase.line,
                f"{phrase.text!r} is an example of {phrase.code} here and of {known.code} at {where}",
            )
