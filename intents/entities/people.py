"""Names of persons: after "je m'appelle", a title, or a member of the family; or said alone in capitals.

The value is the name without its cue, in ordinary capitals.
"""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import WORD, Spans

_KIN = (
    "fils|fille|mari|epoux|epouse|femme|conjointe?|compagnon|compagne|pere|mere|papa|maman|frere|soeur|sour|enfant|bebe|"
    "petit-fils|petite-fille|neveu|niece|oncle|tante|cousine?|grand-pere|grand-mere|beau-pere|belle-mere|voisine?|"
    "son|daughter|husband|wife|partner|father|mother|dad|mum|mom|brother|sister|child|baby|kid|boy|girl|"
    "grandson|granddaughter|grandfather|grandmother|nephew|uncle|aunt|neighbou?r"
)
_SURE = re.compile(
    r"(?<!\w)(?:(?:je m'?\s?appell?e?|jm'?appell?e?|mon nom(?: complet)? (?:est|c'?est)|s'appelle|"
    r"au nom d(?:e|')|de la part d(?:e|')|prenom(?: et nom)?\s*:?|nom(?: et prenom)?\s*:|name\s*:|(?:pre)?nommee?|"
    r"my (?:full )?name(?: is|'s|s)|(?:he|she) is called|named|name is|name's|called|on behalf of)\s*)"
)
_KIN_CUE = re.compile(
    rf"(?<!\w)(?:mon|ma|notre|votre|son|sa|leur|my|our|his|her|their)\s(?:petite?\s|little\s)?(?:{_KIN}),?\s"
)
_TITLE = re.compile(
    r"(?<!\w)(?:mme|mlle|mr|mrs|ms|miss|m\.|madame|mademoiselle|monsieur|dr|docteur|me|maitre)\.?\s(?!\w\w?\s)"
)
_PRESENTED = re.compile(r"(?<!\w)(?:je suis|ici|c'est|moi c'est|i am|i'?m|this is|it's|signe|pour|for|de|of)\s")
_PARTICLES = frozenset(
    "de du des da di do dos del della van von der den la le el al ben bin abd ibn mc mac o d l".split()
)
_STOPS = frozenset(
    "a adjoint agent ai alors and are as at au aux avait avec avez bat beats beau bien bonjour born but c ca "
    "called car ce cela ces cet cette chez conseiller d dans demande depuis des devant directeur directrice du "
    "elle elles en enfant est et etait etes eu eux for frappe from habite had has hello hier hit hits i ici il "
    "ils in is it j je jusqu l la le les lives lui ma madame maire mairie mais malade me merci mes mme moi mon "
    "monsieur mr my n ne nee needs ni nos notre nous of on ont or ou par pas petit peut please pour pouvez "
    "president qu quand que qui responsable s sa sans se service ses si son sont souhaite sous sur svp t ta tape "
    "te tes the to toi tombe tres tu un une va veut veux vient vit vos votre voudrais vous wants was we what when "
    "who with wrote y you".split()
)
_LONGEST = 4


class PersonFinder:
    """Finds names; `ordinary` are folded words that residents use in small letters: never a name said alone."""

    def __init__(self, ordinary: frozenset[str] = frozenset()) -> None:
        self._ordinary = ordinary

    def find(self, spans: Spans) -> Iterator[Entity]:
        for cue, capitals, shortest in (
            (_SURE, False, 1),
            (_KIN_CUE, True, 1),
            (_TITLE, False, 1),
            (_PRESENTED, True, 2),
        ):
            for match in cue.finditer(spans.folded):
                name = self._name(spans, match.end(), capitals, shortest)
                if name:
                    yield name
        alone = self._alone(spans)
        if alone:
            yield alone

    def _name(self, spans: Spans, start: int, capitals: bool, shortest: int) -> Entity | None:
        """The name that begins at `start`; in small letters only where `capitals` are not asked for."""
        places: list[tuple[int, int]] = []
        raised = None
        for word, first, last in spans.words(start):
            between = spans.folded[places[-1][1] if places else start : first]
            if between.strip(" ") not in ("", "-", "'", ".") or len(places) > _LONGEST or word.isdigit():
                break
            up = spans.is_capitalised(first)
            raised = up if raised is None else raised
            joined = between in {"-", "'"}
            if raised and not up and not joined and word not in _PARTICLES:
                break
            if not raised and (capitals or len(places) >= 2):
                break
            if word in _STOPS and not up and not (places and word in _PARTICLES):
                break
            if not raised and word in self._ordinary:
                break
            places.append((first, last))
        return self._entity(spans, places, shortest)

    def _entity(self, spans: Spans, places: list[tuple[int, int]], shortest: int) -> Entity | None:
        while places and spans.folded[places[-1][0] : places[-1][1]] in _PARTICLES | _STOPS:
            places.pop()
        if len(places) < shortest or not places or all(last - first < 2 for first, last in places):
            return None
        first, last = places[0][0], places[-1][1]
        if spans.folded[first : places[0][1]] in _STOPS:
            return None
        return spans.entity("person", _proper(spans.text[first:last]), first, last)

    def _alone(self, spans: Spans) -> Entity | None:
        """Two to four words, all with capitals and none of them ordinary: "Jean Dupont"."""
        places = [(first, last) for _, first, last in spans.words()][: _LONGEST + 2]
        outside = WORD.sub("", spans.folded).replace("-", "").replace("'", "").replace(".", "").strip()
        if not 2 <= len(places) <= _LONGEST + 1 or outside or "\n" in spans.text.strip():
            return None
        for first, last in places:
            word = spans.folded[first:last]
            if word not in _PARTICLES and (not spans.is_capitalised(first) or word in self._ordinary or word in _STOPS):
                return None
        return self._entity(spans, places, 2)


def _proper(name: str) -> str:
    """ "jean DUPONT" as "Jean Dupont"; a name already in mixed case is left as it is."""
    words = name.split()
    if name.islower():
        return " ".join(word if word in _PARTICLES else word.title() for word in words)
    return " ".join(word.title() if word.isupper() and len(word) > 1 else word for word in words)
