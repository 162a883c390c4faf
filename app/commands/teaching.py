"""`guichet intents misses` and `propose`: what residents said and was missed, and what the town teaches of it."""

import asyncio
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from app.commands.replay import stored_turns
from app.commands.saying import text
from app.configuration.settings import Settings
from app.missed import group_misses
from bot.replay.misses import Group
from services.town.loading import load_town


def list_misses(settings: Settings, since: datetime | None, *, as_json: bool) -> None:
    """Prints the groups, the most frequent first. Raises StoreUnusable and TownDataError."""
    town = load_town(settings.town_files)
    moment = since.replace(tzinfo=ZoneInfo(town.city.timezone)) if since is not None else None
    groups = asyncio.run(group_misses(stored_turns(settings, moment))).listed()
    for one in groups:
        print(json.dumps(_as_json(one), ensure_ascii=False) if as_json else _as_lines(one))
    if not groups and not as_json:
        print(text("misses.none"))


def _as_json(one: Group) -> dict[str, object]:
    return {
        "text": one.text,
        "language": one.language,
        "count": one.count,
        "conversations": len(one.conversations),
        "kinds": dict(one.kinds),
        "picked": dict(one.picked),
        "guessed": dict(one.guesses),
        "asked": dict(one.questions),
        "texts": one.texts,
    }


def _as_lines(one: Group) -> str:
    kinds = ", ".join(text(f"misses.kind.{kind}", count=count) for kind, count in one.kinds.most_common())
    lines = [f"{one.count} × « {one.text} » ({one.language})", f"    {kinds}"]
    for name, counted in (("picked", one.picked), ("guessed", one.guesses), ("asked", one.questions)):
        if counted:
            lines.append(
                f"    {text(f'misses.{name}')} {', '.join(f'{code} ({n})' for code, n in counted.most_common())}"
            )
    lines += [f"    « {said} »" for said in one.texts[1:]]
    return "\n".join(lines)
