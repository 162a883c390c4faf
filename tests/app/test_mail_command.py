"""`guichet mail parse`: one JSON object a line for each mail, and a clear word on what cannot be opened."""

import json
import subprocess
import sys
from pathlib import Path

KEYS = (
    "path from to cc reply_to subject message_id in_reply_to references date text html reply attachments "
    "auto_submitted bounce problems"
).split()
MAILS = Path(__file__).parent.parent / "channels" / "email" / "mails"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", "mail", "parse", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_one_line_a_file_in_their_order() -> None:
    first, second = MAILS / "gmail" / "two_files.eml", MAILS / "broken" / "empty.eml"
    done = run(first, second)
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [one["path"] for one in shown] == [str(first), str(second)]
    assert [list(one) for one in shown] == [KEYS, KEYS]
    assert shown[0]["from"] == {"address": "lucie.martin75@gmail.com.example", "name": "Lucie Martin"}
    assert list(shown[0]["attachments"][0]) == ["filename", "content_type", "size", "md5", "content_id"]
    assert shown[1]["problems"][0] == "empty"


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere.eml", tmp_path, MAILS / "broken" / "empty.eml")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["guichet", "guichet"]


def test_bytes_that_are_no_mail_and_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.eml"
    path.write_bytes(bytes(range(256)))
    done = run(path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["path"].endswith("caf\ufffd.eml")
