"""Which of the waiting messages a turn takes: the first ten, and before them what must not wait its turn.

STOP and emergencies are looked for in everything that waits, by the town's plain words. The interpreter reads only
what is taken: a flood must not cost more than a conversation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from bot.flows.opting import is_told_plainly
from bot.understand import MAX_UNDERSTOOD
from case_store.work.snapshots import TurnSnapshot, WaitingMessage
from channels.contacts import VISITOR
from services.words.lexicon import Lexicon
from services.words.said import Said, clean

MOST_AT_ONCE = 10
"""Messages that one turn answers: the others wait for the next turn, and other conversations come in between."""

_REMEMBERED = 1000

Urgency = Literal["opting", "alarm"]


@dataclass(frozen=True, slots=True)
class Share:
    """What one turn takes (`snapshot.messages`) and which of these it answers."""

    snapshot: TurnSnapshot
    answered: tuple[WaitingMessage, ...]


class Sharing:
    """Shares waiting messages out to turns."""

    def __init__(self, lexicon: Lexicon) -> None:
        # What waits is looked through at each of the turns that empty the queue, so every text is read only once.
        self._urgency: Callable[[str, bool, bool], Urgency | None] = lru_cache(_REMEMBERED)(
            lambda text, is_opted_out, is_chat: _urgency(_read(text, lexicon), is_opted_out, is_chat)
        )

    def take(self, snapshot: TurnSnapshot) -> Share:
        """The share of the next turn.

        The last STOP, or START after a STOP, takes everything with it, since nothing else is answered then.
        """
        waiting = snapshot.messages
        if len(waiting) <= MOST_AT_ONCE:
            return Share(snapshot, waiting)
        urgent = {message.id: self._urgency_of(message, snapshot) for message in waiting}
        opting = [message for message in waiting if urgent[message.id] == "opting"]
        if opting:
            return Share(snapshot, tuple(opting[-1:]))
        taken = _first([message for message in waiting if urgent[message.id]], waiting)
        return Share(replace(snapshot, messages=taken, leaves_some=True), taken)

    def _urgency_of(self, message: WaitingMessage, snapshot: TurnSnapshot) -> Urgency | None:
        if message.keyword == ("start" if snapshot.opted_out else "stop"):
            return "opting"
        return self._urgency(message.text[:MAX_UNDERSTOOD], snapshot.opted_out, snapshot.contact_kind == VISITOR.kind)


def _read(text: str, lexicon: Lexicon) -> Said:
    return Said(clean(text), (), lexicon, date.min)


def _urgency(said: Said, is_opted_out: bool, is_chat: bool) -> Urgency | None:
    if is_told_plainly(said, is_opted_out=is_opted_out, is_chat=is_chat):
        return "opting"
    return "alarm" if said.alarms else None


def _first(urgent: Sequence[WaitingMessage], waiting: Sequence[WaitingMessage]) -> tuple[WaitingMessage, ...]:
    """As many as one turn takes: the urgent ones, then those that have waited longest; in order of arrival."""
    ahead = {message.id for message in urgent}
    others = [message for message in waiting if message.id not in ahead]
    chosen = {message.id for message in [*urgent, *others][:MOST_AT_ONCE]}
    return tuple(message for message in waiting if message.id in chosen)
