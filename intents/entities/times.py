"""Times of day, French and English, as HH:MM; a length of time ("sous 48 h", "depuis 2 heures") is none.

The patterns run on a text with its numbers in figures (intents.entities.digits).
"""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import Spans

_EDGE = r"(?<![\w,/.:-])"
_BLANK = r"[ \u00a0\u202f]?"
_PARTS = (
    r"du matin|du soir|dans la soiree|dans la matinee|de l'apres[ -]?midi|de l'aprem"
    r"|in the (?:morning|afternoon|evening)|at night"
    r"|(?=cet(?:te)? (?:apres[ -]?midi|aprem)|ce soir|ce matin|this (?:morning|afternoon|evening)|tonight)"
)
_MORNING = re.compile(r"du matin|dans la matinee|in the morning|ce matin|this morning")
_LATE = re.compile(
    r"du soir|dans la soiree|de l'apr|in the (?:afternoon|evening)|at night|cet(?:te)? apr|ce soir"
    r"|this (?:afternoon|evening)|tonight"
)
_AFTER_A_PART = re.compile(
    r"\b(?:soir|soiree|aprem|apres[ -]?midi|afternoon|evening|tonight),? (?:(?:a|vers|at|around|about|si possible) )*$"
)
"""What makes 7 h 19 h: "demain soir à 7h"."""
_PART_OF_DAY = rf"(?: (?P<of>{_PARTS}))?"
_HALF_DAY = r"(?: ?(?P<half>[ap])\.? ?m\b\.?)?"
_HOUR = r"(?P<hour>\d{1,2})"
_LESS = r"(?: (?:et (?P<part>demie?|quart)|moins (?P<less>(?:le |un )?quart|\d{1,2})(?! ?(?:h\b|heures))))?"
_BEFORE_HOUR = r"(?P<name>half|quarter|\d{1,2})(?: min(?:ute)?s?)? (?P<side>past|to)"
_OR_HALF_DAY = r"(?: ?(?P<half>[ap])\.? ?m\b\.?|(?!\w|[:/]\d))"
"""After an hour that needs no word of its own: "half past 8pm", "half past 8"."""
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # half past 7 in the evening, 20 to 5, half 7
        rf"{_EDGE}(?:a )?{_BEFORE_HOUR} {_HOUR}{_OR_HALF_DAY}{_PART_OF_DAY}",
        rf"(?<!\w)(?P<name>half) {_HOUR}{_OR_HALF_DAY}(?! ?%){_PART_OF_DAY}",
        # 9:30, 7:30 p.m., 7.30pm, 2pm
        rf"{_EDGE}{_HOUR}:(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:]){_HALF_DAY}{_PART_OF_DAY}",
        rf"{_EDGE}{_HOUR}(?:[.: ](?P<minute>[0-5]\d))? ?(?P<half>[ap])\.? ?m\b\.?",
        # 9h, 9 h 30, 10 heures 20, 9 h moins le quart, 8 h du soir
        rf"{_EDGE}{_HOUR}{_BLANK}(?:h(?![a-z0-9])|hrs?\b|heures?\b)(?:{_BLANK}(?P<minute>[0-5]?\d)(?!\d|{_BLANK}(?:euros?|€|jours?))(?!\w))?"
        rf"{_LESS}{_PART_OF_DAY}(?!/)",
        rf"{_EDGE}{_HOUR}h(?P<minute>[0-5]?\d)(?!\w){_PART_OF_DAY}",
        rf"(?<!\w)(?P<hour>une) heures?(?!\w)(?: (?P<minute>[0-5]?\d)(?!\w))?{_LESS}{_PART_OF_DAY}",
        # 5 o'clock, at 4 in the afternoon, at 5 30
        rf"(?<!\w){_HOUR} o'?clock\b{_PART_OF_DAY}",
        rf"(?<!\w)at {_HOUR} (?P<minute>[0-5]\d)(?=\W*$| (?:in|on|at|this|tomorrow|today|please)\b){_PART_OF_DAY}",
        rf"(?<!\w)at {_HOUR} (?P<of>{_PARTS})",
        # 8 du matin, cinq trente du soir, sept et demie, 8 et quart
        rf"{_EDGE}(?<!le )(?<!the ){_HOUR}(?: (?P<minute>[0-5]\d))?"
        r" (?P<of>du matin|du soir|de l'apres[ -]?midi|in the (?:morning|afternoon|evening)|at night)",
        rf"{_EDGE}{_HOUR} et (?P<part>demie|quart)(?!\w){_PART_OF_DAY}",
        # "twelve thirty", "neuf heures" without its word, where nothing else is said
        rf"^(?:at |vers |about )?{_HOUR} (?P<minute>15|30|45)(?=\W*$| (?:svp|please)\W*$)",
    )
)
_NAMED = re.compile(
    r"(?<!apres )(?<!apres-)(?<!\w)(?:(midi|noon|midday)|(minuit|midnight))"
    r"(?: et (?P<part>demie?|quart)| moins (?P<less>(?:le |un )?quart|\d{1,2})|(?! 2\b) (?P<minute>[0-5]?\d))?(?!\w)"
    r"(?! et (?:2|deux)(?! heures)\b)"
)
_RANGE = re.compile(
    r"(?<!\w)(?:entre|de|between|from) (?P<hour>\d{1,2}) (?:et|a|and|to)"
    r"(?= \d{1,2}(?:[.:h]?\d\d)? ?(?:(?P<half>[ap])\.? ?m\b|h(?!\w)|h\d|heures?\b))"
)
_LENGTH_CUE = re.compile(
    r"\b(?:dans|depuis|pendant|sous|en|in|for|within|plus de|moins de|duree|toutes les|every|il y a|environ depuis"
    r"|dure|duree de|ca fait|lasted|lasts)\s+$"
)
_A_LENGTH = re.compile(r" de (?:marche|route|retard|trajet|travail|vol|bruit|suite|long)|/\d| ago\b| long\b")
_WORTH_A_LOOK = re.compile(r"\d|heure|midi|minuit|noon|midday|midnight|clock|half|quarter")
_QUARTERS = {"demi": 30, "demie": 30, "quart": 15, "half": 30, "quarter": 15}


def find_times(spans: Spans) -> Iterator[Entity]:
    """The times of day named, as HH:MM; `spans` with numbers in figures."""
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    for match in _RANGE.finditer(text):
        hour = _hour_of_half_day(int(match["hour"]), match["half"])
        if (said := _checked(hour, 0)) is not None:
            yield _entity(spans, said, match.start("hour"), match.end("hour"))
    for pattern in (*_PATTERNS, _NAMED):
        for match in pattern.finditer(text):
            said = None if _is_length(text, match) else _named(match) if pattern is _NAMED else _read(match)
            if said:
                start = match.start("hour") if match[0].startswith("at ") else match.start()
                yield _entity(spans, said, start, match.start() + len(match[0].rstrip()))


def _entity(spans: Spans, said: tuple[int, int], start: int, end: int) -> Entity:
    return spans.entity("time", f"{said[0]:02d}:{said[1]:02d}", start, end)


def _is_length(text: str, match: re.Match[str]) -> bool:
    before = _LENGTH_CUE.search(text, max(0, match.start() - 20), match.start())
    return before is not None or _A_LENGTH.match(text, match.end()) is not None


def _checked(hour: int, minute: int) -> tuple[int, int] | None:
    return (hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def _read(match: re.Match[str]) -> tuple[int, int] | None:
    groups = match.groupdict()
    hour = int(match["hour"]) if match["hour"].isdigit() else 1
    half = groups.get("half")
    if half and not 1 <= hour <= 12:
        return None
    hour = _hour_of_half_day(hour, half) if half else _hour_of_part(match, hour)
    return _turned(groups, hour)


def _turned(groups: dict[str, str | None], hour: int) -> tuple[int, int] | None:
    """The hour with its minutes, a part of it more, or a part of it less."""
    before = groups.get("side") == "to" or groups.get("less")
    told = groups.get("less") or groups.get("name") or groups.get("part") or groups.get("minute") or "0"
    last = told.rpartition(" ")[2]
    minutes = _QUARTERS[last] if last in _QUARTERS else int(last)
    return _checked((hour - 1) % 24, 60 - minutes) if before and minutes else _checked(hour, minutes)


def _hour_of_half_day(hour: int, half: str | None) -> int:
    return hour % 12 + (12 if half == "p" else 0) if half else hour


def _hour_of_part(match: re.Match[str], hour: int) -> int:
    """ "8 h du soir" is 20: the part of the day said after the hour, or to be said next ("à 3 h cet après-midi")."""
    if match.groupdict().get("of") is None:
        is_late = _AFTER_A_PART.search(match.string, max(0, match.start() - 30), match.start()) is not None
        return hour + 12 if is_late and 0 < hour < 12 else hour
    start = match.start("of")
    if _MORNING.match(match.string, start):
        return 0 if hour == 12 else hour
    return hour + 12 if hour < 12 and _LATE.match(match.string, start) else hour


def _named(match: re.Match[str]) -> tuple[int, int] | None:
    """Noon and midnight, with what is said after them."""
    return _turned(match.groupdict(), 12 if match[1] else 0)
