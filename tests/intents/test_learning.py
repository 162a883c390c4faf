"""What is learned, when it is learned again, and that a kept model answers like a fresh one."""

from pathlib import Path

from intents.catalogue import codes_without_phrases, load_catalogue, read_codes
from intents.contract import Utterance
from intents.embedded import EmbeddedInterpreter, load_or_train
from services.files.product import learned_from
from services.town.lessons import read_lessons
from tests.intents.conftest import Guichet

SAID = ["trou dans la route", "merci", "la route et la recette", "il est tard", "un nid d poule", "zut"]


def learn(town: Path, models: Path) -> tuple[EmbeddedInterpreter, bool]:
    """The interpreter, and whether it had to be trained."""
    told: list[str] = []
    return load_or_train(read_lessons(town), models, told.append), bool(told)


def test_training_says_what_it_does_and_the_second_time_that_nothing_was_due(
    guichet: Guichet, small_town: Path, tmp_path: Path
) -> None:
    places = {"GUICHET_CITY_DIR": str(small_town), "GUICHET_MODEL_DIR": str(tmp_path / "models")}
    first, second = guichet("train", **places), guichet("train", **places)
    assert (first.returncode, first.stdout, second.returncode, second.stdout) == (0, b"", 0, b"")
    assert b"Learning" in first.stderr
    assert b"trained in" in first.stderr
    assert b"Learning" not in second.stderr
    assert b"up to date" in second.stderr


def test_a_missing_model_is_trained_by_the_command_that_needs_it(
    guichet: Guichet, small_town: Path, tmp_path: Path
) -> None:
    places = {"GUICHET_CITY_DIR": str(small_town), "GUICHET_MODEL_DIR": str(tmp_path / "models")}
    done = guichet("predict", said=b"trou dans la route\n", **places)
    assert done.returncode == 0
    assert b'"report.pothole"' in done.stdout
    assert b"Learning" in done.stderr


def test_a_kept_model_answers_exactly_like_the_one_just_learned(small_town: Path, tmp_path: Path) -> None:
    fresh, trained = learn(small_town, tmp_path / "models")
    kept, again = learn(small_town, tmp_path / "models")
    assert (trained, again) == (True, False)
    for said in SAID:
        assert kept.predict(Utterance(said)) == fresh.predict(Utterance(said))


def test_a_changed_phrase_list_of_codes_or_street_makes_the_model_stale(small_town: Path, tmp_path: Path) -> None:
    learn(small_town, tmp_path / "models")
    phrases, streets = small_town / "intents" / "fr" / "phrases.yml", small_town / "addresses" / "streets.ndjson"
    phrases.write_text(phrases.read_text("utf-8") + "    - bof bof\n", "utf-8")
    assert learn(small_town, tmp_path / "models")[1]
    with (small_town / "catalogue.tsv").open("a") as codes:
        codes.write("talk.deny\tdialogue\n")
    assert learn(small_town, tmp_path / "models")[1]
    streets.parent.mkdir()
    streets.write_text("")
    assert learn(small_town, tmp_path / "models")[1]
    assert not learn(small_town, tmp_path / "models")[1]


def test_a_broken_model_file_is_made_anew(small_town: Path, tmp_path: Path) -> None:
    learn(small_town, tmp_path / "models")
    (file,) = (tmp_path / "models").glob("understanding-*.npz")
    for content in (b"", b"PK\x03\x04 nonsense", file.read_bytes()[:2000]):
        file.write_bytes(content)
        assert learn(small_town, tmp_path / "models")[1]


def test_a_folder_that_cannot_be_written_costs_only_the_cache(small_town: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    interpreter, trained = learn(small_town, tmp_path / "models")
    assert trained
    assert interpreter.predict(Utterance("trou dans la route")).intent == "report.pothole"


def test_only_a_few_old_models_are_kept(small_town: Path, tmp_path: Path) -> None:
    phrases = small_town / "intents" / "fr" / "phrases.yml"
    for number in range(5):
        phrases.write_text(phrases.read_text("utf-8") + f"    - bof {'a' * number} encore\n", "utf-8")
        learn(small_town, tmp_path / "models")
    assert len(list((tmp_path / "models").iterdir())) == 3


def test_learning_twice_gives_the_same_model(small_town: Path, tmp_path: Path) -> None:
    one, other = learn(small_town, tmp_path / "one")[0], learn(small_town, tmp_path / "other")[0]
    assert [one.predict(Utterance(said)) for said in SAID] == [other.predict(Utterance(said)) for said in SAID]


def test_phrases_nobody_can_use_are_one_clear_line(guichet: Guichet, small_town: Path, tmp_path: Path) -> None:
    phrases = small_town / "intents" / "fr" / "phrases.yml"
    good = phrases.read_text("utf-8")
    for bad, told in (
        (good.replace("talk.thanks", "talk.gratitude"), "talk.gratitude is no code"),
        (good + "    - merci beaucoup\n", "'merci beaucoup'"),
        ("nlu: 3\n", "nlu"),
        ("version: [\n", "phrases.yml"),
    ):
        phrases.write_text(bad, "utf-8")
        done = guichet("train", GUICHET_CITY_DIR=str(small_town), GUICHET_MODEL_DIR=str(tmp_path / "models"))
        assert done.returncode == 2
        assert done.stdout == b""
        assert told in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()


def test_a_code_that_nothing_teaches_in_a_language_is_named(small_town: Path) -> None:
    with (small_town / "catalogue.tsv").open("a", encoding="utf-8") as rows:
        rows.write("report.bench\treport\n")
    files = learned_from(small_town)
    assert codes_without_phrases(load_catalogue(files), read_codes(files), "fr") == ("report.bench",)
