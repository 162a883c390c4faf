"""What changed between two versions is told by the keys that stand in the files."""

from typing import Any

from services.town.version_changes import changes


def content(**service: Any) -> dict[str, Any]:
    return {"service": {"code": "report.bench", **service}}


def words(fr: str) -> dict[str, Any]:
    return {"phrases": {"fr": {"text": fr}}}


def test_nothing_is_told_of_what_stayed() -> None:
    assert changes(content(names=words("Banc")), content(names=words("Banc"))) == []


def test_a_word_that_changed_is_told_as_files_write_it() -> None:
    assert changes(content(names=words("Banc")), content(names=words("Banc cassé"))) == [
        'names.fr: "Banc" -> "Banc cassé"'
    ]


def test_fields_and_steps_are_told_by_their_names() -> None:
    before = content(fields=[{"name": "place", "kind": "text"}, {"name": "photo", "kind": "photo"}])
    after = content(fields=[{"name": "place", "kind": "location"}, {"name": "size", "kind": "count"}])
    assert changes(before, after) == [
        'fields.place.kind: "text" -> "location"', "fields.size: added", "fields.photo: taken out",
    ]  # fmt: skip


def test_another_order_is_told() -> None:
    first, second = {"name": "place"}, {"name": "size"}
    assert changes(content(fields=[first, second]), content(fields=[second, first])) == ["fields: in another order"]


def test_plain_values_and_lists_of_them_are_shown() -> None:
    assert changes(content(target_days=5, documents=["id"]), content(documents=["id", "proof"], common=True)) == [
        'documents: ["id"] -> ["id", "proof"]', "common: added (true)", "target_days: taken out (5)",
    ]  # fmt: skip
    assert changes(content(names=words("a" * 200)), content(names=words("b")))[0].count("a") < 100
