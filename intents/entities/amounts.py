"""Sums of money (in cents) and counts of things, in a text with its numbers in figures (intents.entities.digits)."""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import Spans

_BLANK = r"[ \u00a0\u202f]"
_SUM = (
    rf"(?P<{{0}}>\d{{{{1,3}}}}(?:(?:{_BLANK}|\.|,(?=\d{{{{3}}}}(?!\d)))\d{{{{3}}}})+|\d{{{{1,7}}}})"
    r"(?:[.,](?P<{0}_cents>\d{{1,2}}))?"
)
_CENTS = (
    rf"(?:{_BLANK}?(?:et |and )?(?P<extra>\d{{1,2}})(?:{_BLANK}(?:centimes?|cents?)\b|(?<=\d\d)(?![\w%]|[/.,:]\d)))?"
)
_MONEY = re.compile(
    rf"(?<![\w.,]){_SUM.format('sum')}{_BLANK}?(?P<thousands>k(?={_BLANK}?(?:€|e\b|euros?\b)))?{_BLANK}?"
    rf"(?:d')?(?:€|euros?\b|eur\b|balles\b){_CENTS}"
    rf"|(?:€|\beur){_BLANK}?{_SUM.format('prefixed')}(?!\w)"
    rf"|(?<![\w.,])(?P<short>\d{{1,5}})e(?P<short_cents>\d{{2}})(?!\w)"
    rf"|(?<![\w.,])(?P<coins>\d{{1,3}}){_BLANK}?(?:centimes?|cents?)\b"
    rf"|(?<![\w.,])(?P<grand>\d{{1,3}}(?:[.,]\d{{1,2}})?)(?:{_BLANK}?k|{_BLANK}grand)"
    r"(?=\s*(?:$|[.;!?]|,\s|net\b|brut\b|par\b|a month|per\b))"
    rf"|(?<!\w)(?:un|une|one|a){_BLANK}(?:(?P<one>euro)|centime|cent)(?!\w)"
)
_WORTH_A_LOOK = re.compile(r"€|eur|cent|balles|\de\d|\d ?k\b|\d grand\b")
_THINGS = (
    "exemplaires? ex copies? copy extraits? actes? documents? photocopies? duplicatas? certificates? "
    "personnes? people adultes? adults? enfants? children kids? invites? guests? habitants? "
    "meubles? chaises? chairs? tables? matelas mattress(?:es)? sommiers? lits? beds? canapes? sofas? couch(?:es)? "
    "fauteuils? armchairs? armoires? wardrobes? frigos? fridges? refrigerateurs? congelateurs? freezers? televisions? "
    "teles? tvs? buffets? commodes? etageres? bureaux? desks? pneus? tires? tyres? sacs? bags? cartons? boxes objets? "
    "items? pieces? encombrants? velos? bikes? voitures? cars? vehicules? lampadaires? streetlights? "
    "lamps? lampposts? trous? holes? potholes? nids?-de-poule"
).split(" ")
_MEASURES = (
    "jours?|semaines?|mois|ans?|annees?|heures?|minutes?|euros?|centimes?|balles|metres?|kilos?|litres?|km|fois"
    "|days?|weeks?|months?|years?|hours?|times"
)
"""What is measured, not counted: "une quinzaine de jours"."""
_KINDS_OF = "vieux|vieilles?|grands?|grandes?|old|big|large|petits?|petites?|autres?|seule?|more|single"
_COUNT = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,4}|une?|one)"
    rf"(?:[ \u00a0]+(?:d'|(?:de |of )?(?:(?:{_KINDS_OF}) )?)(?:{'|'.join(_THINGS)})(?!\w)(?! integrale\b)"
    rf"|(?P<of> (?:de |of |d'))(?!(?:{_MEASURES})\b)[a-z]{{3}})"
)
_RANGE_BEFORE = re.compile(r"(?:\d ?(?:ou|a|or|to|-|/) ?|\b(?:entre|between) \d{1,4} (?:et|and) |\b(?:ou|or) )$")
_RANGE_AFTER = re.compile(r" ?(?:ou|a|or|to|-|/) ?\d")
_TIMES = re.compile(r"(?<!\w)x ?(\d{1,2})(?!\w)|(?<!\w)(\d{1,2}) ?x(?!\w)")
_MULTIPLE = re.compile(r"\ben (double|triple) exemplaires?\b|\bin (duplicate|triplicate)\b")
_MULTIPLES = {"double": 2, "triple": 3, "duplicate": 2, "triplicate": 3}
_ALONE = re.compile(
    r"[^\w$£€]*(?:juste |seulement |environ |just |only |about )?(\d{1,4}|une?|one)"
    r"(?: (?:svp|merci|please|seulement))?[^\w$£€]*"
)
_NOUN = re.compile(r"(?:aine|paire|pair|dozen|couple)s?$", re.IGNORECASE)
"""The nouns that count whatever "de" names: "une quarantaine de dalles"; "12 de la rue" counts nothing."""
_COUNTED_ONE = re.compile(r"exemplaire|cop|extrait")


def find_money(spans: Spans) -> Iterator[Entity]:
    """Sums in cents: "12 euros 50", "12e50", "2 k€", "fifty cents"."""
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    for match in _MONEY.finditer(text):
        yield spans.entity("money", _cents(match), match.start(), match.end())


def _cents(match: re.Match[str]) -> int:
    if match["coins"]:
        return int(match["coins"])
    if match["grand"]:
        return round(float(match["grand"].replace(",", ".")) * 1000 * 100)
    digits = re.sub(r"\D", "", match["sum"] or match["prefixed"] or match["short"] or "")
    if not digits:
        return 100 if match["one"] else 1
    fraction = match["sum_cents"] or match["extra"] or match["prefixed_cents"] or match["short_cents"] or "0"
    cents = int(fraction) if match["extra"] and not match["sum_cents"] else int(fraction.ljust(2, "0"))
    return (int(digits) * 100 + cents) * (1000 if match["thousands"] else 1)


def find_counts(spans: Spans) -> Iterator[Entity]:
    """How many of something: "trois exemplaires", "2 copies", "x2", or a number said alone; "deux ou trois" is none."""
    text = spans.folded
    alone = _ALONE.fullmatch(text)
    if alone and _value(alone[1]) <= 100:
        yield spans.entity("count", _value(alone[1]), alone.start(1), alone.end(1))
        return
    for match in _COUNT.finditer(text):
        # "un canapé" is an article; "un exemplaire" answers how many.
        is_counted = match["number"].isdigit() or _COUNTED_ONE.search(match[0])
        if match["of"] and not _NOUN.search(spans.typed(match.start("number"), match.end("number"))):
            continue
        if is_counted and not _is_a_range(text, match):
            yield spans.entity("count", _value(match["number"]), match.start(), match.end())
    for match in _TIMES.finditer(text):
        yield spans.entity("count", int(match[1] or match[2]), match.start(), match.end())
    for match in _MULTIPLE.finditer(text):
        yield spans.entity("count", _MULTIPLES[match[1] or match[2]], match.start(), match.end())


def _value(text: str) -> int:
    return int(text) if text.isdigit() else 1


def _is_a_range(text: str, match: re.Match[str]) -> bool:
    before = _RANGE_BEFORE.search(text, max(0, match.start() - 20), match.start())
    return before is not None or _RANGE_AFTER.match(text, match.end("number")) is not None
