"""`guichet doctor` finds what an operator forgot, and says how to mend it."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from case_store.engine.migrate import upgrade
from services.files.product import DEMO_TOWN
from tests.support.product import free_ports, product_environment
from tests.support.stub_provider import Answer, stub_provider

PRODUCTION = {
    "GUICHET_MODE": "production",
    "GUICHET_PUBLIC_URL": "https://guichet.montlieu.example",
    "GUICHET_TWILIO_API_BASE": "http://127.0.0.1:9",  # nobody: these tests ask nothing of the world
}


def run_doctor(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor"],
        env=product_environment(folder, free_ports(), settings),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def examine(folder: Path, **settings: str) -> dict[str, str]:
    """What the doctor says of each thing, "BAD: " before what is wrong."""
    done = run_doctor(folder, **settings)
    said = dict(line[7:].split(": ", 1) for line in done.stdout.splitlines() if line.startswith("  ok   "))
    wrong = [line[7:].split(": ", 1) for line in done.stdout.splitlines() if line.startswith("  BAD  ")]
    assert done.returncode == (1 if wrong else 0), done.stderr
    return said | {name: f"BAD: {sentence}" for name, sentence in wrong}


def test_half_a_channel_is_bad(tmp_path: Path) -> None:
    said = examine(tmp_path, GUICHET_TWILIO_ACCOUNT_SID="AC1", **PRODUCTION)
    assert said["channels"].startswith("BAD: GUICHET_TWILIO_AUTH_TOKEN: needed by GUICHET_TWILIO_ACCOUNT_SID")


def test_production_that_cannot_send_mail_is_bad(tmp_path: Path) -> None:
    assert examine(tmp_path, **PRODUCTION)["channels"].startswith("BAD: GUICHET_SMTP_URL")


def test_the_address_for_the_providers_console_is_told(tmp_path: Path) -> None:
    said = examine(tmp_path, GUICHET_TWILIO_ACCOUNT_SID="AC1", GUICHET_TWILIO_AUTH_TOKEN="token", **PRODUCTION)
    assert said["webhooks"] == "sms messages: https://guichet.montlieu.example/channels/sms/inbound"


def test_work_that_nobody_takes_is_bad(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}")
    with sqlite3.connect(tmp_path / "guichet.db") as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("INSERT INTO turn_due VALUES ('01', 'worker', 0, 1, 0, 0, NULL, NULL)")
    said = examine(tmp_path, **PRODUCTION)
    assert "is a worker running?" in said["database"]


def test_a_turn_that_was_given_up_is_bad_for_a_day(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}")
    for days, verdict in ((2, "no failing turn"), (0, "BAD: 0 turns keep failing, 1 were given up")):
        moment = (datetime.now(UTC) - timedelta(days=days)).replace(tzinfo=None).isoformat(" ")
        with sqlite3.connect(tmp_path / "guichet.db") as connection:
            row = (f"0{days}", "01", moment, "given_up", "{}")
            connection.execute(
                "INSERT INTO turn (id, conversation_id, at, outcome, record) VALUES (?, ?, ?, ?, ?)", row
            )
        assert examine(tmp_path, **PRODUCTION)["failures"].startswith(verdict)


def test_the_demo_towns_data_in_production_are_bad(tmp_path: Path) -> None:
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    assert examine(tmp_path, **PRODUCTION)["town"].startswith("BAD: GUICHET_CITY_DIR: not set")
    own = examine(tmp_path, GUICHET_CITY_DIR=str(tmp_path / "town"), **PRODUCTION)
    assert own["town"].endswith(f"from {tmp_path / 'town'}")


def test_files_that_are_not_where_the_store_says_are_bad(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}")
    with sqlite3.connect(tmp_path / "guichet.db") as connection:
        connection.execute(
            "INSERT INTO attachment (id, message_id, conversation_id, filename, content_type, state, path, created_at)"
            " VALUES (?, ?, ?, 'a.jpg', 'image/jpeg', 'stored', 'ab/cdef.jpg', '2026-11-30 10:00:00')",
            ("0" * 31 + "1", "0" * 31 + "2", "0" * 31 + "3"),
        )
    assert examine(tmp_path)["files"].startswith("BAD: 1 of the 1 newest files")
    (tmp_path / "media" / "ab").mkdir(parents=True)
    (tmp_path / "media" / "ab" / "cdef.jpg").touch()
    assert examine(tmp_path)["files"].startswith("the newest 1 are in")


def test_what_of_a_town_has_no_say_is_bad(tmp_path: Path) -> None:
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    (tmp_path / "town" / "replies.fr.yaml").write_text('intro: "Bonjour de {ville}."\n', encoding="utf-8")
    said = examine(tmp_path, GUICHET_CITY_DIR=str(tmp_path / "town"), **PRODUCTION)
    assert said["town"].startswith("BAD: 1 of your entries have no say")
    assert "replies.fr.yaml:1: intro: {ville} is filled in by nobody" in said["town"]


def test_a_service_whose_wording_fills_in_what_nobody_knows_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DEMO_TOWN, tmp_path / "town")
    service = tmp_path / "town" / "services" / "report.pothole.yaml"
    service.write_text('start: {fr: "{qui} prépare le signalement."}\n', encoding="utf-8")
    done = run_doctor(tmp_path, GUICHET_CITY_DIR=str(tmp_path / "town"), **PRODUCTION)
    assert done.returncode == 2
    fault = "report.pothole.yaml:1: start: fr fills in {qui}, which nobody gives; it may say {costs}, {fee}, {service}"
    assert done.stderr.endswith(f"{fault}\n")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(200, b'{"model_file": "/models/guichet-000000000000.tar.gz"}'), "BAD: its model guichet-000000000000"),
        (Answer(200, b'{"model_file": "/models/of-our-own.tar.gz"}'), "answers with the model of-our-own"),
        (Answer(503), "BAD: no answer from the Rasa server"),
    ],
)
async def test_a_rasa_server_that_is_away_or_has_learned_something_else_is_bad(
    tmp_path: Path, answer: Answer, verdict: str
) -> None:
    async with stub_provider() as rasa:
        rasa.answer(answer)
        settings = {"GUICHET_NLU_ENGINE": "both", "GUICHET_RASA_URL": rasa.url}
        said = await asyncio.to_thread(partial(examine, tmp_path, **settings))
    assert said["rasa"].startswith(verdict)
    assert said["understanding"].startswith("both engine ready")
