"""Days with a name: holidays, their eves and morrows, French and English.

A name alone is no day ("le marché de Noël", "rue de l'Ascension"): it is led in ("à Noël", "la Toussaint"), belongs to
a day ("la veille de Noël") or is all that is said. Boxing Day is no holiday of France, but who writes it means the
26th of December: a day like any other.
"""

import re
from datetime import date, timedelta

from dateutil.easter import easter

from intents.days import calendar_words as words
from intents.days.day_patterns import WEEKDAY

_Rule = tuple[int, int] | int
"""Month and day, or days after Easter Sunday."""
_NAMES: dict[str, _Rule] = {
    "noel": (12, 25),
    "christmas": (12, 25),
    "premier de l'an": (1, 1),
    "jour de l'an": (1, 1),
    "nouvel an": (1, 1),
    "new year": (1, 1),
    "saint sylvestre": (12, 31),
    "saint valentin": (2, 14),
    "fete du travail": (5, 1),
    "fete nationale": (7, 14),
    "assomption": (8, 15),
    "halloween": (10, 31),
    "toussaint": (11, 1),
    "armistice": (11, 11),
    "paques": 0,
    "easter": 0,
    "ascension": 39,
    "pentecote": 49,
    "pentecost": 49,
}
_DAYS: dict[str, _Rule] = {
    "boxing day": (12, 26),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "new years eve": (12, 31),
    "new years day": (1, 1),
    "may day": (5, 1),
    "labour day": (5, 1),
    "bastille day": (7, 14),
    "assumption day": (8, 15),
    "all saints day": (11, 1),
    "armistice day": (11, 11),
    "ascension day": 39,
    "mardi gras": -47,
    "shrove tuesday": -47,
    "mercredi des cendres": -46,
    "ash wednesday": -46,
    "vendredi saint": -2,
    "good friday": -2,
    "easter sunday": 0,
    "easter monday": 1,
    "whit monday": 50,
}
"""Names that mean a day wherever they stand."""
_BESIDE = {"veille": -1, "eve": -1, "lendemain": 1, "lundi": 1, "monday": 1}
"""Days after the one named."""


def _spelt(names: dict[str, _Rule]) -> str:
    return "|".join(sorted(names, key=len, reverse=True)).replace("saint ", "s(?:ain)?t[ -]").replace("s ", "'?s'? ")


_NAME, _DAY = _spelt(_NAMES), _spelt(_DAYS)
_NUMBER = r"(?:19|20)\d\d"
_YEAR = (
    r"(?![\w'-])(?! (?:holidays?|break|market|tree|lights?|party|cards?|dinner|lunch))"
    rf"(?: (?P<year>{_NUMBER})(?!\w))?"
)
_LED_IN = r"(?:a|au|pour|avant|apres|depuis|des|d'ici|at|for|before|until|by|since|on|over) (?:la |le |l')?"
NAMED_DAY = re.compile(
    rf"(?<![\w-])(?:(?:{_LED_IN})?(?P<day>{_DAY})"
    r"|(?P<beside>jour|veille|lendemain|soir|matin|lundi|jeudi|dimanche|day|eve|monday)"
    rf" (?:de |d'|du |of |after )?(?:la |le |l')?(?P<of>{_NAME})"
    rf"|(?:{_LED_IN}|(?<!de )(?<!vacances )(?<!conge )(?:la |l'|le ))(?P<led>{_NAME})"
    rf"|(?:(?<=^)(?P<alone>{_NAME})(?=\W*(?:{_NUMBER})?\W*$))){_YEAR}"
)

DAY_BESIDE_A_NAMED_ONE = re.compile(
    rf"(?<![\w-])(?P<weekday>{WEEKDAY}) (?:juste )?"
    r"(?P<side>(?:d')?avant|(?:d')?apres|before|after|qui (?:precede|suit))"
    rf" (?:la |le |l')?(?:{_NAME}|{_DAY}){_YEAR}"
)
"""A weekday before or after a named day: "le vendredi avant Noël"."""


def day_beside(match: re.Match[str], today: date, past: bool) -> date | None:
    """The day that a match of DAY_BESIDE_A_NAMED_ONE means."""
    named = NAMED_DAY.match("a " + match.string[match.end("side") + 1 : match.end()])
    base = named_day(named, today, past) if named else None
    if base is None:
        return None
    is_after = match["side"].endswith(("apres", "after", "suit"))
    weekday = words.WEEKDAYS[match["weekday"]]
    return words.coming(weekday, base) if is_after else words.last(weekday, base)


def named_day(match: re.Match[str], today: date, past: bool) -> date | None:
    """The day that a match of NAMED_DAY means: that of the year said, else the coming one, or the last one."""
    name = match["day"] or match["of"] or match["led"] or match["alone"]
    rule = _rule(name)
    shift = timedelta(days=_BESIDE.get(match["beside"] or "", 0))
    if match["year"]:
        return _in_year(rule, int(match["year"])) + shift
    days = [_in_year(rule, year) + shift for year in range(today.year - 1, today.year + 3)]
    return [day for day in days if day <= today][-1] if past else next(day for day in days if day >= today)


def _rule(name: str) -> _Rule:
    plain = re.sub(r"'s?(?= )|(?<=s)'", lambda found: found[0].strip("'"), name)
    plain = re.sub(r"^s(?:ain)?t[ -]", "saint ", plain)
    return _DAYS[plain] if plain in _DAYS else _NAMES[plain]


def _in_year(rule: _Rule, year: int) -> date:
    return easter(year) + timedelta(days=rule) if isinstance(rule, int) else date(year, *rule)
