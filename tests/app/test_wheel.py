"""The wheel is what a town installs: put into an empty environment, it migrates, serves its pages and says its texts.

Nothing is fetched: the packages it needs are those of this environment, seen through a path file.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import httpx2
import pytest

from scripts.lock import GROUPS, lock_of, locked
from tests.support.processes import running
from tests.support.product import ROOT, free_ports, is_ready, product_environment

SOURCES = ("agent_console", "app", "bot", "case_store", "channels", "data", "gazetteer", "integrations", "intents",
           "kit", "portal", "sandbox", "services", "web",
           "setup.py", "pyproject.toml", "README.md", "LICENSE")  # fmt: skip
PATIENCE = 120


def build(folder: Path) -> CompletedProcess[str]:
    """`pip wheel` of a copy of the sources, so that nothing is left in the checkout."""
    sources = folder / "sources"
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            sources.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / name, sources / name)
    return build_again(folder)


def build_again(folder: Path) -> CompletedProcess[str]:
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    return subprocess.run(
        [*pip, "--wheel-dir", str(folder / "dist"), str(folder / "sources")],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    [found] = (folder / "dist").glob("guichet-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `guichet` command of an environment that has the wheel, and sees this one's packages but not its checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    target = [f"--python={folder / 'bin' / 'python'}", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", *target, "--ignore-installed", str(wheel)], check=True, timeout=PATIENCE
    )
    return folder / "bin" / "guichet"


def environment(folder: Path, port: int, **settings: str) -> dict[str, str]:
    given = product_environment(folder / "var", port, settings)
    return {name: value for name, value in given.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(command: Path, folder: Path, *words: str) -> CompletedProcess[str]:
    return subprocess.run(
        [str(command), *words],
        cwd=folder,
        env=environment(folder, free_ports()),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[str]:
    port = free_ports()
    with running(
        [str(command), "serve", "--no-worker"],
        log=folder / "serve.log",
        ready=lambda: is_ready(port),
        environment=environment(folder, port, GUICHET_MODE="production"),
        folder=folder,
    ):
        yield f"http://127.0.0.1:{port}"


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    inside = set(ZipFile(wheel).namelist())
    packages = [name for name in SOURCES if (ROOT / name).is_dir()]
    files = (path for name in packages for path in (ROOT / name).rglob("*") if path.is_file())
    wanted = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert wanted - inside == set()


def test_an_empty_environment_migrates_and_serves(installed: Path, tmp_path: Path) -> None:
    assert run(installed, tmp_path, "migrate", "--check").returncode == 1
    migrated = run(installed, tmp_path, "migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "var" / "guichet.db") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"conversation", "delivery", "procrastinate_jobs"} <= tables
    assert run(installed, tmp_path, "migrate", "--check").returncode == 0
    with serving(installed, tmp_path) as url, httpx2.Client(base_url=url, timeout=PATIENCE) as client:
        for path in ("/", "/chat", "/console/sign-in"):
            assert client.get(path).status_code == 200
        assert "Montlieu" in client.get("/").text
        for name in ("site.css", "vendor/htmx.js", "vendor/icons.svg", "chat.js"):
            assert client.get(f"/static/{name}").status_code == 200


def test_the_installed_product_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    ask = [
        str(installed.with_name("python")),
        "-c",
        "import app.configuration.settings as s; print(s.ROOT, s.Settings().city_dir)",
    ]
    places = subprocess.check_output(ask, cwd=tmp_path, env=environment(tmp_path, 1), text=True, timeout=PATIENCE)
    assert str(ROOT) not in places
    assert places.count(str(installed.parent.parent)) == 2


def test_a_wheel_without_page_libraries_is_not_built(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    (sources / "app" / "static").mkdir(parents=True)
    (sources / "app" / "__init__.py").touch()
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, sources / name)
    done = build_again(tmp_path)
    assert done.returncode != 0
    assert "run `make setup`, then build again" in done.stdout + done.stderr


def test_what_running_needs_is_locked_without_tools_of_tests_and_checks() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower() for requirement in declared}
    assert {"fastapi", "alembic", "uvloop"} <= names
    assert names | {"psycopg-binary"} <= set(locked())
    assert "async-timeout" in locked(), "Redis wants it on the Python of Debian 12, whatever Python builds the wheel"
    assert not set(locked()) & {"pytest", "mypy", "ruff", "playwright", "setuptools"}


@pytest.mark.parametrize("group", GROUPS)
def test_a_lock_of_tools_repeats_nothing_that_running_needs(group: str) -> None:
    assert locked(lock_of(group))
    assert not set(locked(lock_of(group))) & set(locked())
