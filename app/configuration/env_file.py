"""The `.env` file: what in it is no setting, and what cannot be read at all."""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import Binding, parse_stream

ENV_FILE = ".env"
ENCODING = "utf-8-sig"
"""With or without the mark that Windows editors put first."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_OURS = frozenset({"GUICHET_PYTHON", "GUICHET_RASA_PYTHON", "GUICHET_TEST_DATA", "GUICHET_TEST_REQUIRE"})
"""Variables of the set-up and of the tests, which are no settings of the product."""


def broken_lines() -> list[str]:
    """One sentence for each line of `.env` that gives no variable a value.

    Such a line must stop the process: passed over, it could be the one that says `production`.
    """
    try:
        return [_explain_line(binding) for binding in _bindings() if _is_broken(binding)]
    except UnicodeDecodeError:
        return [f"{ENV_FILE}: this file is not UTF-8; save it as UTF-8"]
    except OSError as error:
        return [f"{ENV_FILE}: cannot be read: {error.strerror}"]


def unknown_settings(known: Iterable[str]) -> list[str]:
    """One sentence for each GUICHET_ variable that is not in `known`: a slip of the pen would else go unnoticed."""
    names = frozenset(known)
    in_file = (binding.key for binding in _bindings() if binding.key)
    given = {name for name in [*os.environ, *in_file] if name.startswith("GUICHET_")}
    return [_explain_name(name, names) for name in sorted(given - names - _NOT_OURS)]


def read_variables() -> dict[str, str]:
    """The variables of `.env`; none where it cannot be read, which `broken_lines` tells."""
    try:
        return {binding.key: binding.value for binding in _bindings() if binding.key and binding.value}
    except (OSError, UnicodeDecodeError):
        return {}


def _bindings() -> Iterator[Binding]:
    """The lines of the file as the settings read them; none where there is no file. Raises OSError."""
    file = Path(ENV_FILE)
    if file.is_file():
        with file.open(encoding=ENCODING) as stream:
            yield from parse_stream(stream)


def _is_broken(binding: Binding) -> bool:
    if binding.key is None:
        return binding.error
    return binding.error or binding.value is None or not _NAME.fullmatch(binding.key)


def _explain_line(binding: Binding) -> str:
    """Names the line and the variable it begins with; never the rest, which may be a password."""
    blank_lines = len(binding.original.string) - len(binding.original.string.lstrip("\r\n"))
    named = re.search(r"GUICHET_\w+", binding.original.string)
    example = named[0] if named else "GUICHET_MODE"
    return f"{ENV_FILE} line {binding.original.line + blank_lines}: cannot be read; write it as {example}=value"


def _explain_name(name: str, known: frozenset[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"{name}: no setting has this name, so it changes nothing{meant}"
