"""Prints the part of requirements.lock that the product needs to run: without the tools of tests and checks."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11.2", "3.11.9", "3.12.3", "3.13.5")
"""Those that towns have: Debian 12's, one after a change within 3.11, Ubuntu 24.04's, Debian 13's."""

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(?:.*\\\n)*.*\n", re.MULTILINE)


def locked() -> dict[str, str]:
    """The entries of the lock by package, hashes included; a package may have one for each kind of machine."""
    entries: dict[str, str] = {}
    for entry in _ENTRY.finditer((ROOT / "requirements.lock").read_text()):
        name = canonicalize_name(entry[1])
        entries[name] = entries.get(name, "") + entry[0]
    return entries


def needed(package: str, extras: frozenset[str] = frozenset(), seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The packages that this one needs on a machine of this kind, and those that they need."""
    for requirement in _requirements(package, extras):
        name = canonicalize_name(requirement.name)
        if name not in seen or requirement.extras:
            seen = needed(name, frozenset(requirement.extras), seen | {name})
    return seen


def _requirements(package: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in _requires(package):
        requirement = Requirement(text)
        if requirement.marker is None or _may_hold(requirement.marker, extras or frozenset({""})):
            yield requirement


def _requires(package: str) -> list[str]:
    """What a package says it needs; nothing of one that only another Python needs, as it is not installed here."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def _may_hold(marker: Marker, extras: frozenset[str]) -> bool:
    """Whether a package may be needed: the server's Python need not be the one that builds."""
    return any(
        marker.evaluate({"python_full_version": full, "python_version": full.rpartition(".")[0], "extra": extra})
        for full in PYTHONS
        for extra in extras
    )


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
