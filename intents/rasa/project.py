"""Writes a Rasa 3.6 project of the town's phrases: `rasa data validate` and `rasa train` take it as it is.

French and English stand in one project: the words differ enough to tell them apart, Rasa's pipeline depends on no
language, and a second model would cost a second gigabyte and the choice, before a word is understood, of whom to ask.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from intents.catalogue import Catalogue, Phrase
from intents.entities.finding import EntityFinder
from intents.rasa.listening import text_for_rasa
from kit.yaml_files import FileProblem

MARK = "# Written by `guichet intents export-rasa`; the next export writes it anew."
MODEL_PREFIX = "guichet-"
"""What the name of a model of an exported project begins with; the rest is a hash of what it learns."""

_PIPELINE = Path(__file__).with_name("pipeline.yaml")
_FORMAT = 'version: "3.1"'
_LEGAL = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_LEARNED_ON = date(2026, 1, 1)
"""What "demain" counts from: Rasa only learns that a date is named, never which."""
_LEAST = 2
"""Examples of an intent: Rasa learns nothing from fewer."""
_READINGS, _FEWEST_ROUNDS, _MOST_ROUNDS = 150_000, 10, 60
"""How often examples are read in one training, all together, and the bounds of the rounds that this makes."""


@dataclass(frozen=True, slots=True)
class RasaProject:
    """The files of a project by their place in its folder, and the name of the model they give."""

    files: Mapping[str, str]
    model_name: str

    def write(self, folder: Path) -> None:
        """Writes the files. Raises FileProblem where one of that name is not of an earlier export."""
        for name in self.files:
            _refuse_foreign(folder / name)
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def build_project(catalogue: Catalogue, finder: EntityFinder) -> RasaProject:
    """The project of a town's phrases. `finder` tells the names and numbers that Rasa is not shown.

    Raises FileProblem for a code that cannot be an intent's name there, or one with a single phrase.
    """
    heard = _heard(catalogue.phrases, finder, catalogue.spellings)
    domain = "\n".join([MARK, _FORMAT, "intents:", *(f"- {code}" for code in heard), ""])
    examples = "\n".join([MARK, _FORMAT, "nlu:", *(_block(code, texts) for code, texts in heard.items())])
    rounds = _READINGS // sum(map(len, heard.values()))
    pipeline = _PIPELINE.read_text(encoding="utf-8").format(epochs=min(max(rounds, _FEWEST_ROUNDS), _MOST_ROUNDS))
    digest = hashlib.sha256("\0".join([domain, examples, pipeline]).encode()).hexdigest()[:12]
    name = f"{MODEL_PREFIX}{digest}"
    config = "\n".join([MARK, f"assistant_id: {name}", pipeline])
    return RasaProject({"config.yml": config, "domain.yml": domain, "data/nlu.yml": examples}, name)


def _heard(phrases: Iterable[Phrase], finder: EntityFinder, spellings: Mapping[str, str]) -> dict[str, list[str]]:
    """What Rasa is to learn of each code, each text once: two phrases may differ only in a name."""
    owner: dict[str, str] = {}
    first: dict[str, Phrase] = {}
    for phrase in phrases:
        _refuse_name(first.setdefault(phrase.code, phrase))
        text = text_for_rasa(phrase.text, finder.find(phrase.text, _LEARNED_ON), spellings)
        if text:
            owner.setdefault(text, phrase.code)
    heard: dict[str, list[str]] = {code: [] for code in first}
    for text, code in owner.items():
        heard[code].append(text)
    for code, texts in heard.items():
        if len(texts) < _LEAST:
            raise FileProblem(first[code].path, first[code].line, f"{code} needs {_LEAST} different phrases at least")
    return heard


def _refuse_name(phrase: Phrase) -> None:
    if not _LEGAL.fullmatch(phrase.code):
        raise FileProblem(phrase.path, phrase.line, f"{phrase.code!r} cannot be the name of an intent in Rasa")


def _block(code: str, texts: Iterable[str]) -> str:
    return "\n".join([f"- intent: {code}", "  examples: |", *(f"    - {text}" for text in texts), ""])


def _refuse_foreign(path: Path) -> None:
    """A folder that somebody else's project stands in is left as it is."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        if file.readline().rstrip("\n") != MARK:
            raise FileProblem(path, 1, "is not of an earlier export; give another folder")
