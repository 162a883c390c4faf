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

from services.product import DEMO_TOWN
from tests.promises.tree import ROOT

CODE = "report.graffiti"
PHRASES = {
    "fr": (("", "bonjour,", "signalement :", "svp"),
           ("il y a un tag sur le mur de la mairie", "un graffiti raciste rue de Paris", "ma façade a été taguée",
            "des tags sur l'école", "je veux signaler un graffiti", "quelqu'un a tagué mon portail",
            "on a dessiné des insultes sur le mur", "affichage sauvage sur l'abribus")),
    "en": (("", "hello,", "please,"),
           ("there is graffiti on the wall", "someone sprayed my wall", "I want to report graffiti",
            "a racist tag on the school", "fly-posting on the bus shelter")),
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
        (folder / "intents" / language / "graffiti.yml").write_text(f"nlu:\n{block}", encoding="utf-8")
    names = f"names:\n  {CODE}: {{fr: [barbouillage], en: [scrawl]}}\n"
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
    answers = _talk(tmp_path, "on a tagué le mur de mon immeuble", "8 rue Victor Hugo", "oui", "oui")
    assert answers[0]["events"] == [{"event": "flow_started", "code": CODE}]
    assert [answer["expects"] for answer in answers] == ["location", "offensive", "confirm", None]
    (opened,) = answers[-1]["events"]
    assert opened["event"] == "case_opened"
    assert opened["code"] == CODE
    assert opened["fields"] == {"location": "8|rue Victor Hugo", "offensive": "yes"}
    fee = _talk(tmp_path / "again", "combien coûte l'enlèvement d'un barbouillage ?")
    assert "Tag" in fee[0]["replies"][0]["text"]
