"""Case, accents, abbreviations, SMS spelling: what makes two ways of typing one thing look alike.

Deliberately conservative: nothing here guesses a meaning, the classifier does.
"""

import re
import unicodedata
from collections.abc import Mapping

MAX_CHARACTERS = 600
"""Only the beginning of a long text is classified, so that its length cannot be used to slow the town down."""

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "€": " euro "}
)
_TOKEN = re.compile(r"[a-z0]+|[?!]")
_DIGITS = re.compile(r"[0-9]+")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def fold(text: str) -> str:
    """Lower case without accents; typographic apostrophes become plain. Letters of other scripts disappear."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return unicodedata.normalize("NFKD", lowered.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")


def words(text: str, spellings: Mapping[str, str]) -> list[str]:
    """The words of a text in their usual spelling: numbers become "0", "?" and "!" stay, "ouiii" becomes "oui"."""
    folded = _DRAWN_OUT.sub(r"\1", _DIGITS.sub("0", fold(text[:MAX_CHARACTERS])))
    found: list[str] = []
    for word in _TOKEN.findall(folded):
        usual = spellings.get(word)
        if usual is None:
            found.append(word)
        else:
            found.extend(usual.split())
    return found
