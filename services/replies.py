"""What the assistant says: `replies.<language>.yaml` of the town. A key in `.sms` is the short form of its key."""

from pathlib import Path

from kit.words import Words, read_catalogue
from services.wording import LANGUAGES

SHORT = ".sms"


def load_replies(folder: Path) -> Words:
    """The texts of all languages. Raises kit.yaml_files.FileProblem."""
    return Words({language: read_catalogue(folder / f"replies.{language}.yaml", language) for language in LANGUAGES})
