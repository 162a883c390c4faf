"""The unit files of `deploy/` are what systemd reads, and start commands that there are."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import app
from tests.deploy.proxies import DEPLOY
from tests.support.requirements import missing

COMMANDS = vars(get_command(app))["commands"]
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
SERVERS = ["guichet-web.service", "guichet-worker.service"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_that_there_is(name: str) -> None:
    [line] = re.findall(r"^ExecStart=(.+)$", (DEPLOY / name).read_text(), re.MULTILINE)
    program, command, *words = shlex.split(line)
    assert program == "/opt/guichet/bin/guichet"
    known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", SERVERS)
def test_a_process_is_started_again_unless_an_operator_must_mend_something(name: str) -> None:
    unit = (DEPLOY / name).read_text()
    assert "\nRestart=always\n" in unit
    assert "\nRestartPreventExitStatus=2\n" in unit
    assert "EnvironmentFile=" not in unit, "systemd passes over lines that it cannot read"


def test_systemd_reads_every_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        missing("systemd-analyze", "install the package systemd")
    for path in DEPLOY.glob("guichet-*"):
        text = path.read_text().replace("/opt/guichet/bin/guichet", "/bin/true")
        (tmp_path / path.name).write_text(text)
        if path.name == "guichet-web.service":
            (tmp_path / "guichet-web@8010.service").write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_towns_command_is_a_script_that_a_shell_reads() -> None:
    subprocess.run(["sh", "-n", str(DEPLOY / "guichet")], check=True)
    assert (DEPLOY / "guichet").stat().st_mode & 0o111
