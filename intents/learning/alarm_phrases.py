"""How people tell emergencies, situation by situation, and what only looks like one: the product's data, and a town's.

`alarms/<language>/*.yml` has the form of the catalogue's phrases: `intent` blocks named by a situation of
`emergency.yaml` or by `harmless`, `lookup` blocks, and `synonym` blocks for spellings by which only alarms are read.
In a phrase "[a|b|c]" stands for one of several words.
"""

import re
from collections.abc import Iterator
from itertools import cycle, islice

from intents.catalogue import LANGUAGES, Catalogue, Phrase
from intents.contract import OUT_OF_SCOPE
from intents.normalise import fold, words
from kit.laid_files import LaidFile, Layers
from kit.yaml_files import FileProblem
from services.files.examples import read_examples
from services.files.product import marks_of

HARMLESS = "harmless"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def load_alarm_phrases(files: Layers) -> Catalogue | None:
    """The phrases with situations as codes; what is harmless is `out_of_scope`. None for a town without any.

    Raises FileProblem for an unreadable file or a situation that `emergency.yaml` has not.
    """
    paths = [path for language in LANGUAGES for path in files.every(f"alarms/{language}/*.yml")]
    if not paths:
        return None
    codes, marks = _situations(files.laid("emergency.yaml")), marks_of(files)
    phrases: list[Phrase] = []
    lookups: dict[str, list[str]] = {}
    spellings: dict[str, str] = {}
    for path in paths:
        for example in read_examples(path, marks):
            if example.kind == "lookup":
                lookups.setdefault(example.name, []).append(example.text)
            elif example.kind == "synonym":
                spellings[fold(example.text)] = " ".join(words(example.name, {}))
            elif example.kind == "intent" and example.name in codes:
                code = OUT_OF_SCOPE if example.name == HARMLESS else example.name
                phrases += [
                    Phrase(text, code, path.parent.name, path, example.line) for text in spelt_out(example.text)
                ]
            else:
                raise FileProblem(path, example.line, f"{example.name} is no situation of emergency.yaml")
    taught = [phrase for phrase in phrases if not files.is_own(phrase.path)]
    known = {(phrase.text, phrase.code, phrase.language) for phrase in taught}
    # A folder that was once copied from the product repeats its phrases: none may count twice for that.
    own = (phrase for phrase in phrases if files.is_own(phrase.path))
    taught += [phrase for phrase in own if (phrase.text, phrase.code, phrase.language) not in known]
    return Catalogue(tuple(taught), {name: tuple(listed) for name, listed in lookups.items()}, spellings)


def spelt_out(text: str) -> Iterator[str]:
    """The phrases that a phrase with choices stands for: each choice is used at least once, in turn.

    Not every combination: two choices of twenty would make four hundred phrases that teach no more than twenty.
    """
    parts = _CHOICE.split(text)
    choices = [part.split("|") if position % 2 else [part] for position, part in enumerate(parts)]
    longest = max(map(len, choices))
    for said in zip(*(islice(cycle(each), longest) for each in choices), strict=True):
        yield " ".join("".join(said).split())


def _situations(file: LaidFile) -> set[str]:
    if not isinstance(file.content, list):
        raise file.problem((), "expected a list of situations")
    return {HARMLESS, *(str(item.get("code")) for item in file.content if isinstance(item, dict))}
