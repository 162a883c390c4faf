"""Sums of money (in cents) and counts of things."""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.numbers import NUMBER, value
from intents.spans import Spans

_BLANK = r"[ \u00a0\u202f]"
_SUM = rf"(\d{{1,3}}(?:(?:{_BLANK}|\.)\d{{3}})+|\d{{1,7}})(?:[.,](\d{{1,2}}))?"
_MONEY = re.compile(
    rf"(?<![\w.,]){_SUM}{_BLANK}?(?:€|euros?\b|eur\b)(?:{_BLANK}?(\d{{2}})(?![\w%]))?"
    rf"|€{_BLANK}?{_SUM}(?!\w)"
    rf"|(?<![\w.,])(\d{{1,3}}){_BLANK}?(?:centimes?|cents?)\b"
)
_MONEY_IN_WORDS = re.compile(rf"(?<!\w)({NUMBER}) euros?(?: (?:et )?({NUMBER})(?: (?:centimes?|cents?))?)?(?!\w)")
_LARGE_IN_WORDS = re.compile(
    rf"(?<!\w)(?:(?P<many>{NUMBER}) )?(?:(?P<hundred>cents?|hundred)(?: (?:and )?(?P<more>{NUMBER}))?|mille|thousand)"
    r" euros?(?!\w)"
)
_THINGS = (
    "exemplaires? copies? copy extraits? actes? documents? photocopies? duplicatas? certificates? "
    "personnes? people adultes? adults? enfants? children kids? invites? guests? habitants? "
    "meubles? chaises? chairs? tables? matelas mattress(?:es)? sommiers? lits? beds? canapes? sofas? couch(?:es)? "
    "fauteuils? armchairs? armoires? wardrobes? frigos? fridges? refrigerateurs? congelateurs? freezers? televisions? "
    "teles? tvs? buffets? commodes? etageres? bureaux? desks? pneus? tires? tyres? sacs? bags? cartons? boxes objets? "
    "items? pieces? encombrants? velos? bikes? voitures? cars? vehicules? lampadaires? streetlights? "
    "lamps? lampposts? trous? holes? potholes? nids?-de-poule"
).split(" ")
_COUNT = re.compile(
    rf"(?<![\w/.,-])({NUMBER})[ \u00a0]+(?:(?:vieux|vieilles?|grands?|grandes?|old|big|large|petits?|autres?|"
    rf"seule?|more|single)[ ])?(?:{'|'.join(_THINGS)})(?!\w)(?! integrale\b)"
)
_TIMES = re.compile(r"(?<!\w)x ?(\d{1,2})(?!\w)|(?<!\w)(\d{1,2}) ?x(?!\w)")
_MULTIPLE = re.compile(r"\ben (double|triple) exemplaires?\b|\bin (duplicate|triplicate)\b")
_MULTIPLES = {"double": 2, "triple": 3, "duplicate": 2, "triplicate": 3}
_ALONE = re.compile(rf"\W*(?:juste |seulement |just |only )?({NUMBER})(?: (?:svp|merci|please|seulement))?\W*")
_ARTICLES = frozenset({"un", "une", "one"})
_COUNTED_ONE = re.compile(r"exemplaire|cop|extrait")


def find_money(spans: Spans) -> Iterator[Entity]:
    text = spans.folded
    if "€" not in text and "eur" not in text and "cent" not in text:
        return
    for match in _MONEY.finditer(text):
        yield spans.entity("money", _cents(match), match.start(), match.end())
    for match in _LARGE_IN_WORDS.finditer(text):
        euros = (value(match["many"]) if match["many"] else 1) * (100 if match["hundred"] else 1000)
        more = value(match["more"]) if match["more"] else 0
        yield spans.entity("money", (euros + more) * 100, match.start(), match.end())
    for match in _MONEY_IN_WORDS.finditer(text):
        if not match[1].isdigit():
            cents = value(match[1]) * 100 + (value(match[2]) if match[2] else 0)
            yield spans.entity("money", cents, match.start(), match.end())


def _cents(match: re.Match[str]) -> int:
    whole, decimals, extra, prefixed, prefixed_decimals, coins = match.groups()
    if coins:
        return int(coins)
    digits = re.sub(r"\D", "", whole or prefixed)
    fraction = decimals or extra or prefixed_decimals or "0"
    return int(digits) * 100 + int(fraction.ljust(2, "0"))


def find_counts(spans: Spans) -> Iterator[Entity]:
    """How many of something: "trois exemplaires", "2 copies", "x2", or a number said alone."""
    alone = _ALONE.fullmatch(spans.folded)
    if alone and value(alone[1]) < 100:
        yield spans.entity("count", value(alone[1]), alone.start(1), alone.end(1))
        return
    for match in _COUNT.finditer(spans.folded):
        # "un canapé" is an article; "un exemplaire" answers how many.
        if match[1] not in _ARTICLES or _COUNTED_ONE.search(match[0]):
            yield spans.entity("count", value(match[1]), match.start(), match.end())
    for match in _TIMES.finditer(spans.folded):
        yield spans.entity("count", int(match[1] or match[2]), match.start(), match.end())
    for match in _MULTIPLE.finditer(spans.folded):
        yield spans.entity("count", _MULTIPLES[match[1] or match[2]], match.start(), match.end())
