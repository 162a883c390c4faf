"""`guichet chat` as outside checks call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kit.references import parse_reference

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    return kept | {
        "GUICHET_DATA_DIR": str(tmp_path / "data"),
        "GUICHET_MODEL_DIR": os.environ.get("GUICHET_MODEL_DIR", str(ROOT / ".models")),
        "GUICHET_DEMO": "0",
        "GUICHET_NOW": "2026-11-24T10:00:00+01:00",
    }


def chat(environment: dict[str, str], lines: list[str], channel: str = "webchat", sender: str = "camille") -> list[Any]:
    command = [sys.executable, "-m", "app.cli", "chat", "--channel", channel, "--from", sender, "--json"]
    done = subprocess.run(
        command,
        input="".join(f"{line}\n" for line in lines).encode(),
        capture_output=True,
        cwd=ROOT,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(lines)
    return answers


def events(answers: list[Any], name: str) -> list[Any]:
    return [event for answer in answers for event in answer["events"] if event["event"] == name]


def test_a_report_in_one_sentence_is_filed_without_asking_what_was_said(environment: dict[str, str]) -> None:
    answers = chat(
        environment,
        ["il y a un gros trou dangereux dans la chaussée devant le 12 rue de Paris", "non", "non", "oui"],
    )
    assert not {"location", "hazard"} & {field for answer in answers for field in answer["asked"]}
    (opened,) = events(answers, "case_opened")
    assert opened["code"] == "report.pothole"
    assert opened["fields"]["location"] == "12|rue de Paris"
    assert parse_reference(opened["reference"], "MTL") is not None
    assert any(opened["reference"] in reply["text"] for reply in answers[-1]["replies"])


def test_what_is_sent_after_filing_joins_the_case_on_every_channel(environment: dict[str, str], tmp_path: Path) -> None:
    photo = tmp_path / "trou.jpg"
    Image.new("RGB", (32, 32), (120, 90, 30)).save(photo)
    answers = chat(
        environment,
        [
            "un trou dangereux au 12 rue de Paris, pas de photo",
            "oui",
            f"[photo: {photo}]",
            "en fait c'est devant le 14",
        ],
        channel="sms",
        sender="+33639980001",
    )
    (opened,) = events(answers, "case_opened")
    updates = events(answers, "case_updated")
    assert [update["reference"] for update in updates] == [opened["reference"]] * 2
    assert all(answer["asked"] == [] and answer["expects"] is None for answer in answers[2:])
    other = chat(environment, [f"j'ajoute une photo à {opened['reference']} [photo: {photo}]"], sender="boris")
    assert other[0]["events"] == []


def test_every_line_gets_one_answer_also_an_empty_one(environment: dict[str, str]) -> None:
    files = ["[photo: /nowhere.jpg]", "[location: 999,999]"]
    odd = ["", "\U0001f573\ufe0f", "مرحبا", "x" * 10_000, *files, '{"text": "bonjour"}', "{broken"]
    for answer in chat(environment, odd):
        assert set(answer) == {"replies", "asked", "expects", "events"}
        assert answer["expects"] == (answer["asked"][0] if answer["asked"] else None)


def test_a_conversation_goes_on_where_the_last_terminal_left_it(environment: dict[str, str]) -> None:
    chat(environment, ["je signale un lampadaire éteint au 14 rue de Paris"], channel="sms", sender="+33639980777")
    answers = chat(environment, ["non", "non", "oui"], channel="sms", sender="06 39 98 07 77")
    assert events(answers, "case_opened")[0]["code"] == "report.street_light"


def test_stop_is_confirmed_start_is_hinted_at_once_and_then_nothing_is_said(environment: dict[str, str]) -> None:
    answers = chat(environment, ["STOP", "bonjour", "allô", "START"], channel="sms", sender="+33639980778")
    assert events(answers[:1], "opted_out")
    assert len(answers[0]["replies"]) == 1
    assert ["START" in reply["text"] for reply in answers[1]["replies"]] == [True]
    assert answers[2]["replies"] == []
    assert answers[3]["replies"]


def test_an_unknown_channel_is_refused_with_what_is_known(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "app.cli", "chat", "--channel", "fax", "--from", "1"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, timeout=120, check=False)
    assert done.returncode == 2
    assert b"sms, webchat" in done.stderr
