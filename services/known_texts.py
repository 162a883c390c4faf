"""What the product itself says, recognises and routes by: a town's texts are compared with it when they are loaded.

`known_texts.yaml` lists the reply keys with the values each may fill in, the word groups and the intents of the
dialogue. `python -m scripts.known_texts` writes it anew from the product's own data; a test compares both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter

from kit.words import Catalogue, Entry
from kit.yaml_files import YamlFile, read_yaml

PATH = Path(__file__).with_name("known_texts.yaml")
SHORT = ".sms"
"""A key with this ending is the short form of its key; any key may have one."""


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


def values_of(entry: Entry) -> frozenset[str]:
    """The names a text fills in; those of all its forms for a plural, `count` included."""
    texts = [entry] if isinstance(entry, str) else [*entry.values(), "{count}"]
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None)


def reply_faults(path: Path, replies: Catalogue) -> Iterator[str]:
    """Replies that the assistant needs and the file lacks, keys nobody asks for, values nobody fills in."""
    known = known_texts().replies
    yield from _differences(path, "reply", known, {key.removesuffix(SHORT) for key in replies})
    for key, entry in replies.items():
        filled = known.get(key.removesuffix(SHORT))
        for strange in sorted(values_of(entry) - filled) if filled is not None else ():
            yield _problem(path, (key,), f"{{{strange}}} is filled in by nobody; {_offered(filled or ())}")


def _offered(values: Iterable[str]) -> str:
    names = ", ".join(f"{{{name}}}" for name in sorted(values))
    return f"this text may say {names}" if names else "this text fills in nothing"


def word_faults(path: Path, groups: Iterable[str]) -> Iterator[str]:
    """Word groups that the dialogue looks for and the file lacks, and groups that nothing looks for."""
    yield from _differences(path, "word group", known_texts().word_groups, set(groups), within=("groups",))


def intent_faults(path: Path, codes: Iterable[str]) -> Iterator[str]:
    """Intents of the dialogue that the catalogue lacks; its services are the town's own."""
    for code in sorted(known_texts().intents - set(codes)):
        yield f"{path}: the row {code} is missing; the dialogue goes by it: take it from the product's catalogue.tsv"


def _differences(
    path: Path, what: str, known: Iterable[str], found: set[str], within: tuple[str, ...] = ()
) -> Iterator[str]:
    known = set(known)
    missing = sorted(known - found)
    if missing:
        yield f"{path}: missing: {', '.join(missing)}; take each {what} from the product's own file"
    for name in sorted(found - known):
        near = get_close_matches(name, known - found, n=1)
        advice = f"did you mean `{near[0]}`?" if near else "take it out"
        yield _problem(path, (*within, name), f"nothing uses this {what}; {advice}")


def _problem(path: Path, keys: tuple[str, ...], problem: str) -> str:
    """The fault with its line: a dotted key stands as it is, or as keys within keys."""
    file = YamlFile(path)
    stands = file.line_of(keys) is not None or not keys
    return str(file.problem(keys if stands else tuple(".".join(keys).split(".")), problem))
