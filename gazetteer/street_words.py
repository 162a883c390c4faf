"""The grammar of French addresses: kinds of street, abbreviations, titles, words that stand around a name.

Everything here is folded (see kit.text.fold) and only ever compared, never shown.
"""

import re
from dataclasses import dataclass

from kit.text import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KINDS = {
    "allee": "all alle allees",
    "avenue": "av ave aven avn",
    "boulevard": "bd bld blvd boul boulv bvd",
    "carrefour": "carf",
    "chemin": "ch che chem chm",
    "cite": "cte",
    "clos": "",
    "cour": "",
    "cours": "crs",
    "domaine": "dom",
    "esplanade": "esp espl",
    "faubourg": "fbg fg",
    "galerie": "galeries",
    "hameau": "ham",
    "impasse": "imp",
    "lieu dit": "",
    "lotissement": "lot lots",
    "mail": "",
    "montee": "mte",
    "parvis": "",
    "passage": "psg",
    "place": "pl plce",
    "placette": "",
    "pont": "",
    "promenade": "prom",
    "quai": "",
    "quartier": "qrt quart",
    "residence": "res resid",
    "rond point": "rpt",
    "route": "rte",
    "rue": "r reu ru",
    "ruelle": "rle",
    "sente": "",
    "sentier": "sen",
    "square": "sq sqr",
    "traverse": "tra",
    "venelle": "ven",
    "villa": "vla",
    "voie": "",
}
KINDS = {alias: kind for kind, aliases in _KINDS.items() for alias in [kind, *aliases.split()]}
"""Every spelling of a kind of street and the full word."""

TITLES = _set(
    "general marechal colonel commandant capitaine lieutenant sergent amiral docteur president professeur "
    "monseigneur abbe saint sainte frere freres soeur pere mere maitre maire"
)
_ABBREVIATIONS = {
    "gal": "general",
    "gen": "general",
    "gnl": "general",
    "mal": "marechal",
    "mar": "marechal",
    "col": "colonel",
    "cdt": "commandant",
    "cne": "capitaine",
    "cap": "capitaine",
    "lt": "lieutenant",
    "sgt": "sergent",
    "dr": "docteur",
    "doc": "docteur",
    "pdt": "president",
    "prof": "professeur",
    "mgr": "monseigneur",
    "st": "saint",
    "ste": "sainte",
    "frs": "freres",
    "nd": "notre dame",
    "rep": "republique",
    "grand": "grande",
    "gde": "grande",
    "gd": "grande",
    "grde": "grande",
    "grd": "grande",
    "janv": "janvier",
    "fevr": "fevrier",
    "avr": "avril",
    "juil": "juillet",
    "juill": "juillet",
    "oct": "octobre",
    "nov": "novembre",
    "dec": "decembre",
}
_NUMBERS = {
    word: str(value)
    for value, words in {
        1: "premier 1er ier",
        2: "deux ii",
        3: "trois iii",
        4: "quatre iv",
        5: "cinq",
        6: "six vi",
        7: "sept vii",
        8: "huit viii",
        9: "neuf ix",
        10: "dix",
        11: "onze xi",
        14: "quatorze xiv",
        15: "quinze xv",
        16: "seize xvi",
        18: "dixhuit xviii",
        19: "dixneuf",
        20: "vingt",
    }.items()
    for word in words.split()
}
ARTICLES = _set("a au aux d de del dela des du et l la le les of the")
CROSSINGS = _set(
    "angle carrefour coin corner croise croisement crosses crossing coupe intersection junction meets rejoint "
    "rencontre x"
)
NUMBER_WORDS = _set("n no nr num numero number")
COMPLEMENTS = _set(
    # what has a number of its own inside a building
    "appart appartement apartment appt apt bat batiment block building cage chambre door entree esc escalier etage "
    "flat floor hall lot porte room stairs suite tour unit"
)
AROUND = CROSSINGS | _set(
    # what residents put around an address, in both languages
    "adresse ai apres are at avant be behind between bonjour by c cedex chez ci cote dans depuis derriere "
    "devant en entre est exactement face from front gauche habite hauteur hello hi house i in is it j jusqu "
    "juste ma merci mi mon my near next niveau not on opposite ou par please pres proche qui s sans se ses situe "
    "son street sur svp to trottoir vers voici y"
)
_SUFFIXES = {"b": "bis", "t": "ter", "q": "quater"}
_NUMBER = re.compile(r"0*(\d{1,4})\s?(bis|ter|quater|[a-z])?")
_MONTHS = _set("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre")
_COMMEMORATED = frozenset({"40", "44", "45", "62"})
"""Years of streets named after a day, as people shorten them: "place du 8 mai 45"."""
_GLUED_KIND = re.compile(r"(?<!\w)(\d{1,4})(r|rue|av|avenue|bd|pl|place|imp|all)(?= )")
"""A number and a kind of street in one word: "24R Pasteur"."""
_INITIAL = re.compile(r"(?<![\w.'’])([A-Za-z])\.(?=\s?[^\W\d])")
"""The initial of a first name, which may look like an article: "rue A. France"."""
_TWO_WORDS = re.compile(r"\b(rond point|lieu dit|dix (?=huit|neuf))")


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street name taken apart: "Avenue du Général de Gaulle" is kind "avenue", core ("general", "gaulle")."""

    kind: str
    core: tuple[str, ...]


def tokens(text: str) -> list[str]:
    """The words that tell streets apart: folded, abbreviations spelt out, articles left out, "12bis" as "12 bis"."""
    initials = {letter.lower() for letter in _INITIAL.findall(text)}
    parted = _GLUED_KIND.sub(r"\1 \2", fold(text))
    words = _TWO_WORDS.sub(lambda match: match[1].replace(" ", "_").rstrip("_"), parted).split()
    kept: list[str] = []
    for position, word in enumerate(words):
        if _is_suffix(words, position):
            kept[-1] = f"{kept[-1]} {word}"
        elif word in _COMMEMORATED and kept and kept[-1] in _MONTHS:
            kept.append(f"19{word}")
        elif word not in ARTICLES or word in initials:
            kept += _expanded(word)
    return kept


def _is_suffix(words: list[str], position: int) -> bool:
    """Whether the word is the "bis" of the number before it; a lone letter only where a street follows."""
    if position == 0 or not words[position - 1].isdigit() or len(words[position - 1]) > 4:
        return False
    if words[position] in {"bis", "ter", "quater"}:
        return True
    ends = position + 1 == len(words) or words[position + 1] in KINDS
    return len(words[position]) == 1 and words[position].isalpha() and ends and words[position] not in {"l", "r"}


def _expanded(word: str) -> list[str]:
    word = word.replace("_", " ")
    if word in _NUMBERS:
        return [_NUMBERS[word]]
    return [word] if word in KINDS else _ABBREVIATIONS.get(word, word).split()


def take_apart(name: str) -> StreetName:
    """The kind and the core of a street's official name; the kind is empty where the name has none."""
    words = tokens(name)
    if words and words[0] in KINDS and len(words) > 1:
        return StreetName(KINDS[words[0]], tuple(words[1:]))
    if len(words) > 1 and words[-1] in KINDS:  # "Grande Rue"
        return StreetName(KINDS[words[-1]], tuple(words[:-1]))
    return StreetName("", tuple(words))


def house_number(text: str) -> str | None:
    """A house number in its usual form ("12 bis" from "12BIS"), or None when the text is none."""
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return str(int(text))
    match = _NUMBER.fullmatch(fold(text))
    if match is None:
        return None
    return f"{match[1]} {match[2]}" if match[2] else match[1]


def spelt_out(number: str) -> str:
    """ "12 b" read as "12 bis"; other numbers unchanged."""
    digits, _, suffix = number.partition(" ")
    return f"{digits} {_SUFFIXES.get(suffix, suffix)}" if suffix else digits


_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        (r"ph", "f"),
        (r"eau|au", "o"),
        (r"qu?e?s?$", "k"),
        (r"qu|q|ck|ch(?=r)|c(?![eihy])", "k"),
        (r"z|c(?=[eiy])", "s"),
        (r"y", "i"),
        (r"(?<!c)h", ""),
        (r"ai|ei|es?$", "e"),
        (r"(.)\1+", r"\1"),
        (r"(?<![estxd])[estxd]+$", ""),
    ]
]


def sounds(word: str) -> str:
    """Roughly how a French reader says the word: "republik", "republic" and "republique" are one."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
