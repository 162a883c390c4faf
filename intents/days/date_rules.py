"""One day each: the forms in which a day is written or told, and how it is reckoned from today.

The patterns run on a text with its numbers in figures (intents.entities.digits). Earlier rules go before later ones.
"""

import re
from datetime import date, timedelta

from intents.days import calendar_words as words
from intents.days.day_patterns import AFTER_A_DAY, DAY, EDGE, END, MONTH, WEEKDAY, YEAR, Reckon, day_number, in_year
from intents.days.month_rules import COUNTED_DAYS, DAYS_BESIDE_A_MONTH, ORDINAL_BEFORE
from intents.days.named_days import DAY_BESIDE_A_NAMED_ONE, NAMED_DAY, day_beside, named_day
from kit.dates import in_century, make_date

_ANY_DAY = words.spelt(words.WEEKDAYS)
_CUED_DAY = "|".join(sorted(words.AFTER_A_CUE, key=len, reverse=True))
_BEFORE_A_DAY = (
    "pour|vers|avant|plutot|on|ce serait|ce sera|disons|on dit|va pour|je prefere|si possible|bonjour|let's say|say|for"
)
_LED_BY = rf"(?:(?:{_ANY_DAY})\.?,? (?:le |the )?)?"
_WHICH = r"(?: (?P<which>dernier|passe|ecoule|last|prochain|next)(?!\w))?"
_UNIT = r"(jours?|semaines?|mois|ans?|annees?|days?|weeks?|fortnights?|months?|years?)"
_SO_MANY = r"(\d{1,4}|une?|an?|one)(?: of| de| d')? ?"
_WEEK = r"(?:semaine (?:prochaine?|derniere?|passee?|suivante?)|cette semaine|(?:next|last|this) week)"


def _iso(match: re.Match[str], today: date, past: bool) -> date | None:
    return make_date(int(match[1]), int(match[3]), int(match[4]))


def _numeric(match: re.Match[str], today: date, past: bool) -> date | None:
    return in_century(match[3], int(match[2]), int(match[1]), today, past=past)


def _numeric_without_year(match: re.Match[str], today: date, past: bool) -> date | None:
    return words.nearest(int(match[2]), int(match[1]), today, past=past)


def _day_and_month(match: re.Match[str], today: date, past: bool) -> date | None:
    which = match["which"] or match["before"]
    is_past = which in ("dernier", "passe", "ecoule", "last") or (past and not which)
    return in_year(match["year"], words.MONTHS[match["month"]], day_number(match["day"]), today, past=is_past)


def _day_alone(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "le 3", as an answer: the next such day."""
    days = (words.months_later(today.replace(day=1), ahead) for ahead in range(13))
    dates = (make_date(month.year, month.month, int(match[1])) for month in days)
    return next((found for found in dates if found and found >= today), None)


def _shifted(days: int) -> Reckon:
    return lambda match, today, past: today + timedelta(days=days)


def _in_so_long(match: re.Match[str], today: date, past: bool) -> date | None:
    return _after(today, _count(match[1]), match[2])


def _so_long_ago(match: re.Match[str], today: date, past: bool) -> date | None:
    return _after(today, -_count(match[1]), match[2])


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 1


def _after(today: date, count: int, unit: str) -> date | None:
    if abs(count) > 1000:
        return None
    if unit[0] in "jd":
        return today + timedelta(days=count)
    if unit[0] in "swf":
        return today + timedelta(weeks=count * (2 if unit[0] == "f" else 1))
    return words.months_later(today, count * (12 if unit[0] in "ay" else 1))


def _weekday_later(weeks: int) -> Reckon:
    return lambda match, today, past: words.coming(_weekday_of(match), today, weeks_more=weeks)


def weekday(match: re.Match[str], today: date, past: bool) -> date | None:
    """The coming day of the week, or the last one; this one may be a habit. "le deuxième dimanche" is neither."""
    if ORDINAL_BEFORE.search(match.string, max(0, match.start() - 16), match.start()):
        return None
    return words.last(_weekday_of(match), today) if past else words.coming(_weekday_of(match), today)


def _weekday_before(match: re.Match[str], today: date, past: bool) -> date | None:
    return words.last(_weekday_of(match), today)


def _weekday_of(match: re.Match[str]) -> int:
    return words.WEEKDAYS[next(group for group in match.groups() if group)]


def _weekday_of_week(match: re.Match[str], today: date, past: bool) -> date | None:
    weeks = -1 if re.search(r"derniere|passee|last", match["week"]) else 0 if "t" in match["week"][:3] else 1
    return words.in_week(words.WEEKDAYS[match["day"]], today, weeks)


def _weekday_and_day(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "lundi 23": the next month whose 23rd is a Monday."""
    for ahead in range(13):
        month = words.months_later(today.replace(day=1), ahead)
        found = make_date(month.year, month.month, day_number(match[2]))
        if found and found >= today and found.weekday() == words.WEEKDAYS[match[1]]:
            return found
    return None


_NO_CLOCK = r"(?! ?(?:h\b|:|heures))"
_YEAR_AFTER = (
    rf"(?:[ ,/-]{{0,2}}(?P<year>{YEAR}(?!\d)|(?<= )'\d{{2}}|(?<= )\d{{2}}(?=\s*(?:$|[,.;)])| (?:a|in|at|et|and) )))?"
)
RULES: tuple[tuple[re.Pattern[str], Reckon], ...] = tuple(
    (re.compile(rf"{EDGE}(?:{pattern}){END}"), reckon)
    for pattern, reckon in (
        (r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})", _iso),
        *COUNTED_DAYS,
        (rf"{_LED_BY}(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})\s?[/.-]\s?({YEAR}|\d{{2}})", _numeric),
        (rf"(\d{{2}}) (\d{{2}}) ({YEAR})", _numeric),
        (rf"(?:le |on |the )(\d{{1,2}}) (\d{{1,2}}) ({YEAR})", _numeric),
        (
            rf"{_LED_BY}(?:(?P<before>last|next) )?(?P<day>{DAY})\.?(?: of)?[ /-]?(?P<month>{MONTH})(?![a-z])\.?"
            rf"{_YEAR_AFTER}{_WHICH}",
            _day_and_month,
        ),
        (
            rf"{_LED_BY}(?:(?P<before>last|next) )?(?P<month>{MONTH})(?:\.? (?:the )?|(?=\d))(?P<day>{DAY})"
            rf"(?:,? ?(?P<year>{YEAR}|(?<=, )'?\d{{2}}(?=\W*$)))?{_WHICH}{_NO_CLOCK}",
            _day_and_month,
        ),
        *DAYS_BESIDE_A_MONTH,
        (
            rf"(?<=^)(?:(?:{_BEFORE_A_DAY}) )*(?:le|the) (\d{{1,2}})(?:er|st|nd|rd|th)?{AFTER_A_DAY}",
            _day_alone,
        ),
        (r"(?:on|for|by) the (\d{1,2})(?:st|nd|rd|th)", _day_alone),
        (
            r"(?:from|starting|a partir|a compter|des)(?: on| du| le| the)? (\d{1,2})(?:er|st|nd|rd|th)?"
            r"(?= (?:for|pendant|pour|pdt|till|until|jusqu))",
            _day_alone,
        ),
        (
            rf"(?:(?:{_ANY_DAY})\.?,? (?:le |the )?|le |the |du |au |on |pour )(\d{{1,2}})[/.-](\d{{1,2}})",
            _numeric_without_year,
        ),
        (r"(\d{1,2})/(\d{1,2})(?=\s*$)", _numeric_without_year),
        (r"apres[ -]?(?:demain|dem1|2main)|day after (?:tomorr?ow|tmrw|tmr|2moro)", _shifted(2)),
        (r"avant[ -]?hier|day before yesterday", _shifted(-2)),
        (r"demain en (?:huit|8)|a week tomorrow|tomorrow week", _shifted(8)),
        (r"demain en 15", _shifted(15)),
        (r"d'aujourd'?hui en (?:huit|8)", _shifted(7)),
        (r"d'aujourd'?hui en 15", _shifted(14)),
        (r"demain|dem1|2main|2m1|tomorrow|tmrw|tmr|2moro|tomorow|tommorow", _shifted(1)),
        (r"hier|yesterday|(?:la )?nuit derniere|last night", _shifted(-1)),
        (
            r"aujourd'?hui|aujourd hui|auj|ajd|today|tonight|ce (?:matin|soir|midi)"
            r"|cet(?:te)? (?:apres[ -]?midi|aprem|nuit)|this (?:morning|afternoon|evening)",
            _shifted(0),
        ),
        (rf"(?P<day>{WEEKDAY}),? (?:(?:de |of )?(?:la )?)(?P<week>{_WEEK})", _weekday_of_week),
        (rf"(?:la )?(?P<week>{_WEEK}),?(?: plutot| le| on){{0,2}} (?P<day>{WEEKDAY})", _weekday_of_week),
        (rf"({WEEKDAY}) en (?:huit|8)|({WEEKDAY}) (?:week|after next)|a week on ({WEEKDAY})", _weekday_later(1)),
        (rf"({WEEKDAY}) en 15", _weekday_later(2)),
        (rf"({WEEKDAY}) (?:dernier|passe)|last ({WEEKDAY}|{_CUED_DAY})", _weekday_before),
        (
            rf"({WEEKDAY})(?:,? (?:le |the )| )({DAY})(?! ?(?:h|:|heures?|[ap]\.?m|rue|bis|ter|avenue|place|,))",
            _weekday_and_day,
        ),
        (
            rf"(?:this |next |on |by )({_CUED_DAY})\.?|(?:ce |cette |this |next |on |by )?({WEEKDAY})"
            r"(?: (?:prochain|qui vient|qui arrive|next))?",
            weekday,
        ),
        (rf"(?:dans|ds|d'ici|in|within) (?:environ |about |les )?{_SO_MANY}{_UNIT}", _in_so_long),
        (rf"{_SO_MANY}{_UNIT} from (?:now|today)", _in_so_long),
        (rf"il y a (?:environ )?{_SO_MANY}{_UNIT}", _so_long_ago),
        (rf"{_SO_MANY}{_UNIT} ago", _so_long_ago),
    )
)
RULES = ((DAY_BESIDE_A_NAMED_ONE, day_beside), (NAMED_DAY, named_day), *RULES)
