"""Where a street's name ends: by the town's own list, or by grammar for a street nobody knows."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gazetteer.street_words import ARTICLES, KINDS, take_apart, tokens
from intents.days.calendar_words import MONTHS
from intents.entities.spans import Spans

_LONGEST = 9  # words of a name, articles among them
_LIKE_ENOUGH = 84
_SHORTENED = "gal|gen|gnl|mal|col|cdt|cne|lt|frs|dr|doc|ste?|mgr|prof|pdt|sgt|mme|nov|dec|janv|fevr|avr|juil|sept|oct"
_HARD_STOP = re.compile(
    r"[,;:!?\n()\[\]/€@]|(?<![^a-z][a-z])(?<![^a-z][a-z][a-z])"
    + "".join(rf"(?<!\b{word})" for word in _SHORTENED.replace("ste?", "ste").split("|"))
    + r"\.(?:\s|$)"
)
"""What ends a name; the stop after an initial or a shortened word does not: "rue J. Jaurès"."""
_OPENERS = frozenset("de du des d l la les aux".split())
COMMON_NOUNS = frozenset("chemin cours esplanade passage place promenade route".split())
"""Kinds that are everyday words too: "une place de parking" is no address."""
_WRITTEN = {"allee": "allée", "cite": "cité", "montee": "montée", "residence": "résidence"} | {
    "lieu dit": "lieu-dit",
    "rond point": "rond-point",
}
"""Kinds as they are shown, where folding changed them."""
_INSIDE = frozenset("de du des d la l le".split())
_STOPS = frozenset(
    "a ai ait angle apartement appartement apres apt as au aucun aucune aujourd aussi autour aux avait avant avec "
    "avez ba bat batiment be because bien bonjour bonsoir broken brule bulky but by c ca canape car casse cassee "
    "ce cedex cela ces cet cette chaussee chez clignote coin complete completement contre corner cote d'ou dans "
    "dark de dechets defonce defoncee demain demande depot depots depuis derriere deux devant does doesn donc "
    "dont droite eclairage elle elles en encombrants encore enlevement enlever entre escalier est et etage etait "
    "eteint eteinte eteints etes faut for frigo from front full gauche grand gros ha habite has hauteur have "
    "hello hier hole i il ils in is isn it j j'habite jamais je jusqu jusque juste la lamp lampadaire lampadaires "
    "lampe le les leur light lights lui lumiere ma maintenant mais mal matelas matin me merci mes meubles mon "
    "montlieu my n ne near need needs nid nids niveau not nous of on ont opposite or ordures ou out panne par pas "
    "pendant personne peu please plein pleine pleines plus porte pothole poubelle poubelles pour pourquoi pouvez "
    "pres proche qu quand que quelqu quelqu'un quelques qui quoi residence rien route rubbish rue s sa sale sans "
    "se semaine ses si signalement signaler since so soir son sont sous stp street sur svp t te the there this to "
    "toujours tous tout toute toutes tres trop trottoir trou trous tu un une urgent vers voiture vous was when "
    "where where-is which who with y y'a ya".split()
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A street named in a text: its usual spelling, where it ends, and whether the town's list has it."""

    name: str
    end: int
    known: bool


class StreetNames:
    """The town's street names, found at the head of a text with slips, abbreviations and without articles."""

    def __init__(self, names: Sequence[str]) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], str] = {}
        by_kind: dict[str, dict[str, str]] = defaultdict(dict)
        for name in names:
            parts = take_apart(name)
            self._known.setdefault((parts.kind, parts.core), name)
            by_kind[parts.kind].setdefault(" ".join(parts.core), name)
        self._spelt = {kind: (list(spelt), list(spelt.values())) for kind, spelt in by_kind.items()}

    def whole(self, name: str, end: int) -> Found | None:
        """A name already delimited, "grande rue"."""
        parts = take_apart(name)
        known = self._known.get((parts.kind, parts.core))
        return Found(known, end, known=True) if known else None

    def at(self, spans: Spans, kind: str, start: int) -> Found | None:
        """The known street of this kind (any alias) whose name begins at `start`, the longest one."""
        heads = _heads(spans, start)
        kind = KINDS[kind]
        for core, end in heads:
            known = self._known.get((kind, core))
            if known:
                return Found(known, end, known=True)
        return self._like(kind, heads)

    def _like(self, kind: str, heads: list[tuple[tuple[str, ...], int]]) -> Found | None:
        """The best of the names spelt much alike, the first letters agreeing well enough."""
        spelt, names = self._spelt.get(kind, ([], []))
        best: tuple[float, str, int] | None = None
        for core, end in heads:
            said = " ".join(core)
            if len(said) < 4:
                continue
            match = process.extractOne(said, spelt, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
            if match and (best is None or match[1] > best[0]) and _same_numbers(said, match[0]):
                best = (match[1], names[match[2]], end)
        return Found(best[1], best[2], known=True) if best else None


def _same_numbers(one: str, other: str) -> bool:
    """Two dates in street names are never a slip of one another."""
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _heads(spans: Spans, start: int) -> list[tuple[tuple[str, ...], int]]:
    """The beginnings of the text from `start` that may be a name, longest first: its telling words and its end."""
    stop = _HARD_STOP.search(spans.folded, start)
    limit = stop.start() if stop else len(spans.folded)
    found: list[tuple[tuple[str, ...], int]] = []
    said: list[str] = []
    for word, _, end in spans.words(start, limit):
        if len(said) == _LONGEST:
            break
        said.append(word)
        if word in ARTICLES and word not in ("et",):
            continue
        core = tuple(tokens(" ".join(said)))
        if core and not (found and found[-1][0] == core):
            found.append((core, end))
    return found[::-1]


def unknown_name(spans: Spans, kind: str, start: int, *, numbered: bool) -> Found | None:
    """The name after a kind of street by grammar: up to four telling words, ended by any word that cannot be in one.

    Without a house number the name must begin like one: with an article or a capital.
    """
    stop = _HARD_STOP.search(spans.folded, start)
    limit = stop.start() if stop else len(spans.folded)
    end, telling, capitals, opened, count = start, 0, False, False, 0
    for word, first, last in spans.words(start, limit):
        up = spans.is_capitalised(first)
        count += 1
        if telling == 0 and word in _OPENERS:
            opened = True
            continue
        if telling and word in _INSIDE and _goes_on(spans, last, limit, capitals):
            continue
        joined = spans.folded[first - 1] == "-" and telling > 0
        is_initial = spans.folded[last : last + 1] == "." and last - first <= 2
        if (word in _STOPS and not (up and telling == 0) and not joined and not is_initial) or telling == 4:
            break
        if word.isdigit() and not _commemorates(spans, last, limit) and not _year_of_date(spans, first, word):
            break
        if capitals and not up and not joined and not word.isdigit() and word not in MONTHS:
            break
        capitals = capitals or up
        end, telling = last, telling + 1
    if not telling or not (numbered or capitals or (opened and kind not in COMMON_NOUNS)):
        return None
    typed = spans.typed(start, end).strip(" .")
    return Found(f"{_WRITTEN.get(kind, kind)} {typed}".replace("’", "'"), end, known=False)


def _goes_on(spans: Spans, start: int, limit: int, capitals: bool) -> bool:
    """Whether a word after "de" inside a name belongs to it: "Jean de La Fontaine", not "Carnot de nuit"."""
    match = _WORD.search(spans.folded, start, limit)
    if match is None:
        return False
    return spans.is_capitalised(match.start()) if capitals else match[0] not in _STOPS or match[0] in _INSIDE


def _commemorates(spans: Spans, end: int, limit: int) -> bool:
    """ "place du 8 mai 1945": a day in a name is followed by its month."""
    match = _WORD.search(spans.folded, end, limit)
    return match is not None and match[0] in MONTHS


def _year_of_date(spans: Spans, first: int, word: str) -> bool:
    before = spans.folded[:first].split()
    return len(word) == 4 and bool(before) and before[-1] in MONTHS
