"""Rules by which two ways of typing one thing look alike."""

from datetime import date

import pytest

from intents.entities.finding import EntityFinder
from intents.learning.features import Lists, Reader, learn_space
from intents.learning.model import masked_words
from intents.normalise import MAX_CHARACTERS, words
from kit.spelling import Corrector


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Où EST la Mairie ?", "ou est la mairie ?"),
        ("c’est cassé", "c est casse"),
        ("Ouiiiii !!!", "oui ! ! !"),
        ("le 12 et le 4521", "le 0 et le 0"),
        ("œuvre, 45€", "oeuvre 0 euro"),
        ("nid-de-poule", "nid de poule"),
        ("ثقب", ""),
        ("🙂", ""),
    ],
)
def test_case_accents_numbers_and_drawn_out_letters_make_no_difference(typed: str, read: str) -> None:
    assert words(typed, {}) == read.split()


def test_abbreviations_are_read_as_the_usual_words() -> None:
    assert words("rdv svp", {"rdv": "rendez vous", "svp": "s il vous plait"}) == "rendez vous s il vous plait".split()


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(words("trou " * 10_000, {})) == MAX_CHARACTERS // 5


def test_an_address_is_read_alike_whatever_the_street() -> None:
    finder = EntityFinder(["rue de Paris"])
    for said in ("trou au 12 rue de Paris demain", "trou au 7 avenue des Inconnus hier"):
        assert masked_words(said, finder.find(said, date(2026, 11, 25)), {}) == "trou au @address @date".split()


def test_a_slip_of_one_letter_in_a_long_word_is_read_as_the_known_word() -> None:
    corrector = Corrector(["lampadaire", "rue", "trou"])
    assert set(corrector.correct(["lampdaire", "lampaddaire", "lampadqire", "lampadiare"])) == {"lampadaire"}
    assert corrector.correct(["rus", "troo"]) == ["rus", "troo"]


def test_words_of_a_list_are_found_in_any_number_and_with_several_words() -> None:
    lists = Lists({"lamp": [["lampadaire"], ["poteau", "de", "lumiere"]]})
    assert lists.find(["deux", "lampadaires"]) == ["@@lamp"]
    assert lists.find("un poteau de lumiere".split()) == ["@@lamp"]
    assert lists.find(["poteau"]) == []


def test_little_known_of_much_said_weighs_little() -> None:
    reader = Reader(Lists({}), Corrector([]))
    space = learn_space([["trou"], ["merci"]], reader, word_share=0.7)
    alone, drowned = space.vector(["trou"], reader), space.vector("trou xylo qwerty".split(), reader)
    place = space.words["trou"]
    weights = [
        dict(zip(positions.tolist(), values.tolist(), strict=True))[place] for positions, values in (alone, drowned)
    ]
    assert weights[1] < weights[0]
