"""When a conversation may come back: the usual moments of a working day, or one of the agent's own."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent_console.access.errors import TimeRefused

EVENING, MORNING = time(17), time(9)
_LONGEST = timedelta(days=366)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Snooze:
    """A moment to come back at; `code` names its words."""

    code: str
    until: datetime


def usual_snoozes(now: datetime, zone: str) -> tuple[Snooze, ...]:
    """In an hour, tonight while that is still to come, tomorrow morning, next Monday."""
    local = now.astimezone(ZoneInfo(zone))
    days_to_monday = (_MONDAY - local.weekday()) % 7 or 7
    choices = [Snooze("hour", now + timedelta(hours=1))]
    if local.time() < EVENING:
        choices.append(Snooze("tonight", _at(local, 0, EVENING)))
    choices.append(Snooze("tomorrow", _at(local, 1, MORNING)))
    if days_to_monday > 1:
        choices.append(Snooze("monday", _at(local, days_to_monday, MORNING)))
    return tuple(choices)


def chosen_moment(code: str, custom: str, now: datetime, zone: str) -> datetime:
    """The moment of a form's answer; `custom` is a local time such as "2026-11-24T14:30". Raises TimeRefused."""
    if code != "custom":
        usual = {snooze.code: snooze.until for snooze in usual_snoozes(now, zone)}
        if code not in usual:
            raise TimeRefused
        return usual[code]
    try:
        until = datetime.fromisoformat(custom).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise TimeRefused from None
    if not now < until <= now + _LONGEST:
        raise TimeRefused
    return until


def _at(local: datetime, days: int, clock: time) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), clock, tzinfo=local.tzinfo)
