"""docs/adding-a-service.md, done to the letter: the service it shows is asked for, and its case is filed."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from itertools import product
from pathlib import Path
from typing import Any

from services.files.product import DEMO_TOWN
from tests.promises.tree import ROOT

CODE = "report.fountain"
PHRASES = {
    "fr": (("", "bonjour,", "signalement :", "svp"),
           ("la fontaine de la place est en panne", "la fontaine d'eau ne marche plus", "plus d'eau à la fontaine",
            "la fontaine du square est cassée", "je veux signaler une fontaine", "la fontaine coule sans arrêt",
            "le bouton de la fontaine est bloqué", "impossible de boire à la fontaine")),
    "en": (("", "hello,", "please,"),
           ("the drinking fountain is out of order", "no water at the fountain", "I want to report a broken fountain",
            "the fountain on the square is broken", "the fountain will not stop running")),
}  # fmt: skip


def _town_with_the_service(folder: Path) -> Path:
    """The demo town's folder, the page's file and sentences of our own."""
    shutil.copytree(DEMO_TOWN, folder)
    page = (ROOT / "docs" / "adding-a-service.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    (folder / "services" / f"{CODE}.yaml").write_text(textwrap.dedent(shown[1]), encoding="utf-8")
    for language, (openings, sentences) in PHRASES.items():
        lines = [f"    - {' '.join(filter(None, pair))}\n" for pair in product(openings, sentences)]
        block = f"- intent: {CODE}\n  examples: |\n{''.join(lines)}"
        (folder / "intents" / language).mkdir(parents=True)
        (folder / "intents" / language / "fountain.yml").write_text(f"nlu:\n{block}", encoding="utf-8")
    names = f"names:\n  {CODE}: {{fr: [borne à eau], en: [water tap]}}\n"
    (folder / "topics.yaml").write_text(names, encoding="utf-8")
    return folder


def _talk(folder: Path, *lines: str) -> list[Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")} | {
        "GUICHET_CITY_DIR": str(_town_with_the_service(folder / "town")),
        "GUICHET_DATA_DIR": str(folder / "data"),
        "GUICHET_MODEL_DIR": str(folder / "models"),
        "GUICHET_DEMO": "0",
    }
    command = [sys.executable, "-m", "app.cli", "chat", "--channel", "sms", "--from", "+33639980001", "--json"]
    given = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_service_that_the_page_adds_can_be_asked_for(tmp_path: Path) -> None:
    answers = _talk(tmp_path, "la fontaine de mon quartier ne marche pas", "8 rue Victor Hugo", "oui", "oui")
    assert answers[0]["events"] == [{"event": "flow_started", "code": CODE}]
    assert [answer["expects"] for answer in answers] == ["location", "leaking", "confirm", None]
    (opened,) = answers[-1]["events"]
    assert opened["event"] == "case_opened"
    assert opened["code"] == CODE
    assert opened["fields"] == {"location": "8|rue Victor Hugo", "leaking": "yes"}
    fee = _talk(tmp_path / "again", "combien coûte la réparation d'une borne à eau ?")
    assert "Fontaine" in fee[0]["replies"][0]["text"]
