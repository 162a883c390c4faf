"""Number plates, typed or dictated: "AB-123-CD", "alpha bravo 123 charlie delta", "A comme Alain, B comme Bernard ...".

They are read in a text with its numbers in figures (intents.entities.digits).
"""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import Spans

_LETTERS = r"[a-hj-np-tv-z]{2}"
_BETWEEN = r"(?P<{0}>[ \-–‑./_]?)"
_PLATE = re.compile(
    rf"(?<![\w-])(?P<head>{_LETTERS}){_BETWEEN.format('first')}(?P<figures>\d{{3}}){_BETWEEN.format('second')}"
    rf"(?P<tail>{_LETTERS})(?![\w-])"
)
_OLD_PLATE = re.compile(r"(?<![\w-])(\d{1,4})([ -]?)([a-z]{2,3})([ -]?)(\d{2}|2a|2b|97\d)(?![\w-])")
_PLATE_CUE = re.compile(r"\b(?:plaque|immatricul\w+|matricule|vehicule|voiture|plate|registration|car|number plate)\b")
_ALPHABET = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel juliett juliet kilo lima mike november papa quebec romeo "
    "sierra tango victor whiskey whisky xray x-ray yankee zulu"
).split()
"""The radio's words for the letters of a plate: India, Oscar and Uniform stand for none."""
_APART = r"[ ,.\-–]{0,2}(?:(?:tiret|trait|dash|hyphen|espace|space)[ ,]{1,2})?"
_LETTER = rf"(?:{'|'.join(_ALPHABET)}|[a-hj-np-tv-z](?: (?:comme|as in|for|like) [a-z]{{2,15}})?)(?![a-z])"
_PAIR = rf"(?:{_LETTER}{_APART}{_LETTER}|{_LETTERS}(?![a-z]))"
_DICTATED = re.compile(
    rf"(?<![\w-])(?P<head>{_PAIR}){_APART}(?P<figures>\d{_APART}\d{_APART}\d){_APART}(?P<tail>{_PAIR})(?![\w-])"
)
_EXPLAINED = re.compile(r" (?:comme|as in|for|like) [a-z]+")
_SPOKEN = re.compile(rf"\b(?:{'|'.join(_ALPHABET)}|comme|as in|for|like|tiret|trait|dash|hyphen)\b")


def find_plates(spans: Spans) -> Iterator[Entity]:
    """Plates of the present form anywhere; of the form before 2009 too; dictated ones after both.

    With blanks between its parts a plate looks like "le 123 av": it must then be in capitals or named as a plate.
    """
    for match in _PLATE.finditer(spans.folded):
        if _is_meant(spans, match, {match["first"], match["second"]}):
            yield _plate(spans, match, match["head"], match["figures"], match["tail"])
    for match in _OLD_PLATE.finditer(spans.folded):
        if match[3].isalpha() and _is_meant(spans, match, {match[2], match[4]} | {" "}):
            yield spans.entity("plate", f"{match[1]} {match[3]} {match[5]}".upper(), match.start(), match.end())
    for match in _DICTATED.finditer(spans.folded):
        if _SPOKEN.search(match[0]) or _is_meant(spans, match, {" "}):
            figures = "".join(filter(str.isdigit, match["figures"]))
            yield _plate(spans, match, _pair(match["head"]), figures, _pair(match["tail"]))


def _plate(spans: Spans, match: re.Match[str], head: str, figures: str, tail: str) -> Entity:
    return spans.entity("plate", f"{head}-{figures}-{tail}".upper(), match.start(), match.end())


def _pair(said: str) -> str:
    """The two letters of a dictated pair."""
    words = re.findall(r"x-ray|[a-z]+", _EXPLAINED.sub("", said))
    kept = [word for word in words if word not in ("tiret", "trait", "dash", "hyphen", "espace", "space")]
    return kept[0] if len(kept) == 1 else "".join(word[0] for word in kept)


def _is_meant(spans: Spans, match: re.Match[str], separators: set[str]) -> bool:
    if " " not in separators and len(separators) == 1:
        return True
    if _PLATE_CUE.search(spans.folded, max(0, match.start() - 40), match.start()):
        return True
    groups = ("head", "tail") if "head" in match.re.groupindex else (3,)
    letters = "".join(spans.typed(match.start(group), match.end(group)) for group in groups)
    return all(letter.isupper() for letter in letters if letter.isalpha()) and "-" not in separators
