"""The demo city's own files agree with each other and with the law of its number plan."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kit.phones import format_phone
from kit.yaml_files import read_yaml
from services.declarations.declaration import load_services
from services.files.product import DEMO_TOWN, PRODUCT, over_product
from services.files.tables import read_table
from services.files.town_files import read_model
from services.town.loading import load_town
from services.town_hall.answers_data import CollectionDays, Emergency
from services.town_hall.catalogue import CatalogueRow
from services.town_hall.city import City, DocumentType, Team
from services.town_hall.hours import OpeningHours

FILES = over_product(DEMO_TOWN)
ADDRESSES = DEMO_TOWN / "addresses"
FICTION = re.compile(r"\+33(19998|63998)\d{4}")
CATALOGUE = read_table(FILES, "catalogue.tsv", CatalogueRow).rows
STREETS = [json.loads(line) for line in (ADDRESSES / "streets.ndjson").read_text("utf-8").splitlines()]
EMERGENCIES = read_model(FILES.laid("emergency.yaml"), tuple[Emergency, ...])


def test_the_streets_are_those_the_script_lays_out(tmp_path: Path) -> None:
    for name in ("generate.py", "street_names.txt"):
        (tmp_path / name).write_bytes((ADDRESSES / name).read_bytes())
    subprocess.run([sys.executable, tmp_path / "generate.py"], check=True)
    made = (tmp_path / "streets.ndjson").read_bytes()
    assert made == (ADDRESSES / "streets.ndjson").read_bytes()


def test_there_are_some_three_hundred_streets_with_doors() -> None:
    assert 300 <= len(STREETS) <= 350
    assert len({street["name"] for street in STREETS}) == len(STREETS)
    assert all(len(street["housenumbers"]) >= 5 for street in STREETS)
    assert any(number.endswith("ter") for street in STREETS for number in street["housenumbers"])


@pytest.mark.parametrize(
    ("street", "numbers"),
    [
        ("rue de Paris", [str(number) for number in range(1, 61)]),
        ("rue de la République", ["12", "12 bis"]),
        ("place de la Mairie", ["1"]),
        ("rue Victor Hugo", ["1"]),
        ("avenue du Général de Gaulle", []),
        ("rue Pasteur", []),
        ("avenue Foch", []),
        ("rue de l'Église", []),
        ("place du 8 mai 1945", []),
    ],
)
def test_the_streets_spoken_of_everywhere_are_there(street: str, numbers: list[str]) -> None:
    found = next(entry for entry in STREETS if entry["name"] == street)
    assert set(numbers) <= set(found["housenumbers"])


def test_every_number_of_the_town_is_free_for_fiction() -> None:
    city = read_model(FILES.laid("city.yaml"), City)
    teams = read_table(FILES, "teams.tsv", Team).rows.values()
    places = read_model(FILES.laid("opening_hours.yaml"), OpeningHours).places
    for number in [city.phone, city.sms.number, *(team.phone for team in teams), *(place.phone for place in places)]:
        assert FICTION.fullmatch(number), number


def test_every_place_has_an_address_that_exists() -> None:
    doors = {f"{number} {street['name']}" for street in STREETS for number in street["housenumbers"]}
    for place in read_model(FILES.laid("opening_hours.yaml"), OpeningHours).places:
        assert place.address.removesuffix(", 99300 Montlieu") in doors, place.code
    landmarks = {entry["code"]: entry for entry in read_yaml(ADDRESSES / "places.yaml")}
    for entry in landmarks.values():
        assert entry["address"].replace("|", " ") in doors, entry["code"]


def test_every_street_is_collected_in_one_sector() -> None:
    collections = read_model(FILES.laid("collection_days.yaml"), CollectionDays)
    collected = sorted(street for sector in collections.sectors for street in sector.streets)
    assert collected == sorted(street["name"] for street in STREETS)


def test_every_document_asked_for_is_described() -> None:
    known = set(read_table(FILES, "documents.tsv", DocumentType).rows)
    asked = {document for row in CATALOGUE.values() for document in row.documents}
    assert asked == known


def test_the_declared_services_say_what_the_catalogue_says() -> None:
    town = load_town(DEMO_TOWN)
    for code, declared in load_services(FILES).items():
        row, service = CATALOGUE[code], town.services[code]
        assert [(field.name, field.required) for field in declared.fields] == [
            (asked.name, asked.mandatory) for asked in row.asks
        ], service.code
        assert (service.kind, service.team, service.target_days) == (row.kind, row.group, row.target_days)
        assert (service.fee.cents, service.documents) == (row.fee_cents, row.documents)
        assert (service.silence, service.silence_days) == (row.silence, row.silence_days)


@pytest.mark.parametrize(
    ("code", "numbers", "distress"),
    [
        ("fire", {"18", "112"}, False),
        ("injury", {"15", "18", "112"}, False),
        ("gas", {"0800473333", "18"}, False),
        ("cable", {"18", "112"}, False),
        ("collapse", {"18", "112"}, False),
        ("flood", {"18", "112"}, False),
        ("carbon_monoxide", {"18", "112"}, False),
        ("poisoning", {"15", "112"}, True),
        ("assault", {"17", "112", "114"}, True),
        ("missing", {"17", "112"}, True),
        ("cold", {"115", "15", "112"}, True),
        ("school_bullying", {"3018"}, True),
        ("elder", {"3977"}, True),
        ("violence_women", {"3919", "17"}, True),
        ("child", {"119"}, True),
        ("suicide", {"3114"}, True),
    ],
)
def test_each_emergency_sends_to_its_line(code: str, numbers: set[str], distress: bool) -> None:
    emergency = next(item for item in EMERGENCIES if item.code == code)
    assert numbers <= {number.number for number in emergency.numbers}
    assert emergency.distress is distress


def test_the_advice_is_short_and_its_text_message_fits_one_segment() -> None:
    for emergency in EMERGENCIES:
        for language in ("fr", "en"):
            assert len(emergency.advice.on(language)) <= 240, emergency.code
            assert len(emergency.advice.on(language, short=True)) <= 160, emergency.code


def test_every_situation_the_words_tell_has_its_advice() -> None:
    advised = {emergency.code for emergency in EMERGENCIES}
    for language in ("fr", "en"):
        told = {alarm["situation"] for alarm in read_yaml(PRODUCT / f"words.{language}.yaml")["alarms"]}
        assert told <= advised
    assert {"general", "general_distress"} <= advised


def test_no_contact_of_the_town_can_exist_outside_it() -> None:
    city = read_model(FILES.laid("city.yaml"), City)
    mails = [city.email, city.data_protection.email, *(box.address for box in city.mailboxes)]
    assert all(mail.endswith("@montlieu.example") for mail in mails)
    assert format_phone(city.sms.number, "fr") == "01 99 98 01 00"
