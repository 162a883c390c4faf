"""`guichet intents misses` and `propose`: what residents said and was missed, and what the town teaches of it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.commands.replay import stored_turns
from app.commands.saying import text
from app.configuration.settings import Settings, SettingsInvalid
from bot.replay.misses import Group, Groups, MissFinder
from intents.catalogue import load_catalogue, read_codes
from intents.contract import OUT_OF_SCOPE
from intents.normalise import fold
from services.files.product import PRODUCT, over_product
from services.town.loading import load_town

TAUGHT = "taught.yml"
"""The town's file of what its residents taught, in each language's folder of `intents/`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of phrases for a code: written, known already, or taken by another code, which is named."""

    path: Path
    written: tuple[str, ...]
    known: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]


def list_misses(settings: Settings, since: datetime | None, *, as_json: bool) -> None:
    """Prints the groups, the most frequent first. Raises StoreUnusable and TownDataError."""
    town = load_town(settings.town_files)
    moment = since.replace(tzinfo=ZoneInfo(town.city.timezone)) if since is not None else None
    groups = asyncio.run(_read(settings, moment)).listed()
    for one in groups:
        print(json.dumps(_as_json(one), ensure_ascii=False) if as_json else _as_lines(one))
    if not groups and not as_json:
        print(text("misses.none"))


async def _read(settings: Settings, since: datetime | None) -> Groups:
    """The misses of the kept turns, which are too many to be held together."""
    groups, finder = Groups(), MissFinder()
    async for turn in stored_turns(settings, since):
        for miss in finder.take(turn):
            groups.add(miss)
    for miss in finder.rest():
        groups.add(miss)
    return groups


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


def propose(settings: Settings, code: str, phrases: Sequence[str], language: str) -> Proposal:
    """Adds phrases to the town's own file. Raises SettingsInvalid for what cannot be taught, and FileProblem."""
    folder = settings.city_dir
    if folder.absolute().is_relative_to(PRODUCT):
        raise SettingsInvalid("GUICHET_CITY_DIR: phrases are taught in a town's own folder; this is the product's")
    files = over_product(folder)
    if code not in {*read_codes(files), OUT_OF_SCOPE}:
        raise SettingsInvalid(f"{code}: no such code in catalogue.tsv or services/")
    known = {_same(phrase.text): phrase.code for phrase in load_catalogue(files).phrases}
    new, same, taken = [], [], []
    for said in dict.fromkeys(_checked(phrase) for phrase in phrases):
        other = known.get(_same(said))
        if other is None:
            new.append(said)
            known[_same(said)] = code
        elif other == code:
            same.append(said)
        else:
            taken.append((said, other))
    path = folder / "intents" / language / TAUGHT
    if new:
        _write(path, code, new)
    return Proposal(path, tuple(new), tuple(same), tuple(taken))


def _checked(phrase: str) -> str:
    said = " ".join(phrase.split())
    if not said or "[" in said or "{" in said:
        raise SettingsInvalid(f"{phrase!r}: write the phrase in full words, with nothing in brackets")
    return said


def _same(said: str) -> str:
    return " ".join(fold(said).split())


def _write(path: Path, code: str, phrases: Sequence[str]) -> None:
    """Under a block of its own at the end: what stands in the file stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else 'version: "3.1"\nnlu:\n'
    block = f"- intent: {code}\n  examples: |\n" + "".join(f"    - {phrase}\n" for phrase in phrases)
    path.write_text(f"{before.rstrip()}\n{block}", encoding="utf-8")
