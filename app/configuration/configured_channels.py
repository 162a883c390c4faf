"""The channels of a town: its `channels.yaml` laid over the product's, read and checked once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from app.configuration.channel_values import ChannelValues, references_in
from app.configuration.settings import Settings, SettingsInvalid
from channels.kinds import ChannelKind, ChannelOptions
from channels.registry import KINDS, find_kind, get_kind
from kit.laid_files import LaidFile, Layers
from kit.wording import LANGUAGES
from kit.yaml_files import FileProblem

FILE_NAME = "channels.yaml"

_NAME = "name"
_OF_EVERY_CHANNEL = frozenset({"kind", _NAME})
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class ConfiguredChannel:
    """A channel of the town. `options` is None while it is off: `lacking` are then the names that have no value.

    `given` are the names beside them that have one. `own`: the town has written it. `pretend`: its provider is the
    sandbox. `origin` is the file and line. `names` tell it from the town's others of its kind, by language.
    """

    id: str
    kind: ChannelKind
    options: ChannelOptions | None = field(repr=False)
    origin: str
    own: bool = False
    pretend: bool = False
    lacking: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """What agents call it, in their language or another; "" where its kind says it all."""
        return self.names.get(language) or next(iter(self.names.values()), "")

    def half_set(self) -> list[str]:
        """One sentence for each value that is missing although the town wants the channel."""
        if self.options is not None or not (self.own or self.given):
            return []
        needed_by = f"needed by {self.given[0]}" if self.given else f"needed by the channel {self.id} ({self.origin})"
        return [f"{name}: {needed_by}; without it the channel is off" for name in self.lacking]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands under one id; `file` tells where."""

    id: str
    content: Mapping[str, Any]
    file: LaidFile

    def problem(self, problem: str, *keys: str | int) -> str:
        """An error about one part, with file and line."""
        return str(self.file.problem((self.id, *keys), problem))


def read_channels(settings: Settings) -> tuple[ConfiguredChannel, ...]:
    """The channels in order: the first that reaches a kind of address is the one the town writes first by.

    Raises SettingsInvalid: one line for each fault, with file, line, key and remedy.
    """
    return lay_channels(settings.town_files, ChannelValues.read(settings))


def lay_channels(files: Layers, values: ChannelValues) -> tuple[ConfiguredChannel, ...]:
    """As `read_channels`, from a town's files and from values."""
    faults: list[str] = []
    channels = [_channel(entry, values, faults) for entry in _entries(files, faults)]
    if faults:
        raise SettingsInvalid("\n".join(faults))
    return (*_always(), *filter(None, channels))


def names_used(settings: Settings) -> frozenset[str]:
    """The variables that the files refer to. Raises SettingsInvalid."""
    entries = _entries(settings.town_files, [])
    return frozenset(name for entry in entries for value in entry.content.values() for name in references_in(value))


def _always() -> Iterator[ConfiguredChannel]:
    for kind in KINDS:
        if kind.always:
            yield ConfiguredChannel(kind.kind, kind, kind.options(), origin="built in")


def _entries(files: Layers, faults: list[str]) -> list[_Entry]:
    """The entries of the town's file over the product's, the product's first."""
    try:
        file = files.laid(FILE_NAME)
    except FileProblem as problem:
        raise SettingsInvalid(str(problem)) from problem
    if not isinstance(file.content, Mapping):
        raise SettingsInvalid(str(file.problem((), "channels stand here by their id: `sms-sport:`, then its options")))
    entries = [_Entry(str(id_), content, file) for id_, content in file.content.items()]
    for entry in entries:
        if not isinstance(entry.content, Mapping):
            faults.append(entry.problem("the options of this channel belong here, or nothing to leave it out"))
    return [entry for entry in entries if isinstance(entry.content, Mapping)]


def _channel(entry: _Entry, values: ChannelValues, faults: list[str]) -> ConfiguredChannel | None:
    if found := list(_named_faults(entry)):
        faults += found
        return None
    kind = get_kind(str(entry.content["kind"]))
    faults += _plain_secrets(kind, entry)
    names = entry.content.get(_NAME) or {}
    faults += _wrong_names(entry, names)
    written = {name: value for name, value in entry.content.items() if name not in _OF_EVERY_CHANNEL}
    empty = {name: values.lacking(value) for name, value in written.items()}
    options: ChannelOptions | None = None
    lacking: tuple[str, ...] = ()
    try:
        # What nobody knows is told although its value is not set: it is a slip, and would be never read.
        told = {n: value for n, value in written.items() if not empty[n] or n not in kind.options.model_fields}
        options = kind.options.model_validate({n: values.fill(value) for n, value in told.items()})
    except ValidationError as error:
        off = [item for item in error.errors() if item["type"] == "missing" and empty.get(str(item["loc"][0]))]
        faults += [_told(entry, item) for item in error.errors() if item not in off]
        lacking = tuple(name for item in off for name in empty[str(item["loc"][0])])
    file, keys = entry.file.place((entry.id,))
    return ConfiguredChannel(
        id=entry.id,
        kind=kind,
        options=options,
        origin=f"{file.path}:{file.line_of(keys)}",
        own=entry.file.is_own((entry.id,)),
        pretend=any(name in values.pretend for value in written.values() for name in references_in(value)),
        lacking=lacking,
        given=_needed_and_given(kind, written, values),
        names=names,
    )


def _needed_and_given(kind: ChannelKind, written: Mapping[str, Any], values: ChannelValues) -> tuple[str, ...]:
    """The names with a value in the options that this kind cannot do without."""
    needed = [written.get(name) for name, option in kind.options.model_fields.items() if option.is_required()]
    return tuple(name for value in needed for name in references_in(value) if values.known.get(name))


def _named_faults(entry: _Entry) -> Iterator[str]:
    """What is wrong with the id or the kind."""
    always = {kind.kind for kind in KINDS if kind.always}
    if not _ID.fullmatch(entry.id):
        yield entry.problem("an id is made of small letters, digits and -, as it stands in addresses")
    if entry.id in always:
        yield entry.problem("every town has this channel: there is nothing to say of it here")
    if "kind" not in entry.content:
        yield entry.problem(f"this is missing; one of {_kinds_to_choose()}", "kind")
        return
    kind = entry.content["kind"]
    if kind in always or find_kind(str(kind)) is None:
        yield entry.problem(f"there is no kind of channel {kind!r} to choose; one of {_kinds_to_choose()}", "kind")


def _wrong_names(entry: _Entry, names: object) -> Iterator[str]:
    if not isinstance(names, Mapping) or not all(isinstance(name, str) and name for name in names.values()):
        yield entry.problem("a name in each language belongs here: {fr: Sports, en: Sports}", _NAME)
        return
    for language in names:
        if language not in LANGUAGES:
            yield entry.problem(f"no texts in {language}; there are {', '.join(LANGUAGES)}", _NAME, language)


def _kinds_to_choose() -> str:
    return ", ".join(kind.kind for kind in KINDS if not kind.always)


def _plain_secrets(kind: ChannelKind, entry: _Entry) -> Iterator[str]:
    """A secret does not stand in a file that is copied, printed and kept in a repository."""
    for name, value in entry.content.items():
        option = kind.options.model_fields.get(name)
        is_plain = isinstance(value, str) and not references_in(value)
        if is_plain and _is_secret(value, option.annotation if option else None):
            yield entry.problem(
                "a secret does not stand in this file: write ${A_NAME}, and give A_NAME its value in the environment",
                name,
            )


def _is_secret(value: str, annotation: Any) -> bool:
    """A password in an address is one; an address without is none, though its option may hold a secret."""
    if "://" in value:
        try:
            return urlsplit(value).password is not None
        except ValueError:
            return True
    return annotation is SecretStr or SecretStr in get_args(annotation)


def _told(entry: _Entry, fault: ErrorDetails) -> str:
    """What is wrong with an option; its value is never repeated, as it may be a secret."""
    if fault["type"] == "extra_forbidden":
        return entry.problem("this option is not known here; correct its spelling or take it out", *fault["loc"])
    if fault["type"] == "missing":
        return entry.problem("this is missing; add it", *fault["loc"])
    return entry.problem(str(fault["msg"]).removeprefix("Value error, "), *fault["loc"])
