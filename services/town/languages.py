"""Whether a town's own texts stand in every language it offers."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kit.laid_files import Layers
from kit.wording import LANGUAGES
from kit.yaml_files import FileProblem, YamlFile

_WORDED = ("*.yaml", "services/*.yaml")
_ELSEWHERE = ("replies.", "words.", "pages.", "channels.")
"""Files of one language each, and what no resident reads."""


def untranslated(files: Layers, languages: Iterable[str]) -> Iterator[str]:
    """A sentence for each text of the town's own that lacks a language the town offers."""
    if files.own == files.product:
        return
    wanted = [language for language in languages if language in LANGUAGES]
    for pattern in _WORDED:
        for path in sorted(files.own.glob(pattern)):
            if not path.name.startswith(_ELSEWHERE):
                yield from _of_file(path, files, wanted)


def _of_file(path: Path, files: Layers, wanted: list[str]) -> Iterator[str]:
    name = path.relative_to(files.own).as_posix()
    try:
        file = YamlFile(path)
    except FileProblem:
        return  # told where it is read
    below = YamlFile(files.product / name).content if (files.product / name).is_file() else None
    for keys, texts in _wordings(file.content, ()):
        known = _within(below, keys)
        lacking = [language for language in wanted if language not in texts and language not in known]
        if lacking:
            yield str(file.problem(keys, f"the town offers {', '.join(lacking)} too, and this text does not: add it"))


def _within(content: Any, keys: tuple[str | int, ...]) -> Mapping[Any, Any]:
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content if isinstance(content, Mapping) else {}


def _wordings(content: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Mapping[Any, Any]]]:
    """Mappings from languages to texts: lists of words to recognise may stand in one language alone."""
    if isinstance(content, Mapping):
        own = {key: value for key, value in content.items() if key in LANGUAGES and isinstance(value, str | dict)}
        if own:
            yield at, own
            return
        for key, value in content.items():
            yield from _wordings(value, (*at, str(key)))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from _wordings(value, (*at, position))
