"""What a service said before: its versions as the store keeps them, and what its files say now."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from app.commands.data import require_current_store
from app.commands.service_versions import declared_services
from app.configuration.settings import Settings
from case_store.catalogue.versions import (
    MOST_COUNTED,
    DeclaredService,
    count_open_cases,
    find_numbers,
    find_versions,
)
from case_store.engine.database import Store
from case_store.models import ServiceVersion
from kit.clock import SystemClock
from services.town.loading import Town, load_town
from services.town.version_changes import changes


@dataclass(frozen=True, slots=True)
class _History:
    """`declared` is what the files say now, None of a service that the town no longer has; `present` its version."""

    versions: list[ServiceVersion]
    open_cases: dict[int, int]
    declared: DeclaredService | None
    present: int | None


def tell_history(settings: Settings, code: str) -> int:
    """Prints it; 0, or 1 where nobody knows the service. Raises StoreUnusable and services' TownDataError."""
    require_current_store(settings)
    town = load_town(settings.town_files)
    store = Store(settings.store_url, SystemClock())
    try:
        history = _read(store, town, code)
    finally:
        store.close()
    if not history.versions and history.declared is None:
        near = get_close_matches(code, town.services, n=1)
        print(f"guichet: no service {code}" + (f"; did you mean {near[0]}?" if near else ""), file=sys.stderr)
        return 1
    print("\n".join(_lines(history, ZoneInfo(town.city.timezone))))
    return 0


def _read(store: Store, town: Town, code: str) -> _History:
    declared = next((each for each in declared_services(town) if each.code == code), None)
    numbers = store.read_now(find_numbers, declared=[declared] if declared else [])
    versions = store.read_now(find_versions, code=code)
    return _History(
        versions,
        store.read_now(count_open_cases, code=code, versions=[each.number for each in versions]),
        declared,
        numbers.get(code),
    )


def _lines(history: _History, zone: ZoneInfo) -> Iterator[str]:
    before: ServiceVersion | None = None
    for version in history.versions:
        yield _head(version, history, zone)
        if before is not None:
            yield from (f"     {line}" for line in changes(before.declaration, version.declaration))
        before = version
    if history.declared is None:
        yield "The town no longer has it: its open cases keep their version."
    elif history.present is None:
        yield "The files say something else now; the next start keeps it as a new version."
        if before is not None:
            yield from (f"     {line}" for line in changes(before.declaration, history.declared.declaration))


def _head(version: ServiceVersion, history: _History, zone: ZoneInfo) -> str:
    count = history.open_cases.get(version.number, 0)
    facts = [
        f"since {_minute(version.first_seen_at, zone)}",
        f"{count}{' or more' if count == MOST_COUNTED else ''} open case{'' if count == 1 else 's'}",
        *(["present"] if version.number == history.present else []),
    ]
    return f"{version.number:>3}  {', '.join(facts)}"


def _minute(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
