"""Texts made to be slow: each is a piece that strangers repeat until a message is full."""

from collections.abc import Mapping

SEEDS: Mapping[str, str] = {
    "numbers": "1/",
    "telephone": "06 ",
    "telephones": "06 39 98 00 01 ",
    "unfolding sign": "ﷺ",
    "things": "un canapé, ",
    "counted things": "2 x, ",
    "day": "le 1 ",
    "dates": "le 3 mars ",
    "numeric dates": "12/12/2026 ",
    "days": "lundi ",
    "sums": "45 € ",
    "addresses": "12 rue de la ",
    "streets": "rue ",
    "misspelt streets": "avenu abc ",
    "crossings": "angle rue Pasteur et ",
    "blanks after a street": "rue Pasteur" + " " * 200,
    "at signs": "@",
    "mail addresses": "a@a@",
    "ends of sentences": ";",
    "sentences": "M. ",
    "questions": "? ",
    "births": "née le ",
    "titles": "Mme A ",
    "names": "Jean Dupont ",
    "names in a list": "Camille Durand, ",
    "lead-ins": "je m'appelle ",
    "negations": "pas le 3, ",
    "substitutions": "pas Paul, Pierre ",
    "small words": "de ",
    "joining words": "et ",
    "matters": "et aussi un trou rue de Paris. ",
    "digressions": "au fait ",
    "plates": "AB-123-CD ",
    "old plates": "12 AB 34 ",
    "references": "mtl 26 et ",
    "blanks": " ",
    "lines": "\n",
    "zero width": "\u200b",
    "brackets": "((((",
    "quotes": '"',
    "one long word": "a",
    "digits": "7",
    "emoji": "😀",
    "marks": "\u0301",
    "stop": "stop ",
    "insults": "connard ",
    "services": "trou lampadaire benne ",
}


def filled(seed: str, length: int) -> str:
    """A message of so many characters that is nothing but the seed."""
    return (seed * (length // len(seed) + 1))[:length]
