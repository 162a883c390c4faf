"""What the assistant missed, as supervisors read it, and the phrases that they teach the town."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from agent_console.access.deps import MissedGroup, Taught
from app.configuration.settings import Settings, SettingsInvalid
from app.missed import can_teach, group_misses, propose
from bot.replay.misses import Group
from case_store.engine.database import Store
from case_store.work.kept_turns import KeptTurn, find_kept_turns
from kit.text import dictionary_order
from kit.yaml_files import FileProblem
from services.town.loading import Town

_AT_ONCE, _MOST_TURNS = 200, 20_000
"""Turns read in one transaction, and for one page: a busy town's fortnight."""
_LONGEST_PHRASE = 200


class TownTeaching:
    """Of one town and its store."""

    def __init__(self, settings: Settings, town: Town, store: Store) -> None:
        self._settings, self._town, self._store = settings, town, store

    @property
    def can_teach(self) -> bool:
        return can_teach(self._settings)

    def codes(self, language: str) -> Sequence[tuple[str, str]]:
        """What residents can mean, by its name."""
        codes = {**dict.fromkeys(self._town.services), **dict.fromkeys(self._town.catalogue)}
        named = [(code, self._town.service_name(code, language)) for code in codes]
        return sorted(named, key=lambda each: dictionary_order(each[1]))

    def question(self, name: str, language: str) -> str:
        """What a field is called in some service that asks for it; empty for one that none asks for."""
        asked = (field for service in self._town.services.values() for field in service.fields if field.name == name)
        return next((field.label.on(language) for field in asked), "")

    async def find_missed(self, since: datetime) -> Sequence[MissedGroup]:
        """The groups since then, the most frequent first."""
        groups = await group_misses(self._turns(since))
        return [_as_told(group) for group in groups.listed()]

    async def teach(self, code: str, phrases: Sequence[str], language: str) -> Taught:
        """Writes phrases to the town's own file. Raises ValueError for what cannot be taught."""
        if language not in self._town.city.languages or any(len(each) > _LONGEST_PHRASE for each in phrases):
            raise ValueError(language)
        try:
            done = await asyncio.to_thread(propose, self._settings, code, phrases, language)
        except (SettingsInvalid, FileProblem, OSError) as error:
            raise ValueError(str(error)) from error
        return Taught(done.written, done.known, done.taken)

    async def _turns(self, since: datetime) -> AsyncIterator[KeptTurn]:
        after, count = None, 0
        while count < _MOST_TURNS:
            turns = await self._store.read(find_kept_turns, since=since, after=after, limit=_AT_ONCE)
            for turn in turns:
                yield turn
            if len(turns) < _AT_ONCE:
                return
            after, count = (turns[-1].at, turns[-1].id), count + len(turns)
            await asyncio.sleep(0)  # grouping is work of its own: others are served between


def _as_told(group: Group) -> MissedGroup:
    def most(counter: Counter[str]) -> list[tuple[str, int]]:
        return counter.most_common(3)

    return MissedGroup(
        text=group.text,
        language=group.language,
        texts=tuple(group.texts),
        count=group.count,
        conversations=len(group.conversations),
        kinds=most(group.kinds),
        guesses=most(group.guesses),
        picked=most(group.picked),
        questions=most(group.questions),
    )
