"""Prints the part of requirements.lock that the product needs to run: without the tools of tests and checks."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(?:.*\\\n)*.*\n", re.MULTILINE)


def locked() -> dict[str, str]:
    """The entries of the lock by package, hashes included; a package may have one for each kind of machine."""
    entries: dict[str, str] = {}
    for entry in _ENTRY.finditer((ROOT / "requirements.lock").read_text()):
        name = canonicalize_name(entry[1])
        entries[name] = entries.get(name, "") + entry[0]
    return entries


def needed(package: str, extras: frozenset[str] = frozenset(), seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The packages that this one needs on this machine, and those that they need."""
    for requirement in _requirements(package, extras):
        name = canonicalize_name(requirement.name)
        if name not in seen or requirement.extras:
            seen = needed(name, frozenset(requirement.extras), seen | {name})
    return seen


def _requirements(package: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in requires(package) or ():
        requirement = Requirement(text)
        wanted = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}
        )
        if wanted:
            yield requirement


def main() -> int:
    """Writes the entries to standard output; 1 with a line for each package that is not locked."""
    entries, names = locked(), sorted(needed("guichet"))
    for name in names:
        if name not in entries:
            print(f"runtime_lock: {name} is not in requirements.lock", file=sys.stderr)
    sys.stdout.write("".join(entries[name] for name in names if name in entries))
    return int(any(name not in entries for name in names))


if __name__ == "__main__":
    sys.exit(main())
