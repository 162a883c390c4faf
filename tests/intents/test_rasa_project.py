"""`guichet intents export-rasa`: a project that Rasa 3.6 takes as it is (test_real_rasa.py asks Rasa itself)."""

import re
from pathlib import Path

import pytest
from yaml import safe_load

from intents.catalogue import load_catalogue
from intents.entities.finding import EntityFinder
from intents.rasa.project import MARK, RasaProject, build_project
from kit.yaml_files import FileProblem
from services.town.lessons import read_lessons
from tests.intents.conftest import Guichet
from tests.intents.slice import CODES, Slice


@pytest.fixture(scope="module")
def examples(learned: Slice) -> dict[str, list[str]]:
    nlu = safe_load((learned.project / "data" / "nlu.yml").read_text("utf-8"))
    assert nlu["version"] == "3.1"
    return {block["intent"]: block["examples"].splitlines() for block in nlu["nlu"]}


def town_of(folder: Path, *phrases: str, code: str = "report.pothole") -> Path:
    (folder / "intents" / "fr").mkdir(parents=True)
    said = "".join(f"    - {phrase}\n" for phrase in phrases)
    block = f'version: "3.1"\nnlu:\n- intent: {code}\n  examples: |\n{said}'
    other = "- intent: talk.thanks\n  examples: |\n    - merci\n    - merci bien\n    - un grand merci\n"
    (folder / "intents" / "fr" / "phrases.yml").write_text(block + other, encoding="utf-8")
    (folder / "catalogue.tsv").write_text(f"code\tkind\n{code}\treport\ntalk.thanks\tdialogue\n", "utf-8")
    return folder


def project_of(town: Path) -> RasaProject:
    lessons = read_lessons(town)
    finder = EntityFinder((), reference_prefix="REF", region="FR", ordinary=frozenset())
    return build_project(load_catalogue(lessons.files), finder)


def test_every_code_is_an_intent_of_the_domain_with_examples(learned: Slice, examples: dict[str, list[str]]) -> None:
    domain = safe_load((learned.project / "domain.yml").read_text("utf-8"))
    assert set(domain["intents"]) == set(examples) == set(CODES)
    assert all(len(texts) >= 2 for texts in examples.values())


def test_no_example_stands_twice_and_none_speaks_rasa_s_notation(examples: dict[str, list[str]]) -> None:
    texts = [text for listed in examples.values() for text in listed]
    assert len(texts) == len(set(texts))
    assert [text for text in texts if not re.fullmatch(r"- (?:@?[a-z0_]+|[?!])(?: (?:@?[a-z0_]+|[?!]))*", text)] == []


def test_what_is_learned_gives_the_model_its_name(tmp_path: Path) -> None:
    first = project_of(town_of(tmp_path / "a", "un trou", "un trou dans la rue", "la route est percée"))
    again = project_of(town_of(tmp_path / "b", "un trou", "un trou dans la rue", "la route est percée"))
    other = project_of(town_of(tmp_path / "c", "un trou", "un trou dans la rue", "un nid de poule"))
    assert re.fullmatch(r"guichet-[0-9a-f]{12}", first.model_name)
    assert again.model_name == first.model_name != other.model_name
    config = safe_load(first.files["config.yml"])
    assert config["assistant_id"] == first.model_name
    assert config["pipeline"][-1]["name"] == "DIETClassifier"


def test_notation_in_a_phrase_and_names_of_people_are_not_exported(tmp_path: Path) -> None:
    phrases = ("un [trou](rue) ${HOME}", "/report.pothole", "je suis Mme Dupont, tél 06 39 98 00 01", "un trou")
    text = project_of(town_of(tmp_path, *phrases)).files["data/nlu.yml"]
    assert "    - un trou rue home\n" in text
    assert not re.search(r"[\[\]$/(]|dupont|98", text.removeprefix(MARK))


def test_an_export_replaces_an_earlier_one_and_nobody_else_s_project(guichet: Guichet, tmp_path: Path) -> None:
    town = town_of(tmp_path / "town", "un trou", "un trou dans la rue")
    places = {"GUICHET_CITY_DIR": str(town), "GUICHET_MODEL_DIR": str(tmp_path / "models")}
    project = tmp_path / "project"
    first, again = (guichet("export-rasa", str(project), **places) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0)
    assert again.stdout == first.stdout == f"{project_of(town).model_name}\n".encode()
    (project / "config.yml").write_text("language: fr\n")
    done = guichet("export-rasa", str(project), **places)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"config.yml" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (project / "config.yml").read_text() == "language: fr\n"


@pytest.mark.parametrize(
    ("phrases", "code", "said"),
    [
        (("un trou rue haute, je suis Mme Dupont", "Un trou rue haute je suis Mme Martin"), "report.hole", "needs 2"),
        (("un trou", "un nid de poule"), "report/hole", "cannot be the name"),
    ],
)
def test_what_rasa_could_not_learn_is_told_with_file_and_line(
    tmp_path: Path, phrases: tuple[str, ...], code: str, said: str
) -> None:
    with pytest.raises(FileProblem, match=rf"phrases\.yml:5: .*{code}.*{said}"):
        project_of(town_of(tmp_path, *phrases, code=code))
