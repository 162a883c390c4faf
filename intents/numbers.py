"""Small numbers in words, French and English, for dates, counts and spoken references."""

_UNITS_FR = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
_UNITS_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS_FR = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80}
_TENS_EN = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}


def _spelt() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_UNITS_FR)} | {word: n for n, word in enumerate(_UNITS_EN)}
    words |= {"une": 1, "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19} | _TENS_FR | _TENS_EN
    for name, ten in _TENS_FR.items():
        top = 20 if ten in (60, 80) else 10
        for unit, word in enumerate([*_UNITS_FR[:17], "dix-sept", "dix-huit", "dix-neuf"][:top]):
            if unit:
                words[f"{name}-{word}"] = words[f"{name}-et-{word}"] = ten + unit
    for name, ten in _TENS_EN.items():
        words |= {f"{name}-{word}": ten + unit for unit, word in enumerate(_UNITS_EN[:10]) if unit}
    return words | {"quatre-vingts": 80}


SPELT = _spelt()
"""Folded words, parts joined by hyphens -> number, up to ninety-nine."""

WORDS = "|".join(sorted((word.replace("-", "[ -]") for word in SPELT), key=len, reverse=True))
"""The same as a regular expression; blanks may stand for the hyphens."""

NUMBER = rf"(?:\d{{1,4}}|{WORDS})"


def value(text: str) -> int:
    """The number said by a text that matches NUMBER."""
    return int(text) if text.isdigit() else SPELT[text.replace(" ", "-")]
