"""A town's file over the product's: what wins, what is added or taken away, and where each part stands."""

from pathlib import Path
from typing import Any

import pytest

from kit.laid_files import LaidFile, Layers
from kit.yaml_files import FileProblem

PRODUCT = """\
intro: Hello
goodbye: Bye
names:
  hole: {fr: [trou], en: [hole]}
  lamp: {fr: [lampe]}
numbers:
  - code: fire
    number: "18"
    advice: {fr: Sortez, en: Leave}
  - code: gas
    number: "17"
days: [monday, friday]
"""


@pytest.fixture
def files(tmp_path: Path) -> Layers:
    (tmp_path / "product").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "product" / "words.yaml").write_text(PRODUCT, encoding="utf-8")
    return Layers(tmp_path / "product", tmp_path / "own")


def laid(files: Layers, own: str) -> LaidFile:
    (files.own / "words.yaml").write_text(own, encoding="utf-8")
    return files.laid("words.yaml")


def test_a_file_that_the_town_has_not_is_the_product_s(files: Layers) -> None:
    assert files.laid("words.yaml").content["intro"] == "Hello"
    assert laid(files, "# nothing yet\n").content["intro"] == "Hello"


@pytest.mark.parametrize(
    ("own", "path", "expected"),
    [
        ("goodbye: Salut\n", ("goodbye",), "Salut"),
        ("goodbye: Salut\n", ("intro",), "Hello"),
        ("goodbye:\n", (), "Hello"),
        ("names: {hole: {fr: [nid]}}\n", ("names", "hole"), {"fr": ["nid"], "en": ["hole"]}),
        ("names: {hole: {fr+: [nid]}}\n", ("names", "hole", "fr"), ["trou", "nid"]),
        ("names: {bench: {fr+: [banc]}}\n", ("names", "bench"), {"fr": ["banc"]}),
        ("days: [sunday]\n", ("days",), ["sunday"]),
        ("numbers: [{code: gas, number: '0800'}]\n", ("numbers", 1), {"code": "gas", "number": "0800"}),
        ("numbers: [{code: gas, number: '0800'}]\n", ("numbers", 0, "number"), "18"),
        ("numbers: [{code: fire, dropped: true}]\n", ("numbers",), [{"code": "gas", "number": "17"}]),
        ("numbers: [{code: flood, number: '112'}]\n", ("numbers", 2, "code"), "flood"),
        ("numbers: [{code: fire, advice: {fr: Courez}}]\n", ("numbers", 0, "advice"), {"fr": "Courez", "en": "Leave"}),
    ],
)
def test_the_town_has_its_say_key_by_key(files: Layers, own: str, path: tuple[Any, ...], expected: Any) -> None:
    content = laid(files, own).content
    if not path:
        assert "goodbye" not in content
        assert content["intro"] == expected
        return
    for step in path:
        content = content[step]
    assert content == expected


@pytest.mark.parametrize(
    ("own", "keys", "place"),
    [
        ("goodbye: Salut\n", ("goodbye",), "own/words.yaml:1"),
        ("goodbye: Salut\n", ("intro",), "product/words.yaml:1"),
        ("\nnames:\n  hole: {fr: [nid]}\n", ("names", "hole", "fr", 0), "own/words.yaml:3"),
        ("\nnames:\n  hole: {fr: [nid]}\n", ("names", "hole", "en"), "product/words.yaml:4"),
        ("names:\n  hole:\n    fr+:\n      - nid\n", ("names", "hole", "fr", 1), "own/words.yaml:4"),
        ("names:\n  hole:\n    fr+:\n      - nid\n", ("names", "hole", "fr", 0), "product/words.yaml:4"),
        ("numbers:\n  - {code: flood}\n  - code: gas\n    number: x\n", ("numbers", 1, "number"), "own/words.yaml:4"),
        ("numbers:\n  - {code: flood}\n", ("numbers", 2, "number"), "own/words.yaml:2"),
        ("numbers:\n  - {code: flood}\n", ("numbers", 0, "number"), "product/words.yaml:8"),
    ],
)
def test_a_fault_is_told_where_its_part_stands(files: Layers, own: str, keys: tuple[Any, ...], place: str) -> None:
    told = str(laid(files, own).problem(keys, "is wrong"))
    assert told.removeprefix(f"{files.own.parent}/").startswith(f"{place}: ")


def test_a_file_in_neither_folder_is_missed_in_the_town_s(files: Layers) -> None:
    with pytest.raises(FileProblem, match=r"own/city\.yaml: this file is missing"):
        files.laid("city.yaml")


def test_files_of_a_folder_are_added(files: Layers) -> None:
    for folder in (files.product, files.own):
        (folder / "intents").mkdir()
        (folder / "intents" / "talk.yml").touch()
    assert files.every("intents/*.yml") == tuple(f / "intents" / "talk.yml" for f in (files.product, files.own))
    assert files.alone.every("intents/*.yml") == (files.product / "intents" / "talk.yml",)
