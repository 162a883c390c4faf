"""A small commented start for a town's folder, and the schemas by which editors complete and check its files."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kit.text import fold
from services.declarations.declaration import Service
from services.declarations.shared_workflows import SharedWorkflow
from services.files.product import PRODUCT, TOWN_FILE
from services.files.town_files import TownDataError
from services.town_hall.answers_data import CollectionDays, Emergency, Fees
from services.town_hall.city import City
from services.town_hall.hours import OpeningHours
from services.words.topics import Topics

START = PRODUCT / "start"
SCHEMAS = ".schemas"
UNSET = ("Ma commune", "99999")
"""The name and postcode of a town that was given none: `guichet town check` asks for its own."""
PLACEHOLDERS = ("@a-remplacer.example", "+33199980000", "+33199980001", *UNSET)
_SMALL_WORDS = frozenset({"le", "la", "les", "de", "du", "des", "sur", "sous", "en", "l", "d", "et"})
_FILES: dict[str, Any] = {
    "city": City,
    "opening_hours": OpeningHours,
    "fees": Fees,
    "collection_days": CollectionDays,
    "emergency": tuple[Emergency, ...],
    "topics": Topics,
    "service": Service,
    "workflows": dict[str, SharedWorkflow],
}


def write_start(folder: Path, name: str, postcode: str, language: str) -> list[Path]:
    """Writes the files of a new town, with comments in a language, and says which.

    Raises TownDataError where the folder holds something already.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise TownDataError(f"{folder}: there is something here already; name a new folder")
    source = START / language
    written = []
    for path in sorted(source.rglob("*.*")):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        for mark, value in (("{name}", name), ("{postcode}", postcode), ("{prefix}", prefix_of(name))):
            text = text.replace(mark, value)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    write_schemas(folder)
    return written


def prefix_of(name: str) -> str:
    """Three letters of a town's name for its references: the first ones of its words, then its consonants."""
    words = [word for word in fold(name).split() if word.isalpha() and word not in _SMALL_WORDS]
    initials = "".join(word[0] for word in words)
    consonants = re.sub(r"[aeiouy]", "", "".join(word[1:] for word in words))
    return (initials + consonants + "xxx")[:3].upper()


def write_schemas(folder: Path) -> None:
    """Writes a JSON schema for each kind of file. None of its keys is required: what is missing is the product's."""
    target = folder / SCHEMAS
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, kind in _FILES.items():
        schema = _eased(TypeAdapter(kind).json_schema(mode="validation"))
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        (target / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _eased(schema: Any) -> Any:
    """The schema as files may be written: nothing required, any key taken away by null or added to by `key+`."""
    if isinstance(schema, list):
        return [_eased(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    eased = {key: _eased(value) for key, value in schema.items() if key != "required"}
    if isinstance(schema.get("properties"), dict) and schema.get("additionalProperties") is False:
        eased["properties"] = {key: _eased(value) for key, value in schema["properties"].items()}
        eased["patternProperties"] = {r"\+$": {"type": "array"}, "^dropped$": {"type": "boolean"}}
    return eased


def unset_places(folder: Path) -> list[tuple[int, str]]:
    """The lines of the town's own file that still say what the start said, and what they say."""
    lines = (folder / TOWN_FILE).read_text(encoding="utf-8").splitlines()
    return [
        (number, mark)
        for number, line in enumerate(lines, 1)
        for mark in PLACEHOLDERS
        if mark in line.partition("# ")[0]
    ]
