"""Every declared field reads its own sample answers, in both languages, and refuses what it says cannot be."""

from datetime import date
from pathlib import Path

import pytest

from intents.entities.finding import EntityFinder
from kit.wording import LANGUAGES
from services.declarations.declaration import Service, ServiceField
from services.declarations.workflow import workflow_faults
from services.kinds.fields import PLACES, Fault, Reading, present, read_answer
from services.kinds.presenting import told
from services.town.loading import Town, load_town
from services.words.said import Mention, Said, clean

TODAY = date(2026, 11, 23)
LOOKED_UP = {*PLACES, "photo"}
"""Kinds whose answers are no words: the dialogue looks places up, and photos are sent."""


@pytest.fixture(scope="module")
def town(city_dir: Path) -> Town:
    return load_town(city_dir)


@pytest.fixture(scope="module")
def finder(town: Town) -> EntityFinder:
    return EntityFinder([street.name for street in town.gazetteer.streets])


def _said(text: str, town: Town, finder: EntityFinder) -> Said:
    cleaned = clean(text)
    found = [entity for entity in finder.find(cleaned, TODAY) if entity.text in cleaned]
    mentions = tuple(
        Mention(entity.entity, entity.value, entity.text, at, at + len(entity.text))
        for entity in found
        for at in [cleaned.index(entity.text)]
    )
    return Said(cleaned, mentions, town.lexicon, TODAY)


def _fields(town: Town) -> list[tuple[Service, ServiceField]]:
    return [(service, field) for service in town.services.values() for field in service.fields]


def test_every_field_reads_its_samples(town: Town, finder: EntityFinder) -> None:
    wrong = []
    for service, field in _fields(town):
        for language, samples in field.samples.items():
            for text, value in samples.items():
                if field.kind in LOOKED_UP:
                    continue
                outcome = read_answer(field, _said(text, town, finder), town.city.name)
                if not isinstance(outcome, Reading) or outcome.partial or outcome.value != value:
                    wrong.append((service.code, field.name, language, text, outcome))
    assert wrong == []


def test_every_field_refuses_what_cannot_be(town: Town, finder: EntityFinder) -> None:
    taken = []
    for service, field in _fields(town):
        for texts in field.refuses.values():
            for text in texts:
                outcome = read_answer(field, _said(text, town, finder), town.city.name)
                is_refused = isinstance(outcome, Fault) or outcome is None or outcome.partial
                if not is_refused:
                    taken.append((service.code, field.name, text, outcome))
    assert taken == []


def test_every_field_has_a_sample_in_every_language(town: Town) -> None:
    told = [(service.code, field.name) for service, field in _fields(town) if set(field.samples) != set(LANGUAGES)]
    assert told == []


def test_every_kept_value_is_told_in_both_languages(town: Town) -> None:
    yes_no = {"yes": "oui", "no": "non"}
    for _, field in _fields(town):
        for samples in field.samples.values():
            for value in samples.values():
                for language in LANGUAGES:
                    shown = present(field, value, language, town.lexicon, yes_no)
                    assert "/" not in shown or field.kind in LOOKED_UP or "/" in value.partition("/")[0]
                    assert bool(shown) == bool(value)


def test_answers_are_told_as_people_write_them(town: Town) -> None:
    kept = {
        ("request.school_registration", "child"): ("Léa Durand, 2020-03-03", "Léa Durand, 3 March 2020"),
        ("request.nursery_place", "hours"): ("08:00-17:30", "08:00 to 17:30"),
        ("request.nursery_place", "days"): ("lundi, jeudi", "Monday, Thursday"),
        ("request.association_grant", "amount"): ("150000", "€1,500.00"),
        ("request.moving_permit", "vehicle_length"): ("7.5", "7.5\u00a0m"),
        ("request.family_quotient", "household"): ("2 adultes, 1 enfants", "2\u00a0adults, 1\u00a0child"),
        ("request.residence_certificate", "stay_dates"): ("2027-05-03/2027-05-28", "3 May 2027 to 28 May 2027"),
        ("request.residence_certificate", "housing"): ("une caravane", "une caravane"),
    }
    for (code, name), (value, shown) in kept.items():
        assert told(town.services[code].field(name), value, "en") == shown


def test_every_service_of_the_catalogue_is_declared_with_its_steps(town: Town) -> None:
    catalogued = {code for code, row in town.catalogue.items() if row.is_service}
    assert set(town.services) == catalogued
    assert [service.code for service in town.services.values() if workflow_faults(service.workflow)] == []
