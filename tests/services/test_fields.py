"""How each kind of field is read: asked for, told by the way, or not at all."""

from datetime import date
from pathlib import Path

import pytest

from services.declarations.declaration import Service, load_services
from services.kinds.fields import Fault, Reading, present, read_answer, read_told
from services.words.lexicon import Lexicon, load_lexicon
from services.words.said import Mention, Said, clean

TODAY = date(2026, 11, 24)
CITY = "Montlieu"


@pytest.fixture(scope="module")
def lexicon(city_dir: Path) -> Lexicon:
    return load_lexicon(city_dir)


@pytest.fixture(scope="module")
def declared(city_dir: Path) -> dict[str, Service]:
    return load_services(city_dir / "services")


CERTIFICATE, PERMIT = "request.birth_certificate", "request.parking_permit"
HOLE, LAMP, DUMP, BULKY = "report.pothole", "report.street_light", "report.illegal_dumping", "request.bulky_collection"


def _said(text: str, lexicon: Lexicon, **mentioned: tuple[object, str]) -> Said:
    cleaned = clean(text)
    mentions = tuple(
        Mention(kind, value, words, cleaned.index(words), cleaned.index(words) + len(words))
        for kind, (value, words) in mentioned.items()
    )
    return Said(cleaned, mentions, lexicon, TODAY)


@pytest.mark.parametrize(
    ("code", "field", "text", "value"),
    [
        (HOLE, "hazard", "oui", "yes"),
        (HOLE, "hazard", "Oui, une dame est tombée", "yes"),
        (HOLE, "hazard", "pas vraiment", "no"),
        (HOLE, "hazard", "non, pas dangereux", "no"),
        (HOLE, "hazard", "un peu", "yes"),
        (HOLE, "hazard", "not really", "no"),
        (CERTIFICATE, "copy_type", "2", "extrait avec filiation"),
        (CERTIFICATE, "copy_type", "la première", "copie intégrale"),
        (CERTIFICATE, "copy_type", "INTEGRALE", "copie intégrale"),
        (CERTIFICATE, "copy_type", "extrait sans filliation", "extrait sans filiation"),
        (CERTIFICATE, "copy_type", "full copy please", "copie intégrale"),
        (CERTIFICATE, "subject", "je m'appelle Camille Durand", "Camille Durand"),
        (CERTIFICATE, "subject", "DURAND Camille", "DURAND Camille"),
        (CERTIFICATE, "birth_date", "12/05/1984", "1984-05-12"),
        (CERTIFICATE, "birth_date", "le 1er mai 1984", "1984-05-01"),
        (CERTIFICATE, "birth_date", "3 March 2015", "2015-03-03"),
        (CERTIFICATE, "birth_place", "à montlieu", "Montlieu"),
        (CERTIFICATE, "birth_place", "ici", "Montlieu"),
        (CERTIFICATE, "birth_place", "je suis née à Lyon", "Lyon"),
        (CERTIFICATE, "birth_place", "saint-étienne", "Saint-Étienne"),
        (CERTIFICATE, "parents", "mes parents sont Jean Durand et Marie Petit", "Jean Durand et Marie Petit"),
        (CERTIFICATE, "copies", "trois", "3"),
        (CERTIFICATE, "copies", "un seul", "1"),
        (CERTIFICATE, "copies", "j'en voudrais 2", "2"),
        (PERMIT, "vehicle", "c'est une Renault Clio", "Renault Clio"),
        (PERMIT, "plate", "1234 AB 75", "1234 AB 75"),
        (PERMIT, "duration", "un an", "1 an"),
        (PERMIT, "duration", "a year", "1 an"),
        (PERMIT, "duration", "six months", "6 mois"),
        (PERMIT, "duration", "3", "3 mois"),
        (LAMP, "pole_number", "c'est le 4512", "4512"),
        (LAMP, "pole_number", "ep-12b", "EP-12B"),
        (DUMP, "items", "il y a des gravats", "des gravats"),
        (BULKY, "slot", "je préfère mardi matin", "mardi matin"),
    ],
)
def test_an_answer_is_read(
    code: str, field: str, text: str, value: str, declared: dict[str, Service], lexicon: Lexicon
) -> None:
    outcome = read_answer(declared[code].field(field), _said(text, lexicon), CITY)
    assert isinstance(outcome, Reading), outcome
    assert outcome.value == value


@pytest.mark.parametrize(
    ("code", "field", "text"),
    [
        (CERTIFICATE, "copies", "0"),
        (CERTIFICATE, "copies", "25 exemplaires"),
        (CERTIFICATE, "birth_date", "12/05/2084"),
        (CERTIFICATE, "birth_date", "31/02/1984"),
        (CERTIFICATE, "subject", "Camille"),
        (PERMIT, "plate", "12"),
        (PERMIT, "duration", "0 mois"),
    ],
)
def test_an_answer_that_cannot_be_is_a_fault(
    code: str, field: str, text: str, declared: dict[str, Service], lexicon: Lexicon
) -> None:
    assert isinstance(read_answer(declared[code].field(field), _said(text, lexicon), CITY), Fault)


@pytest.mark.parametrize(
    ("code", "field", "text", "value"),
    [
        (HOLE, "hazard", "un gros trou dangereux", "yes"),
        (HOLE, "hazard", "un trou, rien de dangereux", "no"),
        (HOLE, "hazard", "un gros trou", None),
        (CERTIFICATE, "copies", "3 exemplaires", "3"),
        (CERTIFICATE, "copies", "deux copies intégrales", "2"),
        (CERTIFICATE, "copies", "une copie intégrale", None),
        (CERTIFICATE, "copies", "un exemplaire", "1"),
        (CERTIFICATE, "copies", "pas 2 exemplaires mais 3", "3"),
        (CERTIFICATE, "copies", "3 exemplaires au lieu de 2", "3"),
        (CERTIFICATE, "copies", "au 12 rue de Paris", None),
        (CERTIFICATE, "copy_type", "deux copies intégrales de mon acte", "copie intégrale"),
        (CERTIFICATE, "copy_type", "extrait d'acte de naissance", None),
        (CERTIFICATE, "subject", "l'acte de ma fille Léa Durand", "Léa Durand"),
        (CERTIFICATE, "birth_date", "née le 3 mars 2015 à Montlieu", "2015-03-03"),
        (CERTIFICATE, "birth_date", "venez le 3 mars", None),
        (CERTIFICATE, "birth_place", "née le 3 mars 2015 à Lyon", "Lyon"),
        (CERTIFICATE, "birth_place", "j'habite à Lyon", None),
        (CERTIFICATE, "parents", "fille de Jean Durand et Marie Petit, née à Lyon", "Jean Durand et Marie Petit"),
        (PERMIT, "vehicle", "pour ma Renault Clio grise", "Renault Clio"),
        (PERMIT, "vehicle", "une Citroën C3, I live here", "Citroën C3"),
        (PERMIT, "duration", "une carte pour 6 mois", "6 mois"),
        (PERMIT, "duration", "j'attends depuis 6 mois", None),
        (LAMP, "pole_number", "le mât numéro 4512 est éteint", "4512"),
        (LAMP, "pole_number", "au 12 rue de Paris", None),
        (DUMP, "items", "un vieux canapé et 2 matelas devant chez moi", "un vieux canapé, 2 matelas"),
        (DUMP, "items", "c'est sale", None),
        (BULKY, "slot", "passez mardi prochain au matin svp", "mardi prochain au matin"),
    ],
)
def test_what_is_told_by_the_way_is_read_only_on_plain_signs(
    code: str, field: str, text: str, value: str | None, declared: dict[str, Service], lexicon: Lexicon
) -> None:
    outcome = read_told(declared[code].field(field), _said(text, lexicon), CITY)
    assert (outcome and outcome.value) == value


def test_the_interpreters_plate_and_name_are_taken(declared: dict[str, Service], lexicon: Lexicon) -> None:
    said = _said("ma Clio ab123cd", lexicon, plate=("AB-123-CD", "ab123cd"))
    assert read_told(declared[PERMIT].field("plate"), said, CITY) == Reading("AB-123-CD")
    said = _said("je suis Hugo Petit", lexicon, person=("Hugo", "Hugo"))
    assert read_told(declared[CERTIFICATE].field("subject"), said, CITY) == Reading("Hugo Petit")


def test_values_are_told_in_the_readers_language(declared: dict[str, Service], lexicon: Lexicon) -> None:
    certificate, permit = declared[CERTIFICATE], declared[PERMIT]
    words = {"yes": "Yes", "no": "No"}
    assert present(certificate.field("birth_date"), "1984-05-12", "en", lexicon, words) == "12 May 1984"
    assert present(certificate.field("copy_type"), "copie intégrale", "en", lexicon, words) == "Full copy"
    assert present(permit.field("duration"), "6 mois", "en", lexicon, words) == "6 months"
    assert present(permit.field("duration"), "2 ans", "en", lexicon, words) == "2 years"
    assert present(declared[HOLE].field("hazard"), "no", "en", lexicon, words) == "No"
    assert present(permit.field("vehicle"), "Renault Clio", "en", lexicon, words) == "Renault Clio"


def test_the_language_of_a_sentence_is_told_by_its_small_words(lexicon: Lexicon) -> None:
    assert lexicon.language_of("there is a hole in the road".split())["fr"] == 0
    counts = lexicon.language_of("il y a un trou dans la rue".split())
    assert counts["fr"] > 2
    assert counts["en"] == 0


def test_only_the_first_two_thousand_signs_are_looked_at() -> None:
    assert len(clean("trou " * 4000)) <= 2000
