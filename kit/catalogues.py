"""Wordings by their keys: what a face says, and what the assistant replies.

A catalogue is `<folder>/<language>.yaml`, nested keys read as dotted ones. A leaf is a text with `{names}` to fill in,
or a mapping of plural forms chosen by `count`; a key in `.sms` beside a text is that text's short form:

    queue:
      waiting: {one: "{count} personne attend", other: "{count} personnes attendent"}
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.formats import locale_of
from kit.wording import Phrase, Text, is_plural, typeset, values_of
from kit.yaml_files import YamlFile

SHORT = ".sms"
"""A key with this ending is the short form of its key; any key may have one."""

Catalogue = Mapping[str, Phrase]
"""One language's phrases by dotted key."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """What a face or the assistant says, by key: a catalogue for each of its languages."""

    catalogues: Mapping[str, Catalogue]

    @classmethod
    def load(cls, folder: Path, languages: Sequence[str]) -> "Wordings":
        """Reads `folder/<language>.yaml` for each. Raises kit.yaml_files.FileProblem."""
        return cls({language: read_catalogue(folder / f"{language}.yaml", language) for language in languages})

    def text(self, language: str, key: str, /, **values: Any) -> str:
        """The text of a key with its values filled in; a plural takes `count`.

        Raises KeyError naming what is missing: the language, the key, or a value the text asks for.
        """
        return self._filled(language, key, self._phrase(language, key).text, values)

    def short_text(self, language: str, key: str, /, **values: Any) -> str:
        """The same in its short form, where it has one. Raises KeyError as `text`."""
        return self._filled(language, key, self._phrase(language, key).on(short=True), values)

    def has(self, language: str, key: str) -> bool:
        return key in self.catalogues.get(language, {})

    def under(self, language: str, prefix: str) -> dict[str, str]:
        """The plain texts whose keys begin with `prefix.`, by the rest of their key: for lists of labels."""
        start = f"{prefix}."
        return {
            key.removeprefix(start): phrase.text
            for key, phrase in self.catalogues[language].items()
            if key.startswith(start) and isinstance(phrase.text, str)
        }

    def _filled(self, language: str, key: str, text: Text, values: Mapping[str, Any]) -> str:
        if not isinstance(text, str) and "count" not in values:
            raise KeyError(f"the text {language}:{key} has plural forms and needs the value 'count'")
        template = text if isinstance(text, str) else _plural(text, language, values["count"])
        try:
            return template.format_map(values)
        except KeyError as missing:
            raise KeyError(f"the text {language}:{key} needs the value {missing}") from None

    def _phrase(self, language: str, key: str) -> Phrase:
        if language not in self.catalogues:
            raise KeyError(f"no word catalogue in the language {language!r}")
        if key not in self.catalogues[language]:
            raise KeyError(f"the word catalogue {language!r} has no key {key!r}")
        return self.catalogues[language][key]


def _plural(forms: Mapping[str, str], language: str, count: float) -> str:
    return forms.get(locale_of(language).plural_form(count), forms["other"])


def read_catalogue(path: Path, language: str) -> Catalogue:
    """One language's phrases by dotted key. Raises kit.yaml_files.FileProblem for anything but texts and plurals."""
    return with_short_forms(read_texts(path, language))


def read_texts(path: Path, language: str) -> dict[str, Text]:
    """The texts of a catalogue's file, short forms still under keys of their own. Raises as `read_catalogue`."""
    file = YamlFile(path)
    return dict(_leaves(file, file.content if file.content is not None else {}, (), language))


def with_short_forms(texts: Mapping[str, Text]) -> Catalogue:
    """Phrases made of texts: what stands under `key.sms` is the short form of `key`."""
    short = {key for key in texts if key.endswith(SHORT) and key.removesuffix(SHORT) in texts}
    return {key: Phrase(text=text, sms=texts.get(f"{key}{SHORT}")) for key, text in texts.items() if key not in short}


def _leaves(file: YamlFile, node: Any, path: tuple[str, ...], language: str) -> Iterable[tuple[str, Text]]:
    if path and (isinstance(node, str) or is_plural(node)):
        yield ".".join(path), _checked(file, path, typeset(node, language))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(file, value, (*path, str(key)), language)
    else:
        raise file.problem(path, f"a text or named texts belong here, not {node!r}; put quotes around a text")


def _checked(file: YamlFile, path: tuple[str, ...], text: Text) -> Text:
    for form, template in {"": text}.items() if isinstance(text, str) else text.items():
        try:
            values_of(template)
        except ValueError as error:
            at = (*path, form) if form else path
            raise file.problem(at, f"{error}; a brace that is no value is written twice") from None
    return text


def check(catalogues: Mapping[str, Catalogue]) -> list[str]:
    """What the languages do not agree on, one sentence each: missing keys and forms, values filled in in one only."""
    problems: list[str] = []
    for key in sorted({key for catalogue in catalogues.values() for key in catalogue}):
        lacking = sorted(language for language, catalogue in catalogues.items() if key not in catalogue)
        if lacking:
            problems.append(f"{key} is missing in {', '.join(lacking)}")
            continue
        phrases = [catalogue[key] for catalogue in catalogues.values()]
        for form in sorted({form for phrase in phrases for form in phrase.forms()}):
            problems += _disagreements(key if form == "text" else f"{key}.{form}", form, catalogues, key)
    return problems


def _disagreements(named: str, form: str, catalogues: Mapping[str, Catalogue], key: str) -> Iterator[str]:
    texts = {language: catalogue[key].forms().get(form) for language, catalogue in catalogues.items()}
    if lacking := sorted(language for language, text in texts.items() if text is None):
        yield f"{named} is missing in {', '.join(lacking)}"
    elif len({values_of(text) - {"count"} for text in texts.values() if text is not None}) > 1:
        yield f"{named} fills in different values in {', '.join(sorted(catalogues))}"
