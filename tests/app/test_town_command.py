"""`guichet town`: a start that is nearly a town, everything wrong in a folder at once, and what a folder changes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.checking.town_check import check_town
from app.configuration.settings import Settings
from kit.text import fold
from services.files.product import DEMO_TOWN, PRODUCT, over_product
from services.texts.plain_words import in_language
from services.town.start import prefix_of, write_start
from tests.support.product import ROOT

NAME = "Vierzy-le-Bas"
STREETS = (
    "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n"
    "1;4;;Rue de l'Église;18100;18279;Vierzy-le-Bas;2.0801;47.2201\n"
    "2;7;bis;Rue de l'Église;18100;18279;Vierzy-le-Bas;2.0802;47.2202\n"
)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The start, with everything in it that a town must write of itself."""
    folder = tmp_path / "town"
    write_start(folder, NAME, "18100", "fr")
    for name in ("city.yaml", "opening_hours.yaml"):
        text = (folder / name).read_text(encoding="utf-8").replace("+3319998000", "+3324899000")
        (folder / name).write_text(text.replace("@a-remplacer.example", "@vierzy.example"), encoding="utf-8")
    (folder / "addresses" / "adresses.csv").write_text(STREETS, encoding="utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    """What is wrong, without the folder."""
    found = check_town(over_product(folder), Settings(_env_file=None))
    return [sentence.removeprefix(f"{folder}/") for sentence in found.mistakes]


def guichet(*words: str, language: str = "fr_FR.UTF-8") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUICHET_", "LC_", "LANG"))}
    with TemporaryDirectory() as nowhere:  # the folder a command is called from is looked for modules first
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "town", *words],
            env=kept | {"LANG": language, "PYTHONPATH": str(ROOT)},
            cwd=nowhere,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def test_a_start_is_ten_files_at_most_and_says_what_is_left_to_write(tmp_path: Path) -> None:
    done = guichet("new", str(tmp_path / "town"), "--name", NAME, "--postcode", "18100")
    assert done.returncode == 0, done.stderr
    written = [path for path in (tmp_path / "town").rglob("*") if path.is_file() and ".schemas" not in path.parts]
    assert 0 < len(written) <= 10
    assert all(path.read_text(encoding="utf-8").count("#") for path in written)
    checked = guichet("check", str(tmp_path / "town"))
    assert checked.returncode == 1
    assert f"{tmp_path}/town/city.yaml:16: +33199980000 est l'exemple du début" in checked.stdout
    assert "addresses : pas encore d'adresses" in checked.stdout or "addresses: pas encore d'adresses" in checked.stdout
    assert guichet("new", str(tmp_path / "town")).returncode == 2


def test_what_is_no_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        for command in ("check", "diff"):
            done = guichet(command, str(tmp_path / name), language="C.UTF-8")
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith(f"guichet: {tmp_path / name}: there is no such folder; `guichet town new ")


def test_an_empty_folder_lacks_two_files_and_addresses(tmp_path: Path) -> None:
    assert [sentence.partition(": ")[0] for sentence in mistakes(tmp_path)] == [
        "addresses",
        "city.yaml",
        "opening_hours.yaml",
    ]


def test_what_was_written_makes_a_town(town: Path) -> None:
    assert mistakes(town) == []


def test_both_languages_start_with_the_same_town(tmp_path: Path) -> None:
    for language in ("fr", "en"):
        write_start(tmp_path / language, NAME, "18100", language)
    french, english = (over_product(tmp_path / language).laid("city.yaml").content for language in ("fr", "en"))
    assert french == english
    assert [path.name for path in sorted((tmp_path / "fr").rglob("*.*"))] == [
        path.name for path in sorted((tmp_path / "en").rglob("*.*"))
    ]


@pytest.mark.parametrize(("name", "prefix"), [("Vierzy-le-Bas", "VBR"), ("L'Haÿ", "HXX"), ("Sète", "STX")])
def test_references_begin_with_letters_of_the_name(name: str, prefix: str) -> None:
    assert prefix_of(name) == prefix


def test_editors_are_given_a_schema_of_each_file_named_in_it(town: Path) -> None:
    for path in town.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        if "$schema=" in first:
            schema = json.loads((town / first.partition("$schema=")[2]).read_text(encoding="utf-8"))
            assert schema["properties"]
            assert "required" not in json.dumps(schema)


BROKEN = [
    ("city.yaml", "prefix:", "prefixe:", ["prefixe: this key is not known here", "prefix: this is missing; add it"]),
    ("city.yaml", 'postcode: "18100"', "postcode: 18100", ["city.yaml:7: postcode: a text belongs here, not 18100"]),
    ("city.yaml", "languages: [fr, en]", "languages: fr", ["languages: a list belongs here, like [one, two]"]),
    ("city.yaml", "reception: town_hall", "reception: townhall", ["is no place of opening_hours.yaml; did you mean"]),
    ("city.yaml", "version: 1", "version: 9", ["this folder is of form 9, for a newer release; this one reads form 1"]),
    ("city.yaml", "{fr: Délégué à la protection des données, en: Data protection officer}", "{fr: Délégué}",
     ["data_protection.names: the town offers en too, and this text does not: add it"]),
    ("city.yaml", "# not_offered:\n#   report.pests:", "not_offered:\n  report.pest:",
     ["not_offered.report.pest: no service is called report.pest; did you mean `report.pests`?"]),
    ("opening_hours.yaml", '"08:30-12:00"', '"8h30-12h00"', ["write a span like"]),
    ("opening_hours.yaml", "monday:", "munday:", ["opening_hours.yaml:14: places.0.hours.munday: only 'monday'"]),
    ("replies.fr.yaml", "# goodbye:", "godbye:",
     ["replies.fr.yaml:4: godbye: nothing uses this reply; did you mean `goodbye`?"]),
    ("replies.fr.yaml", "# goodbye:", "goodbye: {nom}\nintro:",
     ["replies.fr.yaml:4: goodbye.nom: a text or named texts belong here, not None; put quotes around a text"]),
    ("replies.fr.yaml", "# goodbye:", 'intro: "Bonjour de {ville}"\ngoodbye:',
     ["replies.fr.yaml:4: intro: {ville} is filled in by nobody; this text may say {town}; until it is mended"]),
    ("pages.fr.yaml", "# services:", "home: {titel: Bonjour}\n# services:",
     ["pages.fr.yaml:4: home.titel: no page says this; did you mean `home.title`?"]),
    ("topics.yaml", "# names:", "names: {request.bulky: {fr+: [le monstre]}}\n# names:",
     ["topics.yaml:4: names.request.bulky: the code is not in catalogue.tsv; did you mean"]),
    ("teams.tsv", "address\n", "address\nvoirie\tVoirie\tRoads\tn/a\n",
     ["teams.tsv:3: email: this is no mail address"]),
    ("teams.tsv", "address\n", "address\nvoirie Voirie Roads\n",
     ["teams.tsv:3: code: a code is made of small letters, dots and _"]),
    ("teams.tsv", "code\t", "", ["teams.tsv:2: no column is called `code`; put tabs between the columns"]),
    ("collection_days.yaml", "# sectors:\n#   - code: centre\n#     names: {fr: Centre, en: Centre}\n#     rounds:",
     "sectors:\n  - code: centre\n    names: {fr: Centre, en: Centre}\n    streets: [rue Zola]\n    rounds:\n"
     "      - {bin: glass, weekdays: [monday]}\n#", ["the sector centre collects the unknown bin glass"]),
    ("fees.yaml", "# services:", "services:\n  request.canteen: {fr: cher, en: dear}\n#",
     ["fees.yaml:5: services.request.canteen: request.canteen is not in catalogue.tsv; did you mean"]),
    ("addresses/adresses.csv", "2.0801;47.2201", "652000;6862000", ["addresses/adresses.csv:2: 652000, 6862000 are"]),
    ("addresses/adresses.csv", "2.0801;47.2201", "47.2201;2.0801", ["look exchanged"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "told"), BROKEN, ids=range(len(BROKEN)))
def test_a_mistake_is_told_with_its_place(town: Path, name: str, old: str, new: str, told: list[str]) -> None:
    text = (town / name).read_text(encoding="utf-8")
    assert old in text
    (town / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = mistakes(town)
    for sentence in told:
        assert [one for one in found if sentence in one], found
    assert all(one.startswith(name.split(".", maxsplit=1)[0]) for one in found), found
    for one in found:
        assert fold(in_language(one, "fr")) != fold(one), one


WRITTEN = [
    ("fee.yaml", "services: {}\n", "fee.yaml: nothing reads this file; did you mean fees.yaml?"),
    ("intents/town.yml", "nlu: []\n", "intents/fr/"),
    ("services/report.potholes.yaml", "target_days: 5\n",
     "the product declares no report.potholes to change; did you mean `report.pothole`?"),
    ("services/report.pothole.yaml", "target_days: five\n", "report.pothole.yaml:1: target_days: a whole number"),
    ("services/report.pothole.yaml", "team: voiries\n", "voiries is not in teams.tsv; did you mean `voirie`?"),
    ("services/report.pothole.yaml", "start: {fr: '{town}'}\n", "start: fr fills in {town}, which nobody gives"),
    ("catalogue.tsv", "code\ttarget_day\nreport.pothole\t5\n", "catalogue.tsv:2: target_day: this key is not known"),
    ("intents/fr/town.yml", "nlu:\n- intent: report.hole\n  examples: |\n    - un trou\n",
     "intents/fr/town.yml:4: report.hole is no code of catalogue.tsv"),
    ("channels.yaml", "sms-2: {kind: pigeon}\n", "channels.yaml:1: sms-2.kind"),
    ("emergency.yaml", "- {code: general_distress, dropped: true}\n", "the situation general_distress is missing"),
    ("words.fr.yaml", "groups: {yes_: [oui]}\n", "words.fr.yaml:1: groups.yes_: nothing uses this word group"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "told"), WRITTEN, ids=range(len(WRITTEN)))
def test_a_mistake_in_a_new_file_is_told(town: Path, name: str, text: str, told: str) -> None:
    (town / name).parent.mkdir(parents=True, exist_ok=True)
    (town / name).write_text(text, encoding="utf-8")
    found = mistakes(town)
    if name == "intents/town.yml":
        assert found == ["intents/town.yml: nothing reads this file; take it away"]
    else:
        assert [one for one in found if told in one], found


def test_addresses_of_the_neighbours_are_no_mistake_but_told(town: Path) -> None:
    path = town / "addresses" / "adresses.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("18279;Vierzy-le-Bas", "18033;Bourges", 1), encoding="utf-8"
    )
    done = guichet("check", str(town))
    assert done.returncode == 0
    assert "adresses d'autres communes\u00a0: 1 (Bourges)" in done.stdout


def test_every_mistake_is_told_at_once_and_the_command_says_how_many(town: Path) -> None:
    for name, old, new, _ in (BROKEN[0], BROKEN[8], BROKEN[9], BROKEN[12], BROKEN[20]):
        text = (town / name).read_text(encoding="utf-8")
        (town / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = guichet("check", str(town))
    assert done.returncode == 1
    *told, last = done.stdout.splitlines()
    assert len({sentence.partition(":")[0] for sentence in told}) == 5
    assert last == f"{len(told)} choses à corriger."
    assert ": prefixe: cette clé n'existe pas ici" in done.stdout
    english = guichet("check", str(town), language="C.UTF-8")
    assert english.stdout.splitlines()[-1] == f"{len(told)} things to mend."


def test_a_folder_that_repeats_the_product_is_told_to_go(town: Path) -> None:
    shutil.copy(PRODUCT / "words.fr.yaml", town)
    shutil.copy(PRODUCT / "catalogue.tsv", town)
    (town / "services").mkdir()
    (town / "services" / "report.pothole.yaml").write_text("kind: report\ntarget_days: 5\n", encoding="utf-8")
    (town / "replies.fr.yaml").write_text('goodbye: "Salut."\nthanks:\n', encoding="utf-8")
    said = guichet("diff", str(town), language="C.UTF-8").stdout
    assert "words.fr.yaml: says the same as the product; it may go" in said
    assert "catalogue.tsv: says the same as the product; it may go" in said
    assert "  2: target_days: 5 (the product: 10)\n  kind says the same as the product; it may go" in said
    assert "  1: goodbye: Salut. (the product: Au revoir, et bonne journée.)" in said
    assert "  2: thanks: taken away" in said
    assert "city.yaml: the town's own file" in said


def test_the_demo_town_has_nothing_wrong_and_repeats_nothing() -> None:
    assert check_town(over_product(DEMO_TOWN), Settings(_env_file=None)).mistakes == ()
    assert "may go" not in guichet("diff", str(DEMO_TOWN), language="C.UTF-8").stdout
