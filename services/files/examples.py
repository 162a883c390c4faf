"""Files of what residents say, in the training format of Rasa NLU 3.1, one example a line.

`intent` blocks hold phrases, `lookup` blocks lists of words that mean one thing, such as the names of bulky objects,
`synonym` blocks how people abbreviate or misspell a word. {town} and {prefix} stand for the town's name and for what
its references begin with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.yaml_files import YamlFile
from services.files.product import Marks

_KINDS = ("intent", "lookup", "synonym")


@dataclass(frozen=True, slots=True)
class Example:
    """One line under the `name` of its block, and where it stands."""

    kind: str
    name: str
    text: str
    path: Path
    line: int


def read_examples(path: Path, marks: Marks) -> Iterator[Example]:
    """The examples of one file as residents of the marked town say them, block by block. Raises FileProblem."""
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
                yield Example(kind, str(block[kind]), marks.filled_in(text), path, line + offset)


def _blocks(file: YamlFile) -> list[Any]:
    nlu = file.content.get("nlu") if isinstance(file.content, dict) else None
    if not isinstance(nlu, list):
        raise file.problem([], "expected a list under `nlu:`")
    return nlu
