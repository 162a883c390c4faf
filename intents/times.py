"""Times of day, French and English, as HH:MM; a length of time ("sous 48 h", "depuis 2 heures") is none."""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.numbers import WORDS, value
from intents.spans import Spans

_EDGE = r"(?<![\w,/.:-])"
_BLANK = r"[ \u00a0\u202f]?"
_HALVES = r"(?:(?: et (?P<part>demie?|quart))|(?P<less> moins (?:le )?quart))?"
_PART_OF_DAY = r"(?: (?P<of>du matin|du soir|de l'apres[ -]?midi|in the (?:morning|afternoon|evening)|at night))?"
_CLOCK = re.compile(
    rf"{_EDGE}(?P<hour>\d{{1,2}}){_BLANK}(?:h(?:eures?|rs?)?\b(?:{_BLANK}(?P<minute>[0-5]\d))?(?!\d)|h(?P<joined>[0-5]\d)(?!\w))"
    rf"{_HALVES}{_PART_OF_DAY}(?!/)"
)
_WORDS = re.compile(rf"(?<!\w)(?P<hour>{WORDS}) heures?(?!\w)(?: (?P<minute>{WORDS})(?!\w))?{_HALVES}{_PART_OF_DAY}")
_COLON = re.compile(r"(?<![\w,/.:-])(\d{1,2}):([0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?([ap])\.? ?m\b\.?)?")
_TWELVE = re.compile(r"(?<![\w,/.:-])(\d{1,2})(?:[.:]([0-5]\d))? ?([ap])\.? ?m\b\.?")
_OCLOCK = re.compile(r"(?<!\w)(\d{1,2}|" + WORDS + r") o'?clock\b")
_PAST = re.compile(r"(?<!\w)(half|quarter) (past|to) (\d{1,2}|" + WORDS + r")(?!\w)(?: ?([ap])\.? ?m\b\.?)?")
_NAMED = re.compile(
    r"(?<!apres )(?<!apres-)(?<!\w)(?:(midi|noon|midday)|(minuit|midnight))(?: et (demie?|quart))?(?!\w)"
    r"(?! et deux(?! heures)\b)"
)
_LENGTH_CUE = re.compile(
    r"\b(?:dans|depuis|pendant|sous|en|in|for|within|plus de|moins de|duree|toutes les|every|il y a|environ depuis)\s+$"
)
_WORTH_A_LOOK = re.compile(r"\d|heure|midi|minuit|noon|midday|midnight|clock|half|quarter")


def find_times(spans: Spans) -> Iterator[Entity]:
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    for pattern, reckon in _RULES:
        for match in pattern.finditer(text):
            said = None if _LENGTH_CUE.search(text, max(0, match.start() - 20), match.start()) else reckon(match)
            if said:
                end = match.start() + len(match[0].rstrip())
                yield spans.entity("time", f"{said[0]:02d}:{said[1]:02d}", match.start(), end)


def _checked(hour: int, minute: int) -> tuple[int, int] | None:
    return (hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def _french(match: re.Match[str]) -> tuple[int, int] | None:
    groups = match.groupdict()
    hour, said = value(match["hour"]), groups.get("minute") or groups.get("joined")
    minute = value(said) if said else {"demi": 30, "demie": 30, "quart": 15}.get(match["part"] or "", 0)
    if match["less"]:
        hour, minute = hour - 1, 45
    late = match["of"] and not match["of"].endswith(("matin", "morning"))
    return _checked(hour + 12 if late and hour < 12 else hour, minute)


def _colon(match: re.Match[str]) -> tuple[int, int] | None:
    return _twelve_hours(int(match[1]), int(match[2]), match[3])


def _twelve(match: re.Match[str]) -> tuple[int, int] | None:
    return _twelve_hours(int(match[1]), int(match[2] or 0), match[3])


def _twelve_hours(hour: int, minute: int, half: str | None) -> tuple[int, int] | None:
    if half is None:
        return _checked(hour, minute)
    return _checked(hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else None


def _oclock(match: re.Match[str]) -> tuple[int, int] | None:
    return _checked(value(match[1]), 0)


def _past(match: re.Match[str]) -> tuple[int, int] | None:
    minutes = 30 if match[1] == "half" else 15
    hour = value(match[3]) + (12 if match[4] == "p" and value(match[3]) < 12 else 0)
    return _checked(hour, minutes) if match[2] == "past" else _checked(hour - 1, 60 - minutes)


def _named(match: re.Match[str]) -> tuple[int, int] | None:
    return (12 if match[1] else 0), {"demi": 30, "demie": 30, "quart": 15}.get(match[3] or "", 0)


_RULES = (
    (_COLON, _colon),
    (_TWELVE, _twelve),
    (_CLOCK, _french),
    (_WORDS, _french),
    (_OCLOCK, _oclock),
    (_PAST, _past),
    (_NAMED, _named),
)
