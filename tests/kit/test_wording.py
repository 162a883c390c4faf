from pathlib import Path

import pytest
from pydantic import ValidationError

from kit.catalogues import Wordings, check, read_catalogue, with_short_forms
from kit.wording import Wording
from kit.yaml_files import FileProblem, YamlFile

FRENCH = """
queue:
  title: "File d'attente : à qui répondre ?"
  waiting: {one: "{count} personne attend", other: "{count} personnes attendent"}
no: Non
hello: "Bonjour {name} !"
"""
ENGLISH = """
queue:
  title: Queue
  waiting: {one: "{count} person waits", other: "{count} people wait"}
no: No
hello: "Hello {name}!"
"""


@pytest.fixture
def words(tmp_path: Path) -> Wordings:
    (tmp_path / "fr.yaml").write_text(FRENCH, encoding="utf-8")
    (tmp_path / "en.yaml").write_text(ENGLISH, encoding="utf-8")
    return Wordings.load(tmp_path, ["fr", "en"])


def test_nested_keys_are_dotted_and_french_is_spaced(words: Wordings) -> None:
    assert words.text("fr", "queue.title") == "File d'attente\u00a0: à qui répondre\u00a0?"


def test_values_are_filled_in(words: Wordings) -> None:
    assert words.text("en", "hello", name="Zoé") == "Hello Zoé!"


def test_a_value_with_braces_is_only_text(words: Wordings) -> None:
    assert words.text("en", "hello", name="{secret}") == "Hello {secret}!"


@pytest.mark.parametrize(("language", "zero"), [("fr", "0 personne attend"), ("en", "0 people wait")])
def test_each_language_has_its_own_plural_of_zero(words: Wordings, language: str, zero: str) -> None:
    assert words.text(language, "queue.waiting", count=0) == zero
    assert words.text(language, "queue.waiting", count=2).startswith("2 pe")


def test_the_word_no_is_a_key_and_not_a_truth_value(words: Wordings) -> None:
    assert words.text("fr", "no") == "Non"


@pytest.mark.parametrize(
    ("language", "key", "named"),
    [("fr", "queue.lost", "queue.lost"), ("de", "no", "de"), ("fr", "hello", "name"), ("fr", "queue.waiting", "count")],
)
def test_what_is_missing_is_named(words: Wordings, language: str, key: str, named: str) -> None:
    with pytest.raises(KeyError, match=named):
        words.text(language, key)


def test_texts_under_a_prefix(words: Wordings) -> None:
    assert words.under("en", "queue") == {"title": "Queue"}
    assert words.has("fr", "hello")
    assert not words.has("fr", "hell")


def test_a_short_form_stands_under_its_key_and_is_said_where_it_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "fr.yaml").write_text('help: "Je peux : {all}"\nhelp.sms: "Aide : {all}"\nbye: Au revoir\n')
    words = Wordings.load(tmp_path, ["fr"])
    assert words.short_text("fr", "help", all="x") == "Aide\u00a0: x"
    assert words.text("fr", "help", all="x") == "Je peux\u00a0: x"
    assert words.short_text("fr", "bye") == "Au revoir"
    assert not words.has("fr", "help.sms")


def test_a_short_form_of_nothing_is_a_text_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "fr.yaml").write_text("channel:\n  sms: SMS\n")
    assert Wordings.load(tmp_path, ["fr"]).under("fr", "channel") == {"sms": "SMS"}


def test_a_short_form_in_one_language_alone_is_told() -> None:
    french, english = with_short_forms({"a": "x", "a.sms": "{n}"}), with_short_forms({"a": "x"})
    assert check({"fr": french, "en": english}) == ["a.sms is missing in en"]


def test_a_declared_wording_takes_plural_forms_and_spaces_like_a_catalogue() -> None:
    wording = Wording.model_validate({"fr": {"text": {"one": "{count} jour !", "other": "{count} jours !"}}})
    assert wording.everywhere() == ("{count} jours\u00a0!",)
    told = "fr fills in {count}, which nobody gives; this text fills in nothing"
    assert list(wording.strange_values(frozenset())) == [told]
    with pytest.raises(ValidationError, match="string"):
        Wording.model_validate({"fr": {"text": 12}})


def test_agreeing_catalogues_have_no_problem(words: Wordings) -> None:
    assert check(words.catalogues) == []


def test_disagreements_are_told() -> None:
    problems = check({"fr": with_short_forms({"a": "x", "b": "{name}"}), "en": with_short_forms({"b": "{nom}"})})
    assert problems == ["a is missing in en", "b fills in different values in en, fr"]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("a: x\na: y\n", 2, "twice"),
        ("a:\n  b: 12\n", 2, "quotes"),
        ("a:\n  b: 'x {'\n", 2, "brace"),
        ("a: [x\n", 2, "not readable"),
        ("- x\n", None, "text"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_line(tmp_path: Path, content: str, line: int | None, said: str) -> None:
    path = tmp_path / "fr.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileProblem, match=said) as caught:
        read_catalogue(path, "fr")
    assert caught.value.line == line
    assert "fr.yaml" in str(caught.value)


def test_a_missing_file_and_a_wrong_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="missing"):
        YamlFile(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: é".encode("latin-1"))
    with pytest.raises(FileProblem, match="UTF-8"):
        YamlFile(tmp_path / "latin.yaml")


def test_times_dates_and_phones_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("time: 9:30\nday: 2026-11-23\nphone: +33199980100\ncount: 3\nopen: true\nnothing:\n")
    assert YamlFile(path).content == {
        "time": "9:30",
        "day": "2026-11-23",
        "phone": "+33199980100",
        "count": 3,
        "open": True,
        "nothing": None,
    }


def test_lines_are_found_by_path(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a:\n  - b: 1\n    c: 2\n")
    file = YamlFile(path)
    assert file.line_of(["a", 0, "c"]) == 3
    assert file.line_of(["a", 7]) == 1
    assert str(file.problem(["a", 0, "c"], "too big")).endswith("x.yaml:3: a.0.c: too big")
