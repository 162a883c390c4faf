"""The files that belong to the project, as git sees them."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support.requirements import missing

ROOT = Path(__file__).parent.parent.parent
CODE = (
    "agent_console",
    "app",
    "bot",
    "case_store",
    "channels",
    "gazetteer",
    "integrations",
    "intents",
    "kit",
    "portal",
    "sandbox",
)
PACKAGES = (*CODE, "services", "web")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or would be, relative to the root; skips the test where git cannot tell."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        missing("git", "these tests look at the files of the project as a git checkout lists them")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()))


def texts(*suffixes: str) -> dict[str, str]:
    """The text of every such file by its name from the root; without suffixes, of every readable file."""
    found: dict[str, str] = {}
    for path in files():
        if suffixes and path.suffix not in suffixes:
            continue
        try:
            found[path.as_posix()] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found
