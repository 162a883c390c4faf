"""Writes `services/texts/known_texts.yaml` from the product: reply keys and their values, word groups, intents.

Run it after adding or taking away a reply, a word group or an intent: `python -m scripts.known_texts`.
"""

from pathlib import Path

from kit.catalogues import read_catalogue
from kit.laid_files import Layers
from kit.wording import LANGUAGES
from kit.yaml_files import read_yaml
from services.files.tables import read_table
from services.texts.known_texts import PATH
from services.town_hall.catalogue import CatalogueRow

DATA = Path(__file__).resolve().parent.parent / "data"
HEAD = """# The product's reply keys with the values each may fill in, its word groups and its dialogue's intents.
# Written by `python -m scripts.known_texts` from data/; a town's files are compared with it when they are loaded.

"""


def known_replies(data: Path) -> dict[str, str]:
    """The values that each key fills in in any language, or in its short form."""
    values: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for key, phrase in read_catalogue(data / f"replies.{language}.yaml", language).items():
            values.setdefault(key, set()).update(phrase.values())
    return {key: " ".join(sorted(names)) for key, names in sorted(values.items())}


def rendered(data: Path) -> str:
    """The file's content."""
    groups = {group for language in LANGUAGES for group in read_yaml(data / f"words.{language}.yaml")["groups"]}
    rows = read_table(Layers(data, data), "catalogue.tsv", CatalogueRow).rows.values()
    intents = sorted(row.code for row in rows if not row.is_service)
    lines = ["replies:", *(f'  {key}: "{values}"' for key, values in known_replies(data).items())]
    lines += ["word_groups:", *(f"  - {group}" for group in sorted(groups))]
    lines += ["intents:", *(f"  - {code}" for code in intents)]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(rendered(DATA), encoding="utf-8")
