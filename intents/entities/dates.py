"""Dates as people say them, French and English, day before month; values are ISO dates.

A habit ("le lundi", "on Mondays"), a length of time or a street name holds no date, and neither does a day that no
calendar has. After a birth, a death or "depuis" the day lies behind, and so does the century of two digits.
"""

import re
from collections.abc import Iterator
from datetime import date

from intents.contract import Entity
from intents.days.date_lists import find_lists
from intents.days.date_rules import RULES, weekday
from intents.days.day_patterns import MONTH, WEEKDAY
from intents.entities.spans import Spans

_WORTH_A_LOOK = re.compile(
    rf"\d|{WEEKDAY}|{MONTH}|demain|hier|jour|semaine|mois|\bans?\b|ajd|\bauj|ce (?:matin|soir|midi)|cet|day|week"
    r"|month|year|night|nuit|tomor|tmr|this (?:m|a|e)|noel|christmas|paques|easter|toussaint|ascension|pentec|assompt"
    r"|armistice|fete|sylvestre|valentin|halloween|mardi gras|\ban\b"
)
_PAST_CUE = re.compile(
    r"\b(?:depuis|since|ne\(?e?\)?|nee|nes|born|etait|date de naissance|naissance|ddn|dob|date of birth|birthday"
    r"|signale[es]?|reported|decede[es]?|mort[es]?|died|marie[es]?|married)"
    r"(?: (?:le|la|du|the|on|in|last|ce|au|is|est|was|:)| ?:)*\s*$"
)
_HABIT = re.compile(
    rf"\b(?:le|les|tous les|toutes les|chaque|every|each|du|au)\s+(?:(?:{WEEKDAY})s?(?:, | (?:et|ou|and|or) ))*$"
)
_RANGE_OF_DAYS = re.compile(rf"^\s*(?:au|to|-)\s+(?:le\s+)?(?:{WEEKDAY})\b")
_ARTICLE = re.compile(r"(?:le|les|la|the|du|au|on|ce|by|pour) ")
_Place = tuple[int, int]


def find_dates(spans: Spans, today: date) -> Iterator[Entity]:
    """All dates, later rules giving way to earlier ones where they overlap; `spans` with numbers in figures."""
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    taken: list[_Place] = []
    for day, start, end in _candidates(text, today, taken):
        taken.append((start, end))
        yield spans.entity("date", day.isoformat(), _without_article(text, start), end)


def _candidates(text: str, today: date, taken: list[_Place]) -> Iterator[tuple[date, int, int]]:
    """Every day read where nothing is taken yet."""
    for day, start, end in find_lists(text, today, _PAST_CUE):
        if not _overlaps(taken, start, end):
            yield day, start, end
    for pattern, reckon in RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if _overlaps(taken, start, end) or (reckon is weekday and _is_habit(text, match)):
                continue
            found = reckon(match, today, _PAST_CUE.search(text, max(0, start - 40), start) is not None)
            if found:
                yield found, start, end


def _overlaps(taken: list[_Place], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _without_article(text: str, start: int) -> int:
    article = _ARTICLE.match(text, start)
    return article.end() if article else start


def _is_habit(text: str, match: re.Match[str]) -> bool:
    """ "le lundi", "tous les mardis et jeudis", "du lundi au vendredi": every week, no day in particular."""
    said = match[0]
    if said.startswith(("next ", "this ", "ce ")) or said.endswith(("prochain", "qui vient", "qui arrive", " next")):
        return False
    before = _HABIT.search(text, max(0, match.start() - 40), match.start())
    return before is not None or _RANGE_OF_DAYS.match(text[match.end() : match.end() + 24]) is not None
