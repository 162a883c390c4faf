"""Word catalogues of the faces: `<face>/words/<language>.yaml`, nested keys read as dotted ones.

A leaf is a text with `{names}` to fill in, or a mapping of plural forms chosen by `count`:

    queue:
      waiting: {one: "{count} personne attend", other: "{count} personnes attendent"}

French texts get their non-breaking spaces when the catalogue is loaded: authors type plain ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from kit.formats import locale_of
from kit.typography import typography
from kit.yaml_files import YamlFile

PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})

Entry = str | Mapping[str, str]
Catalogue = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one face in all its languages."""

    catalogues: Mapping[str, Catalogue]

    @classmethod
    def load(cls, directory: Path, languages: Sequence[str]) -> "Words":
        """Reads `directory/<language>.yaml` for each. Raises kit.yaml_files.FileProblem."""
        return cls({language: read_catalogue(directory / f"{language}.yaml", language) for language in languages})

    def text(self, language: str, key: str, **values: Any) -> str:
        """The text of a key with its values filled in; a plural takes `count`.

        Raises KeyError naming what is missing: the language, the key, or a value the text asks for.
        """
        entry = self._entry(language, key)
        template = entry if isinstance(entry, str) else _plural(entry, language, key, values)
        try:
            return template.format_map(values)
        except KeyError as missing:
            raise KeyError(f"the text {language}:{key} needs the value {missing}") from None

    def has(self, language: str, key: str) -> bool:
        return key in self.catalogues.get(language, {})

    def under(self, language: str, prefix: str) -> dict[str, str]:
        """The plain texts whose keys begin with `prefix.`, by the rest of their key: for lists of labels."""
        start = f"{prefix}."
        entries = self.catalogues[language].items()
        return {
            key.removeprefix(start): entry for key, entry in entries if key.startswith(start) and isinstance(entry, str)
        }

    def _entry(self, language: str, key: str) -> Entry:
        if language not in self.catalogues:
            raise KeyError(f"no word catalogue in the language {language!r}")
        if key not in self.catalogues[language]:
            raise KeyError(f"the word catalogue {language!r} has no key {key!r}")
        return self.catalogues[language][key]


def _plural(entry: Mapping[str, str], language: str, key: str, values: Mapping[str, Any]) -> str:
    if "count" not in values:
        raise KeyError(f"the text {language}:{key} has plural forms and needs the value 'count'")
    form = locale_of(language).plural_form(values["count"])
    return entry.get(form, entry["other"])


def read_catalogue(path: Path, language: str) -> Catalogue:
    """One language's texts by dotted key. Raises kit.yaml_files.FileProblem for anything but texts and plurals."""
    file = YamlFile(path)
    flat: dict[str, Entry] = {}
    _flatten(file, file.content if file.content is not None else {}, (), flat, language)
    return flat


def _flatten(file: YamlFile, node: Any, path: tuple[str, ...], flat: dict[str, Entry], language: str) -> None:
    if isinstance(node, str) and path:
        flat[".".join(path)] = _checked(file, path, typography(node, language))
    elif isinstance(node, dict) and "other" in node and PLURAL_FORMS.issuperset(node):
        forms = {form: _checked(file, (*path, form), typography(str(text), language)) for form, text in node.items()}
        flat[".".join(path)] = forms
    elif isinstance(node, dict):
        for key, value in node.items():
            _flatten(file, value, (*path, str(key)), flat, language)
    else:
        raise file.problem(path, f"a text or named texts belong here, not {node!r}; put quotes around a text")


def _checked(file: YamlFile, path: tuple[str, ...], template: str) -> str:
    try:
        _placeholders(template)
    except ValueError as error:
        raise file.problem(path, f"{error}; a brace that is no value is written twice") from None
    return template


def _placeholders(entry: Entry) -> frozenset[str]:
    texts = [entry] if isinstance(entry, str) else list(entry.values())
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None)


def check(catalogues: Mapping[str, Catalogue]) -> list[str]:
    """What the languages do not agree on, one sentence each: missing keys, and values filled in in one only."""
    problems: list[str] = []
    for key in sorted({key for catalogue in catalogues.values() for key in catalogue}):
        lacking = sorted(language for language, catalogue in catalogues.items() if key not in catalogue)
        if lacking:
            problems.append(f"{key} is missing in {', '.join(lacking)}")
        elif len({_placeholders(catalogue[key]) - {"count"} for catalogue in catalogues.values()}) > 1:
            problems.append(f"{key} fills in different values in {', '.join(sorted(catalogues))}")
    return problems
