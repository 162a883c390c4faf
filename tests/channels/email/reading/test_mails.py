"""Mails as programs write them, and broken ones: each is read to what is stored beside it.

`mails/README.md` tells where they come from and how to add one.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.commands.mail import show_mail
from channels.email.reading import Problem, ReadMail, read_mail

FOLDER = Path(__file__).parent.parent / "mails"
MAILS = sorted(FOLDER.glob("*/*.eml"))
GROUPS = {path.parent.name for path in MAILS}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mail_is_read_as_stored(path: Path) -> None:
    read = described(read_mail(path.read_bytes()))
    stored = path.with_suffix(".json")
    if os.environ.get("GUICHET_STORE_MAILS"):
        stored.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n")
    assert read == json.loads(stored.read_text())


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_of_a_mail_is_lost(path: Path) -> None:
    mail = read_mail(path.read_bytes())
    shown = {line.strip() for line in [*mail.reply.splitlines(), *mail.folded.splitlines()]}
    assert [line for line in mail.text.splitlines() if line.strip() and line.strip() not in shown] == []


def test_there_are_as_many_as_promised() -> None:
    assert len(MAILS) >= 150
    assert len(GROUPS) >= 15
    assert {path.with_suffix(".json") for path in MAILS} == set(FOLDER.glob("*/*.json"))


def test_every_problem_is_met_and_explained() -> None:
    stored = [json.loads(path.with_suffix(".json").read_text()) for path in MAILS]
    met = {problem for one in stored for problem in one["problems"]}
    assert set(Problem) - met == {Problem.LARGE, Problem.HEADER_TOO_LONG, Problem.TOO_MANY_PARTS, Problem.TEXT_TOO_LONG}
    operations = (Path(__file__).parents[4] / "docs" / "operations.md").read_text()
    assert [problem for problem in Problem if f"| `{problem}` |" not in operations] == []


def described(mail: ReadMail) -> dict[str, Any]:
    """What the command shows, and what only the product sees."""
    bounced = mail.bounce and {
        "original_id": mail.bounce.original_id,
        "recipients": [
            {"address": one.address, "status": one.status, "permanent": one.permanent} for one in mail.bounce.recipients
        ],
    }
    hidden = {"folded": mail.folded, "automatic": [one.value for one in mail.automatic]}
    return show_mail(mail) | hidden | ({"bounced": bounced} if bounced else {})
