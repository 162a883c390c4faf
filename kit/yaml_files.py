"""YAML files that people edit: read strictly, every problem told with its file and line."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader  # five times as quick, where PyYAML was built with it
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]


class FileProblem(ValueError):
    """A file of the town or of a word catalogue is wrong: where, what, and how to mend it."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
        self.path, self.line, self.problem = path, line, problem


class _Loader(SafeLoader):
    """YAML 1.2 scalars: `no`, `9:30`, `2026-11-23` and `+33199980100` stay text, as their authors mean them."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), list("-0123456789")
)


class YamlFile:
    """A parsed file: `content`, and the line on which any part of it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = self._compose()
        self.content: Any = self._construct()

    def _compose(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.path.read_text(encoding="utf-8"), _Loader)
        except (FileNotFoundError, NotADirectoryError):
            raise FileProblem(self.path, None, "this file is missing") from None
        except OSError as error:
            raise FileProblem(self.path, None, f"this file cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise FileProblem(self.path, None, "this file is not UTF-8; save it again as UTF-8") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise FileProblem(self.path, line, f"not readable as YAML: {error.problem}") from None

    def _construct(self) -> Any:
        if self._root is None:
            return None
        self._refuse_doubles(self._root)
        loader = _Loader("")
        try:
            return loader.construct_document(self._root)
        finally:
            loader.dispose()

    def _refuse_doubles(self, node: yaml.Node) -> None:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._refuse_doubles(item)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    problem = f"`{key.value}` stands twice; the first would be lost"
                    raise FileProblem(self.path, key.start_mark.line + 1, problem)
                seen.add(key.value)
                self._refuse_doubles(value)

    def line_of(self, path: Sequence[str | int]) -> int | None:
        """The line of a part named by keys and positions, or of its nearest existing parent."""
        node, line = self._root, None
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def problem(self, path: Sequence[str | int], problem: str) -> FileProblem:
        """An error about one part of this file."""
        return FileProblem(self.path, self.line_of(path), f"{'.'.join(map(str, path))}: {problem}" if path else problem)


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises FileProblem."""
    return YamlFile(path).content
