"""What the assistant says: `replies.<language>.yaml` of the town. A key in `.sms` is the short form of its key."""

from pathlib import Path

from kit.words import Words, read_catalogue
from services.known_texts import SHORT, reply_faults
from services.town_files import TownDataError
from services.wording import LANGUAGES

__all__ = ["SHORT", "load_replies"]


def load_replies(folder: Path) -> Words:
    """The texts of all languages, compared with what the assistant says.

    Raises kit.yaml_files.FileProblem for an unreadable file, TownDataError with every key or value that is wrong.
    """
    paths = {language: folder / f"replies.{language}.yaml" for language in LANGUAGES}
    catalogues = {language: read_catalogue(path, language) for language, path in paths.items()}
    faults = [fault for language, path in paths.items() for fault in reply_faults(path, catalogues[language])]
    if faults:
        raise TownDataError("\n".join(faults))
    return Words(catalogues)
