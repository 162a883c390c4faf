"""What is said of a town's mistakes, in French too: `plain_words.yaml` pairs each sentence with its French.

The sentences stand in English where they are made, so that a log reads the same everywhere. `{names}` in a pair stand
for whatever a sentence fills in; a sentence without a pair stays in English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import Pattern

from kit.typography import typography
from kit.yaml_files import read_yaml

PATH = Path(__file__).with_name("plain_words.yaml")
_HOLE = re.compile(r"\\\{([a-z_]+)\\\}")


@dataclass(frozen=True, slots=True)
class _Pair:
    said: Pattern[str]
    french: str

    def told(self, sentence: str) -> str | None:
        """The sentence with its end said in French, or None where it does not end so."""
        match = self.said.search(sentence)
        if match is None:
            return None
        words: Mapping[str, str] = match.groupdict()
        return f"{sentence[: match.start()]}{match['before']}{self.french.format_map(words)}"


@cache
def _pairs(part: str) -> tuple[_Pair, ...]:
    return tuple(_pair(english, french) for english, french in read_yaml(PATH)[part].items())


def _pair(english: str, french: str) -> _Pair:
    written = re.escape(english).replace(r"\ ", " ")
    # What a sentence begins with is no file, line or key before it.
    written = _HOLE.sub(r"(?P<\1>(?:(?!: ).)+?)", written, count=1) if english.startswith("{") else written
    pattern = _HOLE.sub(r"(?P<\1>.+?)", written)
    start = "(?P<before>)" if english[0] in " ;" else r"(?P<before>^|: )"
    return _Pair(re.compile(f"{start}{pattern}$", re.DOTALL), typography(french, "fr"))


def in_language(sentence: str, language: str) -> str:
    """A sentence about a town's file, which keeps its file, line and keys."""
    if language != "fr":
        return sentence
    ends: list[str] = []
    shortened = True
    while shortened:
        shortened = False
        for pair in _pairs("endings"):
            match = pair.said.search(sentence)
            if match:
                ends.insert(0, pair.french.format_map(match.groupdict()))
                sentence, shortened = sentence[: match.start()], True
    told = next((found for pair in _pairs("sentences") if (found := pair.told(sentence))), sentence)
    return "".join([told, *ends])
