"""Which list a page shows: the view, what it is filtered by, and its order; one word in addresses and forms.

The word is the view's code with what was chosen behind it: "open.team-roads.sort-wait". It goes wherever the view goes,
so that a filtered list stays filtered behind every link and every form. The form of the filters sends the parts alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agent_console.access.forms import identifier
from case_store.conversations.filters import NOBODY, OFFERED, SORTS, Filter, Nobody
from case_store.conversations.lists import VIEWS, View
from channels.registry import find_kind

WAITS: Mapping[str, timedelta] = {"any": timedelta(0), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_PARTS = ("team", "channel", "agent", "wait", "sort")
_LONGEST = 200
_OFFERED_AS = {"channel": "channel_kind", "wait": "waiting_before"}


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A view, and the parts chosen in it; a part that the view does not offer is left out."""

    view: View
    parts: Mapping[str, str]

    @property
    def word(self) -> str:
        """The choice as it stands in addresses and forms."""
        return ".".join([self.view, *(f"{name}-{value}" for name, value in self.parts.items())])

    def offers(self, part: str) -> bool:
        """Whether the view can be asked for it."""
        return bool(OFFERED.get(self.view, frozenset()) & _names_of(part))

    def sorts(self) -> list[str]:
        """The orders that the view offers."""
        return [sort for sort in SORTS if sort in OFFERED.get(self.view, frozenset())]

    def filter(self, now: datetime) -> Filter:
        """What the store is asked for at this moment."""
        wait = WAITS.get(self.parts.get("wait", ""))
        return Filter(
            team=self.parts.get("team"),
            channel_kind=self.parts.get("channel"),
            agent=_agent(self.parts.get("agent", "")),
            waiting_before=now - wait if wait is not None else None,
            sort=next((sort for sort in SORTS if sort == self.parts.get("sort")), None),
        ).within(self.view)


def read_choice(word: str | None, told: Mapping[str, Any] | None = None) -> ListChoice:
    """The list of a word; `told` are a form's fields, which stand above it. The queue for anything else."""
    code, *rest = (word or "")[:_LONGEST].split(".")
    view: View = next((view for view in VIEWS if view == code), "queue")
    parts = dict(part.split("-", 1) for part in rest if "-" in part)
    parts |= {name: str(value)[:_LONGEST] for name, value in (told or {}).items() if name in _PARTS}
    bare = ListChoice(view, {})
    kept = {name: parts[name] for name in _PARTS if bare.offers(name) and _is_known(bare, name, parts.get(name, ""))}
    return ListChoice(view, kept)


def _is_known(choice: ListChoice, name: str, value: str) -> bool:
    if name == "agent":
        return _agent(value) is not None
    if name == "channel":
        return find_kind(value) is not None
    if name in {"wait", "sort"}:
        return value in (WAITS if name == "wait" else choice.sorts())
    return bool(value) and value.replace("_", "").isalnum()


def _names_of(part: str) -> frozenset[str]:
    return frozenset(SORTS) if part == "sort" else frozenset({_OFFERED_AS.get(part, part)})


def _agent(value: str) -> UUID | Nobody | None:
    return NOBODY if value == NOBODY else identifier(value)
