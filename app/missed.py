"""What residents said and was missed, grouped; and the phrases that a town teaches of it, in its own folder."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.configuration.settings import Settings, SettingsInvalid
from bot.replay.misses import Groups, MissFinder
from case_store.work.kept_turns import KeptTurn
from intents.catalogue import load_catalogue, read_codes
from intents.contract import OUT_OF_SCOPE
from intents.normalise import fold
from services.files.product import PRODUCT, over_product

TAUGHT = "taught.yml"
"""The town's file of what its residents taught, in each language's folder of `intents/`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of phrases for a code: written, known already, or taken by another code, which is named."""

    path: Path
    written: tuple[str, ...]
    known: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]


async def group_misses(turns: AsyncIterator[KeptTurn]) -> Groups:
    """The misses of kept turns in their order, which may be too many to be held together."""
    groups, finder = Groups(), MissFinder()
    async for turn in turns:
        for miss in finder.take(turn):
            groups.add(miss)
    for miss in finder.rest():
        groups.add(miss)
    return groups


def can_teach(settings: Settings) -> bool:
    """Whether the town has a folder of its own, in which phrases are kept."""
    return not settings.city_dir.absolute().is_relative_to(PRODUCT)


def propose(settings: Settings, code: str, phrases: Sequence[str], language: str) -> Proposal:
    """Adds phrases to the town's own file. Raises SettingsInvalid for what cannot be taught, and FileProblem."""
    folder = settings.city_dir
    if not can_teach(settings):
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
