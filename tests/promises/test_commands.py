"""A command that a document names can be typed."""

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import app
from tests.promises.tree import texts

COMMANDS = {name: set(getattr(command, "commands", ())) for name, command in vars(get_command(app))["commands"].items()}
NAMED = re.compile(r"(?:`|^|/bin/)guichet ([a-z]+)(?: ([a-z][a-z-]+))?", re.MULTILINE)


def test_every_command_in_the_documents_exists() -> None:
    unknown = [
        f"{name}: guichet {first} {second}".rstrip()
        for name, text in texts(".md").items()
        for first, second in NAMED.findall(text)
        if first not in COMMANDS or (COMMANDS[first] and second not in COMMANDS[first])
    ]
    assert unknown == []


@pytest.mark.parametrize("name", ["chat", "doctor", "intents", "migrate", "run", "seed", "serve", "staff", "worker"])
def test_a_command_says_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.stdout
