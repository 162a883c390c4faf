"""A service's file: what it must say, and how a mistake in it is told."""

from pathlib import Path

import pytest
import yaml

from services.declarations.declaration import DeclarationError, Service, load_service, load_services
from services.town.loading import Town, load_town
from services.town_hall.catalogue import CatalogueRow

MINIMAL = {
    "code": "report.bench",
    "version": 1,
    "kind": "report",
    "team": "voirie",
    "names": {"fr": "Banc cassé", "en": "Broken bench"},
    "target_days": 5,
    "fee": {"cents": 0},
    "start": {"fr": "Un banc.", "en": "A bench."},
    "next_step": {"fr": "Le service {team} passe avant le {due}.", "en": "{team} comes before {due}."},
    "fields": [
        {
            "name": "location",
            "kind": "location",
            "label": {"fr": "Lieu", "en": "Place"},
            "ask": {"fr": {"text": "Où est le banc ?", "sms": "Où ?"}, "en": "Where is it?"},
        }
    ],
}


@pytest.fixture(scope="module")
def town(city_dir: Path) -> Town:
    return load_town(city_dir)


def _write(folder: Path, **changes: object) -> Path:
    path = folder / "report.bench.yaml"
    path.write_text(yaml.safe_dump({**MINIMAL, **changes}, allow_unicode=True), encoding="utf-8")
    return path


def test_a_small_file_is_a_service(tmp_path: Path) -> None:
    service = load_service(_write(tmp_path))
    assert service.code == "report.bench"
    assert service.field("location").ask.on("fr", short=True) == "Où\u00a0?"
    assert service.field("location").ask.on("en", short=True) == "Where is it?"


def test_a_language_without_words_hears_the_towns_own(tmp_path: Path) -> None:
    assert load_service(_write(tmp_path)).names.on("de") == "Banc cassé"


def test_services_are_found_by_code(tmp_path: Path) -> None:
    _write(tmp_path)
    assert list(load_services(tmp_path)) == ["report.bench"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"names": {"en": "Bench"}}, "no wording in fr"),
        ({"colour": "red"}, "colour"),
        ({"code": "request.bench"}, "begins with report"),
        ({"code": "report.chair"}, "must be named report.chair.yaml"),
        ({"silence": "refusal"}, "silence and silence_days go together"),
        ({"high_priority": {"field": "hazard", "is_one_of": ["yes"]}}, "unknown field hazard"),
        ({"fields": [MINIMAL["fields"][0], MINIMAL["fields"][0]]}, "same name"),  # type: ignore[index]
        ({"fields": [{**MINIMAL["fields"][0], "kind": "choice"}]}, "a choice needs choices"),  # type: ignore[index]
        ({"fields": [{**MINIMAL["fields"][0], "only_here": True}]}, "needs the words to say elsewhere"),  # type: ignore[index]
        ({"fields": [{**MINIMAL["fields"][0], "kind": "colour"}]}, "kind"),  # type: ignore[index]
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, changes: dict[str, object], complaint: str) -> None:
    path = _write(tmp_path, **changes)
    with pytest.raises(DeclarationError, match=r"report\.bench\.yaml") as error:
        load_service(path)
    assert complaint in str(error.value)


def test_an_unreadable_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.bench.yaml"
    path.write_text("code: report.bench\nnames: [fr\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"report\.bench\.yaml:\d"):
        load_service(path)


def test_every_declaration_asks_what_the_catalogue_says(town: Town) -> None:
    for service in town.services.values():
        assert _asked(service) == _catalogued(town.catalogue[service.code])


def _asked(service: Service) -> tuple[object, ...]:
    declared = [field for field in service.fields if field.kind != "requester"]  # in every request, in no catalogue
    # An optional list may be added to although the catalogue does not call it repeatable.
    fields = [(field.name, field.required, field.repeatable and field.kind != "items") for field in declared]
    return fields, service.team, service.target_days, service.fee.cents, service.documents, service.silence_days


def _catalogued(row: CatalogueRow) -> tuple[object, ...]:
    fields = [(asked.name, asked.mandatory, asked.repeatable and asked.name != "items") for asked in row.asks]
    return fields, row.group, row.target_days, row.fee_cents, row.documents, row.silence_days


def test_a_condition_leaves_out_a_field(tmp_path: Path) -> None:
    extra = {
        "name": "broken",
        "kind": "yes_no",
        "label": {"fr": "Cassé", "en": "Broken"},
        "ask": {"fr": "Cassé ?", "en": "Broken?"},
    }
    when = {"field": "broken", "is_one_of": ["yes"]}
    fields = [extra, {**MINIMAL["fields"][0], "when": when}]  # type: ignore[index]
    service = load_service(_write(tmp_path, fields=fields))
    assert [field.name for field in service.applicable({"broken": "no"})] == ["broken"]
    assert [field.name for field in service.applicable({"broken": "yes"})] == ["broken", "location"]
