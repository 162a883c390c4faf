"""What commands for a town's own people say, in French or English: the words of `app/town_words`."""

import locale
import os
from pathlib import Path

from kit.catalogues import Wordings

WORDS = Path(__file__).parents[1] / "town_words"


def language() -> str:
    """French for a French locale, else English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "fr" if (named or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


def text(name: str, **values: object) -> str:
    """The words of `name` in the language of whoever runs the command."""
    spoken = language()
    words = Wordings.load(WORDS, [spoken])
    return words.text(spoken, name, **values)


def say(name: str, **values: object) -> None:
    """Prints them."""
    print(text(name, **values))
