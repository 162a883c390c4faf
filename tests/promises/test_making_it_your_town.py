"""docs/making-it-your-town.md, done to the letter: a second town is made, checked, talked to and looked at.

Nothing that any page or reply says of it may name the first one.
"""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.files.product import DEMO_TOWN
from services.files.town_files import read_model
from services.town_hall.city import City
from tests.promises.tree import ROOT
from tests.support.product import free_ports, product_environment, running_product

PAGE = (ROOT / "docs" / "making-it-your-town.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`my-town/([\w./-]+)`")
PATIENCE = 60
SAID = (
    "bonjour",
    "il y a un nid de frelons au 12 bis chemin des vignes",
    "non",
    "oui",
    "je voudrais inscrire ma fille au conservatoire",
    "combien coûte la carte de stationnement ?",
    "la médiathèque est ouverte samedi ?",
    "qui peut me débarrasser des rats dans ma cave",
    "au revoir",
    "un trou dans la route à la noue",
)
PAGES = ("/", "/chat", "/suivi", "/console/sign-in", "/composants", "/?lang=en", "/chat?lang=en", "/rien-ici")


def blocks() -> list[tuple[str, str, str]]:
    """Kind, content and the paragraph before of every block."""
    found = []
    for match in BLOCK.finditer(PAGE):
        paragraph = PAGE[: match.start()].rstrip().rpartition("\n\n")[2]
        found.append((match[1], match[2], paragraph))
    return found


def guichet(folder: Path, line: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """A line of the page, with what is said to it; the model of this town stays beside it."""
    words = shlex.split(line)
    settings = dict(word.split("=", 1) for word in words if word.startswith("GUICHET_"))
    program = [word for word in words if not word.startswith("GUICHET_")]
    assert program[0] == "guichet"
    more = {"GUICHET_MODEL_DIR": str(folder / "models"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *program[1:]],
        env=product_environment(folder / "var", free_ports(), settings | more),
        cwd=folder,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page was followed up to the conversation."""
    folder = tmp_path_factory.mktemp("second")
    codes = []
    for kind, content, before in blocks():
        if kind == "sh":
            for line in content.splitlines():
                if " chat " not in line:
                    codes.append(guichet(folder, line).returncode)
            continue
        path = folder / "my-town" / FILE.findall(before)[-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert codes == [0, 1, 0, 0], "the page says which command finds something left to write"
    return folder


@pytest.fixture(scope="module")
def answers(folder: Path) -> list[Any]:
    lines = [line for kind, content, _ in blocks() if kind == "sh" for line in content.splitlines()]
    [line] = [line for line in lines if " chat " in line]
    done = guichet(folder, f"{line} --json", "".join(f"{text}\n" for text in SAID))
    assert done.returncode == 0, done.stderr
    return [json.loads(said) for said in done.stdout.splitlines()]


def text_of(answer: Any) -> str:
    return "\n".join(reply["text"] for reply in answer["replies"]).replace("\u00a0", " ").replace("\u202f", " ")


def first_town() -> re.Pattern[str]:
    """The first town's name, references, telephones and mailboxes."""
    city = read_model(DEMO_TOWN / "city.yaml", City)
    numbers = "|".join(r"\W*".join(number.removeprefix("+33")) for number in (city.phone, city.sms.number))
    return re.compile(rf"{city.name}|\b{city.prefix}\b|{city.postcode}|{numbers}", re.IGNORECASE)


def test_the_check_and_the_comparison_say_what_the_page_says(folder: Path) -> None:
    assert (
        guichet(folder, "guichet town check my-town").stdout
        == "Vierzy-le-Bas: all is well; 50 services can be filed.\n"
    )
    changed = guichet(folder, "guichet town diff my-town").stdout
    assert "goodbye: Au revoir, et à bientôt à Vierzy. (the product: Au revoir, et bonne journée.)" in changed
    assert "request.parking_permit fee_cents: 2000 (the product: varies)" in changed


def test_the_second_town_talks_of_itself(answers: list[Any]) -> None:
    said = [text_of(answer) for answer in answers]
    assert "mairie de Vierzy-le-Bas" in said[0]
    events = [event for answer in answers[:5] for event in answer["events"]]
    [opened] = [event for event in events if event["event"] == "case_opened"]
    assert opened["code"] == "report.hornets"
    assert opened["reference"].startswith("VZB-")
    assert opened["fields"]["location"] == "12 bis|chemin des Vignes"
    assert "L'école de musique dépend de la communauté de communes" in said[4]
    assert "20,00 €" in said[5]
    assert "10 h à 12 h" in said[6]
    assert "la mairie ne s'en occupe pas" in said[7]
    assert "02 48 99 00 10" in said[7]
    assert said[8].endswith("à bientôt à Vierzy.")


def test_no_reply_and_no_page_names_the_first_town(folder: Path, answers: list[Any]) -> None:
    first = first_town()
    for answer in answers:
        assert first.search(json.dumps(answer, ensure_ascii=False)) is None
    places = {"GUICHET_CITY_DIR": str(folder / "my-town"), "GUICHET_MODEL_DIR": str(folder / "models")}
    for picture in ("logo.svg", "favicon.svg"):
        (folder / "my-town" / picture).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with (
        running_product(folder / "served", **places) as product,
        httpx2.Client(base_url=product.url, timeout=PATIENCE, headers={"connection": "close"}) as client,
    ):
        for path in PAGES:
            page = client.get(path).text
            assert "Vierzy-le-Bas" in page, path
            assert first.search(page) is None, path
        home = client.get("/?lang=fr").text
        assert "Un nid de frelons" in home
        assert "Frelons asiatiques" in home
        logo = re.search(r'class="brand-logo" src="([^"]+)"', home)
        assert logo is not None
        assert client.get(logo[1]).headers["content-type"] == "image/svg+xml"
        looks = ('name="theme-color" content="#7a3b1e"', "/town-logo.svg", "/town-favicon.svg")
        for path in ("/", "/console/sign-in"):
            assert [each for each in looks if each not in client.get(path).text] == [], path
        client.post("/console/sign-in", data={"email": "admin@demo.example", "password": "guichet-demo"})
        for path in ("/console", "/console/now"):
            assert first.search(client.get(path).text) is None, path
    assert first.search(product.log.read_text(encoding="utf-8")) is None
