"""The channels of a town: the product's `channels.yaml` with the town's own laid over it, read and checked once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from app.channel_values import ChannelValues, references_in
from app.settings import Settings, SettingsInvalid
from channels.kinds import ChannelKind, ChannelOptions
from channels.registry import KINDS, get_kind
from kit.yaml_files import FileProblem, YamlFile

FILE_NAME = "channels.yaml"
SHIPPED = Path(__file__).parent / FILE_NAME

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class ConfiguredChannel:
    """A channel of the town. `options` is None while it is off: `lacking` are then the names that have no value.

    `given` are the names beside them that have one. `own`: the town has written it. `pretend`: its provider is the
    sandbox. `origin` is the file and line.
    """

    id: str
    kind: ChannelKind
    options: ChannelOptions | None = field(repr=False)
    origin: str
    own: bool = False
    pretend: bool = False
    lacking: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    def half_set(self) -> list[str]:
        """One sentence for each value that is missing although the town wants the channel."""
        if self.options is not None or not (self.own or self.given):
            return []
        needed_by = f"needed by {self.given[0]}" if self.given else f"needed by the channel {self.id} ({self.origin})"
        return [f"{name}: {needed_by}; without it the channel is off" for name in self.lacking]


@dataclass(frozen=True, slots=True)
class _Entry:
    file: YamlFile
    own: bool
    content: Mapping[str, Any]


def read_channels(settings: Settings) -> tuple[ConfiguredChannel, ...]:
    """The channels in order: the first that reaches a kind of address is the one the town writes first by.

    Raises SettingsInvalid: one line for each fault, with file, line, key and remedy.
    """
    return lay_channels(settings.town_files.own / FILE_NAME, ChannelValues.read(settings))


def lay_channels(own: Path, values: ChannelValues) -> tuple[ConfiguredChannel, ...]:
    """As `read_channels`, from the town's file, which need not be there, and from values."""
    faults: list[str] = []
    entries = _entries(own, faults)
    channels = [channel for id_, entry in entries.items() if (channel := _channel(id_, entry, values, faults))]
    if faults:
        raise SettingsInvalid("\n".join(faults))
    return (*_always(), *channels)


def names_used(settings: Settings) -> frozenset[str]:
    """The variables that the town's own file refers to. Raises SettingsInvalid."""
    faults: list[str] = []
    entries = _entries(settings.town_files.own / FILE_NAME, faults)
    return frozenset(
        name for entry in entries.values() for value in entry.content.values() for name in references_in(value)
    )


def _always() -> Iterator[ConfiguredChannel]:
    for kind in KINDS:
        if kind.always:
            yield ConfiguredChannel(kind.kind, kind, kind.options(), origin="built in")


def _entries(own: Path, faults: list[str]) -> dict[str, _Entry]:
    """The entries by id; null in the town's file takes one away."""
    files = [YamlFile(SHIPPED)]
    try:
        files += [YamlFile(own)] if own.is_file() else []
    except FileProblem as problem:
        raise SettingsInvalid(str(problem)) from problem
    entries: dict[str, _Entry] = {}
    for file in files:
        content = file.content if file.content is not None else {}
        if not isinstance(content, dict):
            raise SettingsInvalid(
                str(file.problem((), "channels stand here by their id: `sms-sport:`, then its options"))
            )
        for id_, entry in content.items():
            if entry is None:
                entries.pop(id_, None)
            elif isinstance(entry, dict):
                entries[id_] = _Entry(file, file.path != SHIPPED, entry)
            else:
                faults.append(
                    str(file.problem((id_,), "the options of this channel belong here, or null to leave it out"))
                )
    return entries


def _channel(id_: str, entry: _Entry, values: ChannelValues, faults: list[str]) -> ConfiguredChannel | None:
    found = list(_named_faults(id_, entry))
    kind = None if found else get_kind(str(entry.content["kind"]))
    if kind is None:
        faults += [str(problem) for problem in found]
        return None
    found += _plain_secrets(id_, kind, entry)
    written = {name: value for name, value in entry.content.items() if name != "kind"}
    empty = {name: values.lacking(value) for name, value in written.items()}
    filled = {name: values.fill(value) for name, value in written.items() if not empty[name]}
    options: ChannelOptions | None = None
    lacking: tuple[str, ...] = ()
    try:
        options = kind.options.model_validate(filled)
    except ValidationError as error:
        off = [item for item in error.errors() if item["type"] == "missing" and empty.get(str(item["loc"][0]))]
        found += [_problem(id_, entry, item) for item in error.errors() if item not in off]
        lacking = tuple(name for item in off for name in empty[str(item["loc"][0])])
    faults += [str(problem) for problem in found]
    return ConfiguredChannel(
        id=id_,
        kind=kind,
        options=options,
        origin=f"{entry.file.path}:{entry.file.line_of((id_,))}",
        own=entry.own,
        pretend=any(name in values.pretend for value in written.values() for name in references_in(value)),
        lacking=lacking,
        given=_needed_and_given(kind, written, values),
    )


def _needed_and_given(kind: ChannelKind, written: Mapping[str, Any], values: ChannelValues) -> tuple[str, ...]:
    """The names with a value in the options that this kind cannot do without."""
    needed = [written.get(name) for name, option in kind.options.model_fields.items() if option.is_required()]
    return tuple(name for value in needed for name in references_in(value) if values.known.get(name))


def _named_faults(id_: str, entry: _Entry) -> Iterator[FileProblem]:
    """What is wrong with the id or the kind."""
    if not _ID.fullmatch(id_):
        yield entry.file.problem((id_,), "an id is made of small letters, digits and -, as it stands in addresses")
    if "kind" not in entry.content:
        yield entry.file.problem((id_, "kind"), f"this is missing; one of {_kinds_to_choose()}")
        return
    kind = entry.content["kind"]
    if kind not in {entry.kind for entry in KINDS if not entry.always}:
        yield entry.file.problem(
            (id_, "kind"), f"there is no kind of channel {kind!r} to choose; one of {_kinds_to_choose()}"
        )
    if id_ in {entry.kind for entry in KINDS if entry.always}:
        yield entry.file.problem((id_,), "every town has this channel: there is nothing to say of it here")


def _kinds_to_choose() -> str:
    return ", ".join(kind.kind for kind in KINDS if not kind.always)


def _plain_secrets(id_: str, kind: ChannelKind, entry: _Entry) -> Iterator[FileProblem]:
    """A secret does not stand in a file that is copied, printed and kept in a repository."""
    for name, value in entry.content.items():
        option = kind.options.model_fields.get(name)
        if (
            isinstance(value, str)
            and not references_in(value)
            and _is_secret(value, option.annotation if option else None)
        ):
            yield entry.file.problem(
                (id_, name),
                "a secret does not stand in this file: write ${A_NAME} and give A_NAME its value in the environment",
            )


def _is_secret(value: str, annotation: Any) -> bool:
    """A password in an address is one; an address without is none, though its option may hold a secret."""
    if "://" in value:
        try:
            return urlsplit(value).password is not None
        except ValueError:
            return True
    return annotation is SecretStr or SecretStr in get_args(annotation)


def _problem(id_: str, entry: _Entry, fault: ErrorDetails) -> FileProblem:
    """What is wrong with an option; its value is never repeated, as it may be a secret."""
    place = (id_, *fault["loc"])
    if fault["type"] == "extra_forbidden":
        return entry.file.problem(place, "this option is not known here; correct its spelling or take it out")
    if fault["type"] == "missing":
        return entry.file.problem(place, "this is missing; add it")
    return entry.file.problem(place, str(fault["msg"]).removeprefix("Value error, "))
