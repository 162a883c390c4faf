"""Files of a folder laid over those of another: a town's own over the product's, file by file and key by key.

Of two YAML files of one name, a mapping is laid key by key, and so is a list whose entries all have a `code`, entry by
entry; any other list, text or number of the own file takes the place of the product's. `key:` without a value takes the
product's key away, `dropped: true` an entry with a code, and `key+: [...]` adds to the product's list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.yaml_files import FileProblem, YamlFile

Keys = tuple[str | int, ...]
_Both = tuple[Keys, Keys]
"""Where a part stands in the product's file, and where in the own one."""
ADDS = "+"
_DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Layers:
    """Two folders: `own` is laid over `product`. They are the same folder where nothing is laid over."""

    product: Path
    own: Path

    @property
    def alone(self) -> "Layers":
        """The product's files without any town's."""
        return Layers(self.product, self.product)

    def path(self, name: str) -> Path:
        """Where a file stands: the own one, else the product's; a missing one is missed in the own folder."""
        path, below = self.own / name, self.product / name
        return below if below.is_file() and not path.is_file() else path

    def every(self, pattern: str) -> tuple[Path, ...]:
        """The files of both folders, the product's first, each folder in the order of its names."""
        folders = (self.product, self.own)[: 1 if self.product == self.own else 2]
        return tuple(path for folder in folders for path in sorted(folder.glob(pattern)) if path.is_file())

    def is_own(self, path: Path) -> bool:
        """Whether a file is the town's own, laid over the product."""
        return self.product != self.own and path.is_relative_to(self.own)

    def laid(self, name: str) -> "LaidFile":
        """A YAML file of one or both folders. Raises FileProblem."""
        paths = dict.fromkeys((self.product / name, self.own / name))
        files = [YamlFile(path) for path in paths if path.is_file()]
        if not files:
            raise FileProblem(self.own / name, None, "this file is missing")
        return LaidFile(files)

    def standing(self, name: str) -> "LaidFile":
        """The same, of the product alone where the own file cannot be read: to tell where else a fault stands."""
        try:
            return self.laid(name)
        except FileProblem:
            return self.alone.laid(name)


class LaidFile:
    """One or two files of a name, the own one last: `content`, and where any part of it stands."""

    def __init__(self, files: Sequence[YamlFile]) -> None:
        # A file of comments alone says nothing: all that there is stands in the other.
        files = [file for file in files if file.content is not None] or files[-1:]
        self._files = files
        self._stands: dict[Keys, tuple[YamlFile, Keys]] = {(): (files[-1], ())}
        self.path = files[-1].path
        self.content: Any = files[0].content
        if len(files) > 1:
            self.content = self._laid(files[0].content, files[-1].content, (), ((), ()))

    def place(self, keys: Sequence[str | int]) -> tuple[YamlFile, Keys]:
        """The file in which a part stands, and its keys there: those of the nearest part that is known."""
        steps = tuple(keys)
        known = next(steps[:count] for count in range(len(steps), -1, -1) if steps[:count] in self._stands)
        file, start = self._stands[known]
        return file, (*start, *steps[len(known) :])

    def problem(self, keys: Sequence[str | int], problem: str) -> FileProblem:
        """An error about one part, told with the file and line it stands in."""
        file, there = self.place(keys)
        return file.problem(there, problem)

    def is_own(self, keys: Sequence[str | int]) -> bool:
        """Whether a part stands in the own file, where there are two."""
        return len(self._files) > 1 and self.place(keys)[0] is self._files[-1]

    def _laid(self, below: Any, above: Any, at: Keys, stands: _Both) -> Any:
        self._stands[at] = (self._files[-1], stands[1])
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            return self._laid_keys(below, above, at, stands)
        if isinstance(above, list) and isinstance(below, list) and _coded(below) and _coded(above):
            return self._laid_entries(below, above, at, stands)
        return above

    def _laid_keys(self, below: Mapping[Any, Any], above: Mapping[Any, Any], at: Keys, stands: _Both) -> Any:
        laid: dict[Any, Any] = {}
        for key, value in below.items():
            there, own = (*stands[0], key), (*stands[1], key)
            self._stands[*at, key] = (self._files[0], there)
            if key not in above:
                laid[key] = value
            elif above[key] is not None:
                laid[key] = self._laid(value, above[key], (*at, key), (there, own))
        for key, value in above.items():
            name = str(key).removesuffix(ADDS)
            if name != key and isinstance(value, list) and isinstance(laid.get(name, []), list):
                laid[name] = self._added(laid.get(name, []), value, (*at, name), (*stands[1], key))
            elif key not in below:
                self._stands[*at, key] = (self._files[-1], (*stands[1], key))
                new = isinstance(value, Mapping)
                laid[key] = self._laid({}, value, (*at, key), ((*stands[0], key), (*stands[1], key))) if new else value
        return laid

    def _added(self, below: list[Any], more: list[Any], at: Keys, own: Keys) -> list[Any]:
        for position in range(len(more)):
            self._stands[*at, len(below) + position] = (self._files[-1], (*own, position))
        return [*below, *more]

    def _laid_entries(self, below: list[Any], above: list[Any], at: Keys, stands: _Both) -> list[Any]:
        """In the product's order, the own ones after; a code that stands twice stays so, for others to refuse."""
        own = {entry["code"]: position for position, entry in reversed(list(enumerate(above)))}
        places = [(position, own.pop(entry["code"], None)) for position, entry in enumerate(below)]
        laid: list[Any] = []
        for lower, upper in places:
            there = (*stands[0], lower)
            entry = below[lower]
            self._stands[*at, len(laid)] = (self._files[0], there)
            if upper is not None:
                if above[upper].get(_DROPPED) is True:
                    continue
                entry = self._laid(entry, above[upper], (*at, len(laid)), (there, (*stands[1], upper)))
            laid.append(entry)
        taken = {upper for _, upper in places}
        for position, entry in enumerate(above):
            if position not in taken:
                self._stands[*at, len(laid)] = (self._files[-1], (*stands[1], position))
                laid.append(entry)
        return laid


def _coded(entries: list[Any]) -> bool:
    return bool(entries) and all(isinstance(entry, Mapping) and isinstance(entry.get("code"), str) for entry in entries)
