"""Runs every check of the project and says of each only whether it passed; a failing one shows its own words.

`make check` runs them all; `make check ARGS="types imports"` only those named. With GUICHET_CITY_DIR the town in that
folder is checked too: its files before all else, and last whether its sentences are told from the product's.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, list[str]] = {
    "town": ["guichet", "town", "check"],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy", "."],
    "imports": ["lint-imports"],
    "packages": ["deptry", ".", "--no-ansi"],
    "tools": ["deptry", ".", "--no-ansi", "--exclude", r"\.venv|node_modules|var|build", "--ignore", "DEP002,DEP004"],
    "dead-code": ["python", "-m", "scripts.dead_code"],
    "migrations": ["python", "-m", "scripts.migrations"],
    "replay": ["python", "-m", "scripts.replay_corpus"],
    "promises": ["python", "-m", "pytest", "-q", "tests/promises", "--ignore=tests/promises/test_first_start.py"],
    "scores": ["python", "-m", "scripts.scores"],
}


OF_THE_TOWN = {"town", "scores"}
"""Checks of the town in GUICHET_CITY_DIR; all others are of the product, whatever town is set."""


def environment(name: str) -> dict[str, str]:
    """The caller's, without a town where the product is checked."""
    return {key: value for key, value in os.environ.items() if key != "GUICHET_CITY_DIR" or name in OF_THE_TOWN}


def run(name: str, arguments: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / arguments[0]), *arguments[1:]],
        cwd=ROOT,
        env=environment(name),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    print(f"{_mark(passed)} {name:<12} {time.monotonic() - started:5.1f} s", flush=True)
    if not passed:
        print(done.stdout.rstrip() + "\n", flush=True)
    return passed


def _mark(passed: bool) -> str:
    word = "ok    " if passed else "FAILED"
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return word
    return f"\033[{'32' if passed else '31'}m{word}\033[0m"


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"check: no check is called {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    results = [run(name, CHECKS[name]) for name in names or CHECKS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
