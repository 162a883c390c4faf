"""Pins every package of pyproject.toml with its hashes: one lock for running, one for each dependency group.

`make lock` changes only what pyproject.toml asks for; `make lock ARGS=--upgrade` takes the newest of everything.
Needs `uv`. A group's lock leaves out what running needs already, so both are installed together. Rasa's is apart: its
environment has nothing of ours in it, and an older Python.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "requirements.lock"
GROUPS = ("dev", "build", "node")
RASA = ROOT / "deploy" / "rasa"

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(?:.*\\\n)*.*\n", re.MULTILINE)
# No host of a registry may stand in a lock: it works behind every mirror.
_OPTIONS = ("--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet")
_OURS = ("--universal", "--python-version", "3.11")
_RASAS = ("--python-platform", "linux", "--python-version", "3.10")
"""Rasa's own pins contradict each other on other systems, and it runs on no later Python."""


def locked(name: str = RUNTIME) -> dict[str, str]:
    """The entries of a lock by package, hashes included; a package may have one for each kind of machine."""
    entries: dict[str, str] = {}
    text = (ROOT / name).read_text() if (ROOT / name).exists() else ""
    for entry in _ENTRY.finditer(text):
        entries[entry[1]] = entries.get(entry[1], "") + entry[0]
    return entries


def lock_of(group: str) -> str:
    """The name of a group's lock."""
    return f"requirements-{group}.lock"


def resolve(arguments: list[str], pins: str, platform: tuple[str, ...] = _OURS) -> str:
    """What uv resolves, preferring the versions in `pins`. Raises CalledProcessError after uv has said why."""
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    mirror = {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]} if "PIP_INDEX_URL" in os.environ else {}
    with TemporaryDirectory() as folder:
        result = Path(folder) / "resolved.txt"
        result.write_text(pins)
        command = [uv, "pip", "compile", *platform, *_OPTIONS, *arguments, "-o", str(result)]
        subprocess.run(command, cwd=ROOT, env={**mirror, **os.environ}, stdout=subprocess.DEVNULL, check=True)
        return result.read_text()


def main(arguments: list[str]) -> int:
    """Writes all locks; 1 where uv is missing or finds no solution."""
    pins = "" if "--upgrade" in arguments else "".join(locked().values())
    try:
        (ROOT / RUNTIME).write_text(resolve(["pyproject.toml"], pins))
        for group in GROUPS:
            pins = "" if "--upgrade" in arguments else "".join(locked(lock_of(group)).values())
            text = resolve(["--group", group, "--constraint", RUNTIME], pins)
            own = "".join(entry[0] for entry in _ENTRY.finditer(text) if entry[1] not in locked())
            (ROOT / lock_of(group)).write_text(own)
        rasa = RASA / "requirements.lock"
        wanted = str((RASA / "requirements.in").relative_to(ROOT))
        rasa.write_text(resolve([wanted], rasa.read_text(), _RASAS))
    except FileNotFoundError:
        print("lock: uv is needed. Install it: .venv/bin/pip install uv", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
