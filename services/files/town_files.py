"""Reads the town's data files: unknown keys refused, every fault told with its file, line and key."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from kit.laid_files import LaidFile
from kit.typography import typography
from kit.yaml_files import FileProblem, YamlFile

Content = TypeVar("Content")


class TownDataError(ValueError):
    """The town's data cannot be used; the message has one line per fault: file, line, key, how to mend it."""


class TownModel(BaseModel):
    """Frozen, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_model(source: Path | LaidFile, kind: type[Content]) -> Content:
    """The content of a YAML file, or of two laid over each other, as any type pydantic knows. Raises TownDataError."""
    try:
        file = YamlFile(source) if isinstance(source, Path) else source
    except FileProblem as problem:
        raise TownDataError(str(problem)) from problem
    try:
        return TypeAdapter(kind).validate_python(_spaced(file.content))
    except ValidationError as error:
        faults = (str(file.problem(_place(item["loc"]), mend(item))) for item in told_once(error.errors()))
        raise TownDataError("\n".join(dict.fromkeys(faults))) from error


def _spaced(content: Any, language: str = "") -> Any:
    """The content with French texts given their non-breaking spaces: authors type plain ones."""
    if isinstance(content, str):
        return typography(content, language)
    if isinstance(content, Mapping):
        return {key: _spaced(value, key if key in {"fr", "en"} else language) for key, value in content.items()}
    return [_spaced(item, language) for item in content] if isinstance(content, list) else content


def _place(location: Sequence[int | str]) -> tuple[int | str, ...]:
    return tuple(step for step in location if step not in {"phrases", "[key]"})


def told_once(faults: Iterable[Any]) -> list[Any]:
    """The faults without those that others cause: a list whose only entry is wrong is not also too short."""
    listed = list(faults)
    return [
        fault
        for fault in listed
        if fault["type"] != "too_short"
        or not any(other is not fault and other["loc"][: len(fault["loc"])] == fault["loc"] for other in listed)
    ]


_IN_WORDS = {
    "extra_forbidden": "this key is not known here; correct its spelling or take it out",
    "missing": "this is missing; add it",
    "int_parsing": "a whole number belongs here",
    "int_type": "a whole number belongs here",
    "int_from_float": "a whole number belongs here",
    "float_parsing": "a number belongs here",
    "bool_parsing": "true or false belongs here",
    "bool_type": "true or false belongs here",
    "tuple_type": "a list belongs here, like [one, two]",
    "list_type": "a list belongs here, like [one, two]",
    "frozen_set_type": "a list belongs here, like [one, two]",
    "dict_type": "named values belong here, like {name: value}",
    "mapping_type": "named values belong here, like {name: value}",
    "model_type": "named values belong here, like {name: value}",
    "model_attributes_type": "named values belong here, like {name: value}",
    "too_short": "one entry at least belongs here",
    "string_too_short": "a text belongs here",
}
"""What the library says in its own words, by its code."""
MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_FORMS = {
    MAIL: "this is no mail address; write it like mairie@exemple.fr",
    r"^[0-9]{5}$": "five digits belong here, between quotes",
    r"^[A-Z]{2,5}$": "two to five capital letters belong here",
    r"^#[0-9a-fA-F]{6}$": "a colour is written like #1f5f8b, between quotes",
    r"^[0-9][0-9AB][0-9]{3}$": "the official number of a town is written like 18279, between quotes",
    r"^[a-z][a-z_.]*$": "a code is made of small letters, dots and _",
    r"^[a-z][a-z_]*$": "a code is made of small letters and _",
    r"^(report|request)\.[a-z_]+$": "the code of a service is written like report.some_problem or request.some_paper",
}
"""What has not the form it must have, by the form's pattern."""


def mend(fault: Mapping[str, Any]) -> str:
    """What a fault of pydantic's is and how to mend it, in plain words."""
    found = f" (found {fault['input']!r})" if isinstance(fault["input"], str | int | float) else ""
    if fault["type"] == "string_type":
        return f"a text belongs here, not {fault['input']!r}; put quotes around it"
    if fault["type"] == "string_pattern_mismatch":
        pattern = fault["ctx"]["pattern"]
        return f"{_FORMS.get(pattern, f'this has not the form that belongs here, {pattern}')}{found}"
    if fault["type"] == "literal_error":
        return f"only {fault['ctx']['expected']} may stand here{found}"
    if fault["type"] in _IN_WORDS:
        return f"{_IN_WORDS[fault['type']]}{'' if fault['type'] in _KEYS else found}"
    return f"{str(fault['msg']).removeprefix('Value error, ')}{found}"


_KEYS = ("extra_forbidden", "missing")


def by_code(source: LaidFile, items: Iterable[Content]) -> dict[str, Content]:
    """The items of a file's list by their `code`. Raises TownDataError where a code stands twice."""
    found: dict[str, Content] = {}
    for position, item in enumerate(items):
        code = str(getattr(item, "code", ""))
        if code in found:
            raise TownDataError(str(source.problem((position,), f"the code {code} stands twice; keep one")))
        found[code] = item
    return found
