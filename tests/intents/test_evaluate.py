"""`guichet intents evaluate`: scores as one JSON object."""

import json
from pathlib import Path
from typing import Any

import pytest

from intents.evaluation import Outcome, auroc, macro_f1, read_labelled
from kit.yaml_files import FileProblem
from tests.intents.conftest import Guichet

PROMISED = {"accuracy", "macro_f1", "train_seconds", "us_per_utterance"}


def scores(guichet: Guichet, *words: str, **places: str) -> dict[str, Any]:
    done = guichet("evaluate", *words, **places)
    assert done.returncode == 0, done.stderr.decode()
    (line,) = done.stdout.decode().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_file_is_scored_by_the_town_s_own_model_per_language(
    guichet: Guichet, small_town: Path, tmp_path: Path
) -> None:
    file = tmp_path / "held.tsv"
    file.write_text("text\tlang\tcode\ntrou route\tfr\treport.pothole\nmerci\tfr\ttalk.thanks\n", "utf-8")
    found = scores(guichet, str(file), GUICHET_CITY_DIR=str(small_town))
    assert found.keys() >= PROMISED | {"accuracy_fr", "language_accuracy"}
    assert "out_of_scope_auroc" not in found
    assert found["accuracy"] == 1.0
    assert found["train_seconds"] > 0
    assert found["us_per_utterance"] > 0


def test_any_codes_can_be_learned_from_one_file_and_tried_on_another(guichet: Guichet, tmp_path: Path) -> None:
    learned, tried = tmp_path / "train.tsv", tmp_path / "test.tsv"
    said = {
        "play_music": ["play some jazz", "put on a song", "play music please", "play a tune"],
        "alarm": ["wake me at six", "set an alarm", "alarm for seven", "wake me up early"],
        "out_of_scope": ["the sky is blue", "lunch was good", "nice shoes", "what a day"],
    }
    learned.write_text("".join(f"{text}\t{code}\n" for code, texts in said.items() for text in texts), "utf-8")
    tried.write_text("text\tcode\nplay a song\tplay_music\nset my alarm\talarm\nblue shoes\tout_of_scope\n", "utf-8")
    found = scores(guichet, "--train", str(learned), "--test", str(tried))
    assert found.keys() >= PROMISED | {"out_of_scope_auroc", "confusions"}
    assert found["accuracy"] == 1.0
    assert found["confusions"] == []


@pytest.mark.parametrize("words", [(), ("a.tsv", "--train", "b.tsv"), ("--train", "b.tsv")])
def test_half_an_order_is_refused(guichet: Guichet, words: tuple[str, ...]) -> None:
    done = guichet("evaluate", *words)
    assert done.returncode == 2
    assert done.stdout == b""


@pytest.mark.parametrize("content", [b"", b"text\tcode\n", b"one cell only\n", b"a\tb\tc\td\te\n", b"\xff\xfe\n"])
def test_a_file_without_usable_rows_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.tsv"
    file.write_bytes(content)
    with pytest.raises(FileProblem, match=r"bad\.tsv"):
        read_labelled(file)


def test_the_refusal_of_a_file_is_one_line_without_a_trace(guichet: Guichet, tmp_path: Path) -> None:
    done = guichet("evaluate", str(tmp_path / "nowhere.tsv"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"nowhere.tsv" in done.stderr
    assert b"Traceback" not in done.stderr


def test_f1_is_the_mean_over_codes_and_not_over_texts() -> None:
    outcomes = [Outcome("a", "a", 1, 1)] * 8 + [Outcome("b", "a", 1, 1), Outcome("b", "b", 1, 1)]
    assert macro_f1(outcomes) == round((16 / 17 + 2 / 3) / 2, 4)


def test_auroc_is_the_chance_that_one_stands_above_the_other() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.9, 0.3], [0.5]) == 0.5
