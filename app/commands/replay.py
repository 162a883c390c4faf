"""`guichet replay`: past turns decided again, against changed data, phrases or code. It reads, and writes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.commands.data import require_current_store
from app.commands.replay_report import Report
from app.configuration.settings import Settings, SettingsInvalid
from app.understanding import build_interpreter, rasa_server
from bot.replay.corpus import CorpusInvalid, read_turns
from bot.replay.replaying import NotReplayable, compare, decide_again
from case_store.engine.database import Store
from case_store.work.kept_turns import KeptTurn, find_kept_turns
from intents.contract import Interpreter
from intents.learning.model_cache import fingerprint
from kit.clock import SystemClock
from services.files.product import over_product
from services.files.town_files import TownDataError
from services.town.lessons import lessons_of
from services.town.loading import Town, load_town

_AT_ONCE = 200
"""Turns that are read from the store together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which turns, against what. `against` is a town's folder; `since` is in the town's own time."""

    since: datetime | None = None
    against: Path | None = None
    corpus: Path | None = None
    as_understood: bool = False


def replay_turns(settings: Settings, choice: Choice, *, as_json: bool) -> int:
    """Prints what differs, and the counts. 0 when nothing does, else 1.

    Raises SettingsInvalid, StoreUnusable and TownDataError with what to mend.
    """
    town = load_town(over_product(_existing(choice.against or settings.city_dir)), settings.base_url)
    interpreter = None if choice.as_understood else interpreter_of(settings, town)
    report = Report(as_json=as_json)
    asyncio.run(_replay(settings, choice, town, interpreter, report))
    report.close()
    return 1 if report.differs else 0


async def _replay(
    settings: Settings, choice: Choice, town: Town, interpreter: Interpreter | None, report: Report
) -> None:
    async for where, turn in _turns(settings, choice, town):
        try:
            again = await decide_again(turn, town, interpreter)
            found = compare(turn.record, again)
        except NotReplayable as error:
            report.cannot(where, turn, error)
        else:
            report.tell(where, turn, found, again.decision)


async def _turns(settings: Settings, choice: Choice, town: Town) -> AsyncIterator[tuple[str, KeptTurn]]:
    if choice.corpus is not None:
        try:
            for named in read_turns(choice.corpus):
                yield named
        except (CorpusInvalid, OSError) as error:
            raise SettingsInvalid(f"--corpus: {error}") from error
        return
    since = choice.since.replace(tzinfo=ZoneInfo(town.city.timezone)) if choice.since is not None else None
    async for turn in stored_turns(settings, since):
        yield str(turn.conversation_id), turn


async def stored_turns(settings: Settings, since: datetime | None) -> AsyncIterator[KeptTurn]:
    """The turns of the store, oldest first. Raises StoreUnusable."""
    require_current_store(settings)
    store = Store(settings.store_url, SystemClock())
    try:
        after = None
        while turns := await store.read(find_kept_turns, since=since, after=after, limit=_AT_ONCE):
            for turn in turns:
                yield turn
            after = turns[-1].at, turns[-1].id
    finally:
        store.close()


def interpreter_of(settings: Settings, town: Town) -> Interpreter:
    """The understanding of a town that is tried out.

    What is learned for it is kept apart from the models of the serving town, of which only the latest stay.
    """
    is_own = fingerprint(lessons_of(town).files) == fingerprint(over_product(settings.city_dir))
    folder = settings.model_dir if is_own else settings.model_dir / "tried"
    server = None if settings.nlu_engine == "embedded" else rasa_server(settings)
    return build_interpreter(settings.model_copy(update={"model_dir": folder}), town, server)


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise TownDataError(f"{folder}: there is no such folder")
    return folder
