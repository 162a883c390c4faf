"""Two intents are not taught by nearly the same words."""

from pathlib import Path

from intents.catalogue import Phrase, load_catalogue
from services.town.lessons import read_lessons
from tests.intents.conftest import ROOT
from tests.intents.likeness import near_duplicates

LONG = "il y a un gros trou devant la boulangerie de la rue de Paris"


def phrase(text: str, code: str) -> Phrase:
    return Phrase(text, code, "fr", Path("reports.yml"), 1)


def test_a_phrase_with_one_word_more_under_another_intent_is_found() -> None:
    known, other = phrase(LONG, "report.pothole"), phrase(f"{LONG} merci", "report.pavement")
    assert list(near_duplicates([known, other])) == [(known, other)]


def test_order_capitals_and_accents_make_no_difference() -> None:
    known = phrase("un lampadaire cassé éclaire mal la cour de l'école", "report.street_light")
    other = phrase("Éclaire mal la cour de l'ecole : un lampadaire casse", "report.other")
    assert list(near_duplicates([known, other])) == [(known, other)]


def test_the_same_intent_and_another_word_in_a_short_phrase_are_let_be() -> None:
    same = [phrase(LONG, "report.pothole"), phrase(f"{LONG} merci", "report.pothole")]
    short = [
        phrase("le trou est bouché maintenant", "case.withdraw"),
        phrase("le trou est là maintenant", "case.reopen"),
    ]
    assert list(near_duplicates([*same, *short])) == []


def test_no_two_intents_of_the_product_share_a_phrase_but_for_a_word() -> None:
    phrases = load_catalogue(read_lessons(ROOT / "data").files).phrases
    found = [f"{one.code}: {one.text} / {other.code}: {other.text}" for one, other in near_duplicates(phrases)]
    assert found == []
