"""What a list can be filtered by and sorted by, as a form, and what is chosen, in words."""

from dataclasses import dataclass

from agent_console.access.deps import TownWords
from agent_console.access.gate import Visit
from agent_console.lists.list_choice import WAITS, ListChoice
from agent_console.showing.labels import Labels
from agent_console.showing.reading import ListPage
from case_store.conversations.filters import NOBODY

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One field of the form: its options as (value, words), the first for "all", and the one chosen."""

    name: str
    options: tuple[Option, ...]
    value: str

    @property
    def told(self) -> str:
        """The words of what was chosen; empty for all."""
        return next((words for value, words in self.options if value and value == self.value), "")


def filters_of(choice: ListChoice, lines: ListPage, *, visit: Visit, labels: Labels) -> list[FilterChoice]:
    """The fields that the view offers, in the order of the form."""
    everything = {
        "team": _teams(labels.town, visit, labels),
        "channel": [(kind, labels.channel(kind)) for kind in labels.channel_kinds()],
        "agent": [(NOBODY, labels.told("filter.nobody")), *((str(one.id), one.name) for one in lines.colleagues)],
        "wait": [(code, labels.told(f"filter.waits.{code}")) for code in WAITS],
        "sort": [(code, labels.told(f"filter.sorts.{code}")) for code in choice.sorts()],
    }
    return [
        FilterChoice(name, (("", labels.told(f"filter.all.{name}")), *options), choice.parts.get(name, ""))
        for name, options in everything.items()
        if choice.offers(name)
    ]


def _teams(town: TownWords, visit: Visit, labels: Labels) -> list[Option]:
    """Those whose conversations one may see."""
    seen = [code for code in town.team_codes() if visit.scope.teams is None or code in visit.scope.teams]
    return [*((code, labels.team(code)) for code in seen), (NOBODY, labels.team(None))]
