"""Addresses and crossings, by the grammar of French addresses and a plain list of the town's street names.

A number, the kind of street, a name: "12 bis rue de la République". A name of the list is recognised with slips,
without accents and abbreviated; of an unknown street the grammar tells where the name ends.
Values: "12 bis|rue de la République", "|rue Pasteur" without number, "rue A|rue B" for a crossing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gazetteer.place_value import PlaceValue
from gazetteer.street_words import KINDS
from intents.contract import Entity
from intents.entities.spans import Spans
from intents.entities.street_names import COMMON_NOUNS, Found, StreetNames, unknown_name

_ALIASES = sorted((alias.replace(" ", "[ -]") for alias in KINDS), key=len, reverse=True)
_KIND = rf"(?:{'|'.join(_ALIASES)})"
_SUFFIX = r"(?:\s?(?:bis|ter|quater)\b|\s?[a-d]\b(?!'))?"
_GAP = r"\s{0,9}"
"""Blanks between the parts of an address: without a bound three gaps side by side share out a thousand of them."""
_NUMBER = rf"\d{{1,4}}{_SUFFIX}"
_JOINED = r"(?:\s?(?:-|/|et|a|and|to)\s?\d{1,4}(?:\s?(?:bis|ter|quater)\b)?)?"
_START = re.compile(
    rf"(?:(?<![\w/.,€-])(?P<number>{_NUMBER}){_JOINED}\s{{0,2}},?\s{{0,2}}(?:(?:de|sur) (?:la |l')?|du |des |d')?)?"
    # Right after its number a kind needs no blank: "24R Pasteur".
    rf"(?(number)(?<![a-z-])|(?<![\w-]))(?P<great>(?:grande?|gr?de?) )?(?P<kind>{_KIND}s?)(?![\w-])(?P<dot>\.?)"
)
BEFORE_A_STREET = re.compile(
    rf"(?:[ -](?:bis|ter|quater))?,? (?:(?:de|sur) (?:la |l')?|du |des |d')?(?:grande? )?{_KIND}(?![\w-])"
)
"""What follows a house number said in words: "au douze bis de la rue de Paris"."""
_WITHOUT_NUMBER = frozenset(
    "rue avenue boulevard allee impasse place chemin quai square ruelle rue route cours faubourg venelle sentier "
    "esplanade promenade passage r av ave bd bld blvd bvd boul all imp pl sq fbg fg rte chem".split()
) | {"rond point"}
_PLURALS = {"rues": "rue", "avenues": "avenue", "boulevards": "boulevard", "places": "place"}
_BEFORE = (
    "(?:au|en face du|face au|devant le|derriere le|a cote du|pres du|pas loin du|proche du|vers le|entre le"
    "|a (?:la )?hauteur du|au niveau du|at|near|opposite|outside|in front of|by|beside|next to|facing|across from)"
)
_NUMBER_AFTER = re.compile(
    rf"{_GAP},?{_GAP}(?:(?:{_BEFORE} )?(?:n[°ºo]\.?|num(?:ero|ber|\.)?|no\.?){_GAP}|{_BEFORE}\s)(?P<number>{_NUMBER})"
    r"(?![\w:/,.]*\d)(?!\s?(?:h\b|heures|euros|€|%|km|metres|m\b))"
    rf"(?!,?{_GAP}(?:(?:de|sur) (?:la |l')?|du |des )?{_KIND}(?![\w-]))"  # "la rue déborde devant le 12 rue de Paris"
    rf"|\s(?P<last>{_NUMBER}){_GAP}(?:$|[,.;?!])"
)
_MEASURE = re.compile(r"\s(?:metres?|meters?|feet|foot|inch(?:es)?|yards?|miles?|km)(?!\w)")
"""What follows "12 square" where it is no street but a size."""

_CROSSING_CUE = re.compile(
    r"\b(?:angle|coin|croisement|croisee|carrefour|intersection|corner|crossing|junction|crossroads?)\b"
)
_MEETS = r"(?:qui )?(?:croise|coupe|rejoint|rencontre|traverse|debouche (?:sur|dans)|meets|crosses|joins|cuts)"
_BETWEEN = re.compile(
    rf"{_GAP},?{_GAP}"
    rf"(?:(?:/|x|&|-|et|and|avec|with|{_MEETS}|angle"
    r"|(?:a l'|au |at the )?(?:angle|coin|corner|croisement|intersection))"
    rf"{_GAP})+(?:(?:avec|de|of|with)\s+)?(?:(?:de\s+)?(?:la\s|l')|le\s|du\s|the\s|d')?{_GAP}"
)
_TOUCHING = re.compile(rf"/|\bx\b|&|{_MEETS}|angle|coin|corner|croisement|intersection")


_MOST = 12
"""Words for a street looked at in one text, so that no text is slow."""


@dataclass(frozen=True, slots=True)
class _Mention:
    number: str
    street: str
    start: int
    end: int


class AddressFinder:
    """Finds addresses, with the help of the town's street names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = StreetNames(names)

    def find(self, spans: Spans) -> Iterator[Entity]:
        mentions = list(self._mentions(spans))
        position = 0
        while position < len(mentions):
            mention = mentions[position]
            following = mentions[position + 1] if position + 1 < len(mentions) else None
            if following and _crosses(spans.folded, mention, following):
                value = str(PlaceValue(mention.street, other=following.street))
                yield spans.entity("intersection", value, mention.start, following.end)
                position += 2
                continue
            value = str(PlaceValue(mention.street).at(mention.number))
            yield spans.entity("address", value, mention.start, mention.end)
            position += 1

    def _mentions(self, spans: Spans) -> Iterator[_Mention]:
        position = 0
        for _ in range(_MOST):
            match = _START.search(spans.folded, position)
            if match is None:
                return
            mention = self._mention(spans, match)
            position = mention.end if mention else match.end("kind")
            if mention:
                yield mention
                if match["kind"] in _PLURALS:
                    other = self._second_of_plural(spans, mention, _PLURALS[match["kind"]])
                    if other:
                        yield other
                        position = other.end

    def _mention(self, spans: Spans, match: re.Match[str]) -> _Mention | None:
        kind = _PLURALS.get(match["kind"], match["kind"]).replace("-", " ")
        if kind not in KINDS or _MEASURE.match(spans.folded, match.end()):
            return None
        number = _spelt(match["number"])
        found = self._great(match) or self._names.at(spans, kind, match.end())
        if found is None and (number or kind in _WITHOUT_NUMBER):
            found = unknown_name(spans, KINDS[kind], match.end(), numbered=bool(number))
            found = found or _numbered_after(spans, KINDS[kind], match.end())
        is_doubtful = len(match["kind"]) < 3 or match["kind"] == "all"  # "All Saints' Day" is no avenue
        if found is None or (not number and is_doubtful and not match["dot"] and not found.known):
            return None
        start = match.start("number") if number else match.start("great") if match["great"] else match.start("kind")
        end = found.end
        if not number and (after := _NUMBER_AFTER.match(spans.folded, end)):
            number, end = _spelt(after["number"] or after["last"]), after.end("number" if after["number"] else "last")
        return _Mention(number, found.name, start, end)

    def _great(self, match: re.Match[str]) -> Found | None:
        """ "Grande Rue", "GDE RUE": the one street whose kind comes last; known or not where a number stands before."""
        if not match["great"]:
            return None
        known = self._names.whole(f"{match['great']}{match['kind']}", match.end())
        is_the_street = match["number"] and KINDS.get(match["kind"]) == "rue"
        return known or (Found("Grande Rue", match.end(), known=False) if is_the_street else None)

    def _second_of_plural(self, spans: Spans, first: _Mention, kind: str) -> _Mention | None:
        """ "des rues Pasteur et Carnot": the second name has no kind of its own."""
        link = re.compile(r"\s*(?:et|and|/|&)\s+(?:(?:de )?(?:la |l')|du |des |d'|de )?").match(spans.folded, first.end)
        if link is None:
            return None
        found = self._names.at(spans, kind, link.end()) or unknown_name(spans, kind, link.end(), numbered=True)
        return _Mention("", found.name, link.end(), found.end) if found else None


def _numbered_after(spans: Spans, kind: str, start: int) -> Found | None:
    """ "rue hoche 5": a small name nobody knows is a street's where a house number ends it."""
    found = unknown_name(spans, kind, start, numbered=True) if kind not in COMMON_NOUNS else None
    return found if found is not None and _NUMBER_AFTER.match(spans.folded, found.end) else None


def _spelt(number: str | None) -> str:
    """ "12bis" as "12 bis"; no number as an empty text."""
    if not number:
        return ""
    match = re.fullmatch(r"0*(\d+)\s*([a-z]*)", number.strip())
    assert match is not None
    return f"{match[1]} {match[2]}".strip()


def _crosses(text: str, first: _Mention, second: _Mention) -> bool:
    """Whether two streets stand side by side as a crossing: a word for it before them, or a sign between."""
    if first.number or second.number:
        return False
    between = text[first.end : second.start]
    if not _BETWEEN.fullmatch(between) and between.strip(" ,") not in ("et", "and", ""):
        return bool(_CROSSING_CUE.search(between)) and len(between) < 30
    return bool(_TOUCHING.search(between) or _CROSSING_CUE.search(text, max(0, first.start - 40), first.start))
