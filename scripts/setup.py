"""Brings the checkout to the state `make run` needs, and given `dev` that of `make test`; quick when nothing changed.

Each step leaves a stamp under `.venv/.setup/`: a hash of what the step depends on, written only once the step has
ended well. A step whose stamp is missing or different is done again, so an interrupted set-up simply goes on.
Only the standard library may be used here: this file runs before anything is installed.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import connection

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".setup"
PYTHON = VENV / "bin" / "python"
GUICHET = VENV / "bin" / "guichet"
MIN_NPM = 8  # older ones do not read our lock


class SetupFailed(Exception):
    """A step failed; the message says which, and what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to do again when the content of `paths` or the words `also` changed, or when what it made is gone."""

    name: str
    sentence: str
    act: Callable[[], None]
    paths: tuple[str, ...] = ()
    also: str = ""
    still_there: Callable[[], bool] = lambda: True


def fingerprint(names: Iterable[str]) -> str:
    """One hash over the names and contents of these files, and of all files below these folders."""
    digest = hashlib.sha256()
    for path in sorted(_files(ROOT / name for name in names)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
        elif path.exists():
            yield path


def run_step(step: Step) -> None:
    stamp, wanted = STAMPS / f"{step.name}.done", fingerprint(step.paths) + step.also
    if stamp.exists() and stamp.read_text() == wanted and step.still_there():
        return
    say(step.sentence)
    stamp.unlink(missing_ok=True)
    step.act()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def make_environment() -> None:
    """An environment made by hand, whole and of this place, is kept; anything else is made anew."""
    if not _environment_works() or _environment_was_moved():
        for entry in VENV.iterdir() if VENV.exists() else ():
            if entry != STAMPS:
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        for old in STAMPS.glob("*.done"):
            old.unlink()
        venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)


def _environment_works() -> bool:
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _environment_was_moved() -> bool:
    """The programs in an environment name its folder, so it does not survive being moved."""
    pip = VENV / "bin" / "pip"
    return not pip.exists() or str(VENV) not in pip.read_text(errors="replace")


def install(lock: str) -> None:
    pip("install", "--no-deps", "--require-hashes", "-r", lock)


def install_project() -> None:
    install("requirements-build.lock")
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", ".")


def install_page_libraries() -> None:
    npm = find_npm()
    command([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])


def find_npm() -> str:
    """The machine's npm, else the one that comes as a Python package."""
    for candidate in (shutil.which("npm"), str(VENV / "bin" / "npm")):
        if candidate and _npm_version(candidate) >= MIN_NPM:
            return candidate
    say("  no npm on this machine: installing one inside .venv")
    install("requirements-node.lock")
    return str(VENV / "bin" / "npm")


def _npm_version(npm: str) -> int:
    try:
        shown = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False, env=environment())
        return int(shown.stdout.split(".")[0])
    except (OSError, ValueError):
        return 0


def steps(*, dev: bool) -> Iterator[Step]:
    """What running needs, in this order; between, with `dev`, the tools of tests and checks."""
    page_lock = ("package.json", "package-lock.json")
    python = platform.python_version()
    yield Step(
        "environment",
        f"Making the environment .venv with Python {python}",
        make_environment,
        also=str(VENV),
        still_there=_environment_works,
    )
    yield Step(
        "packages",
        "Installing the locked packages (a few minutes the first time)",
        lambda: install("requirements.lock"),
        ("requirements.lock",),
    )
    if dev:
        yield Step(
            "tools",
            "Installing the tools of tests and checks",
            lambda: install("requirements-dev.lock"),
            ("requirements-dev.lock",),
        )
    yield Step(
        "project",
        "Installing Guichet itself",
        install_project,
        ("pyproject.toml", "requirements-build.lock"),
        still_there=GUICHET.exists,
    )
    yield Step(
        "page-libraries",
        "Fetching the page libraries",
        install_page_libraries,
        page_lock,
        still_there=(ROOT / "node_modules").exists,
    )
    yield Step(
        "assets",
        "Building the pages' styles and scripts",
        lambda: command([PYTHON, "-m", "app.pages.assets", "build"]),
        ("app/pages/assets.py", "app/pages/page_libraries.py", "app/icons.txt", *page_lock),
        still_there=(ROOT / "app" / "static" / "vendor").exists,
    )
    yield Step(
        "model",
        "Training the understanding of French and English",
        lambda: command([GUICHET, "intents", "train"], quiet=False),
        ("data", "intents", "requirements.lock", ".env"),
        also=configured(),
    )
    yield Step(
        "database",
        "Bringing the database up to date",
        lambda: command([GUICHET, "migrate"]),
        ("case_store", ".env"),
        also=configured(),
        still_there=database_is_there,
    )


def database_is_there() -> bool:
    """A town's own database is its own affair; the default one lies in the data directory."""
    folder = Path(os.environ.get("GUICHET_DATA_DIR") or ROOT / "var")
    return "GUICHET_DATABASE_URL" in os.environ or any(folder.glob("*.sqlite*")) or any(folder.glob("*.db"))


def configured() -> str:
    """The settings given by the environment that lead elsewhere: another database or model folder is another state."""
    names = ("CITY_DIR", "DATABASE_URL", "DATA_DIR", "MODEL_DIR")
    return repr([os.environ.get(f"GUICHET_{name}") for name in names])


def pip(*arguments: str) -> None:
    command([PYTHON, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", *arguments])


def command(arguments: list[str | Path], *, quiet: bool = True) -> None:
    """Runs a command at the checkout's root; its output is shown only when it fails, unless `quiet` is False."""
    words = [str(argument) for argument in arguments]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode:
        output = (done.stdout or b"").decode(errors="replace")
        sys.stderr.write(output)
        shown = " ".join(Path(words[0]).name if index == 0 else word for index, word in enumerate(words))
        failed = f"`{shown}` ended with code {done.returncode}."
        raise SetupFailed(f"{failed} {connection.advise(output) or 'Mend that, then run `make setup` again.'}")


def environment() -> dict[str, str]:
    """The caller's environment with our programs first: npm of the Python package needs its own node."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, **connection.certificates(os.environ), "PATH": path, "VIRTUAL_ENV": str(VENV)}


def say(sentence: str) -> None:
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\033[1;34m▸\033[0m {sentence}" if colour else f"> {sentence}", flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Two set-ups of one checkout at the same time wait for each other."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this checkout to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(words: list[str]) -> int:
    """0 when everything is there; 1 with what failed and how to mend it; 130 when interrupted."""
    started = time.monotonic()
    try:
        with alone():
            for step in steps(dev="dev" in words):
                run_step(step)
    except SetupFailed as failure:
        print(f"setup: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted. `make setup` goes on from here.", file=sys.stderr)
        return 130
    if time.monotonic() - started > 5:
        say(f"Ready after {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
