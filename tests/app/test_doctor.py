"""`guichet doctor` finds what an operator forgot, and says how to mend it."""

import subprocess
import sys
from pathlib import Path

from tests.support.product import free_ports, product_environment

PRODUCTION = {"GUICHET_MODE": "production", "GUICHET_PUBLIC_URL": "https://guichet.montlieu.example"}


def examine(folder: Path, **settings: str) -> dict[str, str]:
    """What the doctor says of each thing, "BAD: " before what is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor"],
        env=product_environment(folder, free_ports(), settings),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = dict(line[7:].split(": ", 1) for line in done.stdout.splitlines() if line.startswith("  ok   "))
    wrong = [line[7:].split(": ", 1) for line in done.stdout.splitlines() if line.startswith("  BAD  ")]
    assert done.returncode == (1 if wrong else 0), done.stderr
    return said | {name: f"BAD: {sentence}" for name, sentence in wrong}


def test_half_a_channel_is_bad(tmp_path: Path) -> None:
    said = examine(tmp_path, GUICHET_TWILIO_ACCOUNT_SID="AC1", **PRODUCTION)
    assert said["channels"].startswith("BAD: GUICHET_TWILIO_AUTH_TOKEN: needed by GUICHET_TWILIO_ACCOUNT_SID")


def test_production_that_cannot_send_mail_is_bad(tmp_path: Path) -> None:
    assert examine(tmp_path, **PRODUCTION)["channels"].startswith("BAD: GUICHET_SMTP_URL")
