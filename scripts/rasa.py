"""Rasa beside Guichet, in an environment of its own: `make rasa` prepares it, trains it, serves it.

`python -m scripts.rasa [prepare] [train] [serve]` does the steps named, without any all three; each is quick where
nothing has changed. Rasa 3.6 needs Python 3.10: GUICHET_RASA_PYTHON names one, else it is looked for. Everything is
kept in `.rasa/` (3 GB); the server listens on this machine alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".rasa"
ENVIRONMENT = HOME / "env"
PROJECT = HOME / "project"
MODELS = HOME / "models"
LOCK = ROOT / "deploy" / "rasa" / "requirements.lock"
RASA = ENVIRONMENT / "bin" / "rasa"
PORT = "5005"
_STAMP = ENVIRONMENT / "installed"
_WANTED = "import sys; sys.exit(sys.version_info[:2] != (3, 10) or sys.implementation.name != 'cpython')"
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONWARNINGS": "ignore",
}


class RasaFailed(Exception):
    """A step failed; the message says which, and what to do."""


def find_python() -> Path | None:
    """A CPython 3.10: the one of GUICHET_RASA_PYTHON, on the path, or of pyenv."""
    return next((path for path in _candidates() if _is_wanted(path)), None)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("GUICHET_RASA_PYTHON"):
        yield Path(named)
        return
    if found := shutil.which("python3.10"):
        yield Path(found)
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from sorted(versions.glob("3.10*/bin/python"))


def _is_wanted(python: Path) -> bool:
    # A shim of pyenv is there and fails all the same.
    try:
        return subprocess.run([python, "-c", _WANTED], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def is_ready() -> bool:
    """Whether the environment stands, with the packages of the present lock."""
    return RASA.exists() and _STAMP.exists() and _STAMP.read_text() == _digest(LOCK)


def quiet_environment() -> dict[str, str]:
    """The caller's variables, with Rasa's telemetry and its libraries' chatter off."""
    return {**os.environ, **_QUIET}


def prepare() -> None:
    """Makes the environment and installs the locked packages, each checked by its hash."""
    if is_ready():
        return
    python = find_python()
    if python is None:
        raise RasaFailed(
            "no Python 3.10 was found, and Rasa 3.6 runs on no later one: install it (pyenv install 3.10), name it in "
            "GUICHET_RASA_PYTHON, or use deploy/rasa/Containerfile"
        )
    _say("Installing Rasa: 165 packages, 2.7 GB")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    _run([python, "-m", "venv", ENVIRONMENT])
    pip: list[str | Path] = [
        ENVIRONMENT / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
    ]
    tools = HOME / "tools.lock"
    tools.write_text("".join(_entries("setuptools", "wheel")))
    # Three packages come as sources: they are built with the locked tools, not with whatever is newest today.
    _run([*pip, "-r", tools])
    _run([*pip, "--no-build-isolation", "-r", LOCK])
    _STAMP.write_text(_digest(LOCK))


def train() -> None:
    """Exports the town's phrases and trains Rasa on them, unless the model of just these phrases is there."""
    guichet = ROOT / ".venv" / "bin" / "guichet"
    name = _run([guichet, "intents", "export-rasa", PROJECT], captured=True).strip().splitlines()[-1]
    if (MODELS / f"{name}.tar.gz").exists():
        return
    _say("Training Rasa on the town's phrases")
    _run([RASA, "train", "nlu", "--fixed-model-name", name, "--out", MODELS], folder=PROJECT)
    for old in MODELS.glob("*.tar.gz"):
        if old.name != f"{name}.tar.gz":
            old.unlink()


def serve() -> None:
    """Becomes the server of the newest model, on this machine's port 5005 (RASA_PORT for another)."""
    models = sorted(MODELS.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise RasaFailed("there is no model yet: make rasa ARGS=train")
    words = serving(models[-1], port=os.environ.get("RASA_PORT", PORT), token=os.environ.get("GUICHET_RASA_TOKEN", ""))
    _say("Starting Rasa: GUICHET_NLU_ENGINE=rasa or both asks it; ready in a minute")
    os.chdir(HOME)
    os.execve(RASA, [str(word) for word in words], quiet_environment())  # noqa: S606


def serving(model: Path, *, port: str, token: str) -> list[str | Path]:
    """The command of a server of one model, for this machine alone."""
    words: list[str | Path] = [RASA, "run", "--enable-api", "--model", model, "--interface", "127.0.0.1"]
    return [*words, "--port", port, *(["--auth-token", token] if token else [])]


STEPS: dict[str, Callable[[], None]] = {"prepare": prepare, "train": train, "serve": serve}


def _run(words: list[str | Path], *, folder: Path = ROOT, captured: bool = False) -> str:
    try:
        done = subprocess.run(
            words, cwd=folder, env=quiet_environment(), text=True, check=True,
            stdout=subprocess.PIPE if captured else None,
        )  # fmt: skip
    except (subprocess.CalledProcessError, OSError) as error:
        raise RasaFailed(f"failed: {' '.join(map(str, words))}") from error
    return done.stdout or ""


def _entries(*names: str) -> Iterator[str]:
    """The lines of some packages in the lock."""
    inside = False
    for line in LOCK.read_text().splitlines(keepends=True):
        if not line.startswith(" "):
            inside = line.partition("==")[0] in names
        if inside:
            yield line


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _say(sentence: str) -> None:
    print(f"> {sentence}", flush=True)


def main(names: list[str]) -> int:
    """Runs the steps; 1 where one fails, 2 for a step that is none."""
    if unknown := [name for name in names if name not in STEPS]:
        print(f"rasa: no step is called {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    started = time.monotonic()
    HOME.mkdir(exist_ok=True)
    try:
        for name, step in STEPS.items():
            if not names or name in names:
                step()
    except RasaFailed as error:
        print(f"rasa: {error}", file=sys.stderr)
        return 1
    _say(f"Ready after {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
