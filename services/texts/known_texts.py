"""What the product itself says, recognises and routes by: a town's texts are compared with it when they are loaded.

`known_texts.yaml` lists the reply keys with the values each may fill in, the word groups and the intents of the
dialogue. `python -m scripts.known_texts` writes it anew from the product's own data; a test compares both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from kit.catalogues import SHORT
from kit.laid_files import LaidFile
from kit.wording import Text, values_of
from kit.yaml_files import read_yaml

PATH = Path(__file__).with_name("known_texts.yaml")


@dataclass(frozen=True, slots=True)
class KnownTexts:
    """`replies`: the values that a key may fill in, by key."""

    replies: Mapping[str, frozenset[str]]
    word_groups: frozenset[str]
    intents: frozenset[str]


@cache
def known_texts() -> KnownTexts:
    """The product's list."""
    content = read_yaml(PATH)
    return KnownTexts(
        replies={key: frozenset(values.split()) for key, values in content["replies"].items()},
        word_groups=frozenset(content["word_groups"]),
        intents=frozenset(content["intents"]),
    )


def strange_values(key: str, text: Text) -> str | None:
    """What a reply fills in though nobody gives it, as a sentence; None where it is as it should be."""
    filled = known_texts().replies[key.removesuffix(SHORT)]
    strange = sorted(values_of(text) - filled)
    if not strange:
        return None
    names = ", ".join(f"{{{name}}}" for name in sorted(filled))
    offered = f"this text may say {names}" if names else "this text fills in nothing"
    return f"{{{strange[0]}}} is filled in by nobody; {offered}"


def missing_words(path: Path, groups: Iterable[str]) -> Iterator[str]:
    """Word groups that the dialogue looks for and that are there no more."""
    missing = sorted(known_texts().word_groups - set(groups))
    if missing:
        yield f"{path}: missing: {', '.join(missing)}; the dialogue looks for each of these word groups: keep them"


def unused_words(file: LaidFile, groups: Iterable[str]) -> Iterator[str]:
    """Word groups that nothing looks for."""
    known = known_texts().word_groups
    for group in sorted(set(groups) - known):
        yield str(file.problem(("groups", group), f"nothing uses this word group; {advice(group, known)}"))


def advice(name: str, known: Iterable[str]) -> str:
    """What to do with a name that nobody knows."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else "take it out"
