"""Text as residents type it: folded for comparing, cleaned before it is kept."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L"}
)
_LIKE_LETTERS = str.maketrans(
    {
        # Cyrillic and Greek letters that nobody can tell from Latin ones
        **dict(zip("авсԁеһіјӏкмнорԛгѕтуѵԝхАВСЕНІЈКМОРЅТУХ", "abcdehijlkmhopqrstyvwxABCEHIJKMOPSTYX", strict=True)),
        **dict(zip("αβεηικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abenikvoptuxABEZHIKMNOPTYX", strict=True)),
        **dict(zip("ɑɡıοѕᴀᴇᴏᴘʀꜱᴛ", "agiosaeoprst", strict=True)),
        # letters in black circles and squares, which no normal form takes apart
        **{chr(0x1F150 + index): chr(0x61 + index) for index in range(26)},
        **{chr(0x1F170 + index): chr(0x61 + index) for index in range(26)},
        **{chr(0x1F1E6 + index): chr(0x61 + index) for index in range(26)},
    }
)
_LIKE_DIGITS = str.maketrans("0135$@", "oiessa")
_RUN = re.compile(r"(.)\1+")
_NOT_WORD = re.compile(r"[\W_]+")
_BLANKS = re.compile(r"\s+")
_KEPT_CONTROLS = {"\n", "\t"}
_JOINERS = {"\u200c", "\u200d"}  # Persian letters and family emoji need them


def strip_accents(text: str) -> str:
    """The same letters without accents; ligatures are spelt out. Case is kept."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.translate(_LIGATURES)


def fold(text: str) -> str:
    """Lower case, no accents, every run of punctuation or blanks one space: "L'Église !" gives "l eglise"."""
    return _known_fold(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    # A few letters only come apart once they are small, others only become small once apart.
    return _NOT_WORD.sub(" ", strip_accents(strip_accents(text).lower())).strip()


def dictionary_order(name: str) -> tuple[str, str]:
    """The key by which names are sorted as a dictionary sorts them: "Élise" stands before "Zoé"."""
    return fold(name), name


_SHORT = 64
"""Characters of a name: those come again and again and are kept, whole messages are not."""

_known_fold = lru_cache(maxsize=4096)(_fold)


def like_letters(text: str) -> str:
    """The text with the Latin letter wherever a letter of another script looks the same ("ѕtop" gives "stop")."""
    return text if text.isascii() else text.translate(_LIKE_LETTERS)


def skeleton(text: str) -> str:
    """What is left of a word however it is spelt: "S.T.O.P", "st0p" and "stoooop !" all give "stop".

    Letters only, digits as the letters they resemble, each run of a letter once. For one word, never for a sentence.
    """
    letters = fold(like_letters(text).translate(_LIKE_DIGITS)).replace(" ", "")
    return _RUN.sub(r"\1", letters)


def uncapitalised(text: str) -> str:
    """A label for the middle of a sentence: "Carte grise" gives "carte grise", "RIB" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def capitalised(text: str) -> str:
    """A label for the beginning of a line: "rue de Paris" gives "Rue de Paris"."""
    return text[:1].upper() + text[1:]


def of_place(name: str) -> str:
    """A French place after "de": "d'Alger", "du Mans", "des Lilas", "de La Rochelle"."""
    for article, joined in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    is_vowel = strip_accents(name)[:1].upper() in {"A", "E", "I", "O", "U", "Y"} and not name.startswith("Yo")
    return f"d'{name}" if is_vowel else f"de {name}"


def squeeze(text: str) -> str:
    """One line, one ordinary space between words."""
    return _BLANKS.sub(" ", text).strip()


def strip_controls(text: str) -> str:
    """What may be stored and shown of a text from outside, in composed form (NFC).

    Line ends become a line feed. Dropped: control characters, marks that turn the writing
    direction around, lone surrogates (no encoding takes them) and private-use characters,
    which are ours to mark places in a reply.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if composed.isprintable():  # nearly always, and told without looking at each character
        return composed
    return "".join(character for character in composed if _may_stay(character))


def _may_stay(character: str) -> bool:
    if character in _KEPT_CONTROLS or character in _JOINERS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}


def shorten(text: str, length: int) -> str:
    """At most `length` characters on one line, cut between words and ended with an ellipsis."""
    line = squeeze(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    at_a_blank = cut.rpartition(" ")[0]
    return (at_a_blank if len(at_a_blank) > length // 2 else cut).rstrip(" ,;:.") + "…"
