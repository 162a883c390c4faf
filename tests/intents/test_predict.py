"""`guichet intents predict`: one utterance a line in, one JSON object a line out, whatever is typed."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.intents.conftest import ROOT, TODAY, Guichet

Predict = Callable[..., list[dict[str, Any]]]

ODD_LINES = [
    "",
    " ",
    "?",
    "...",
    "🙂",
    "🕳️🚗💥 trou 🚧",
    "\x00\x01\x1b[31m trou",
    "\u202eeuqitat",
    "ثقب في الطريق",
    "道路に穴があります",
    "e\u0301te\u0301 cass\u00e9",
    "\u2028\u2029\x0b\x0c\x85",
    '{"text": "trou"}',
    "a" * 10_000,
    "trou " * 5_000,
    "0" * 5_000,
    "rue " * 3_000,
    "9" * 40 + "/" + "9" * 40 + "/9999",
    "99999999999999999999 euros",
    "dans 999999 jours",
    "le 31/02/2027 à 99h99",
    "mtl " * 500,
    "@" * 500,
    "\ufeff",
    "ǅ ﬁ İ ß Ⅷ ①",
]


def codes() -> set[str]:
    with (ROOT / "data" / "catalogue.tsv").open(encoding="utf-8") as lines:
        return {row["code"] for row in csv.DictReader(lines, delimiter="\t")}


def test_a_prediction_has_exactly_the_promised_keys(predict: Predict) -> None:
    (found,) = predict(["trou devant le 12 bis rue de la République demain"])
    assert list(found) == ["text", "intent", "confidence", "language", "alternatives", "entities"]
    assert found["text"] == "trou devant le 12 bis rue de la République demain"
    assert found["intent"] == "report.pothole"
    assert found["language"] == "fr"
    assert found["entities"] == [
        {
            "entity": "address",
            "value": "12 bis|rue de la République",
            "text": "12 bis rue de la République",
            "start": 15,
            "end": 42,
        },
        {"entity": "date", "value": "2026-11-26", "text": "demain", "start": 43, "end": 49},
    ]


@pytest.fixture(scope="module")
def odd(predict: Predict) -> list[dict[str, Any]]:
    return predict(ODD_LINES)


def test_every_line_is_answered_in_order_whatever_it_holds(odd: list[dict[str, Any]]) -> None:
    assert [found["text"].lstrip("\ufeff") for found in odd] == [line.lstrip("\ufeff") for line in ODD_LINES]


def test_alternatives_are_five_codes_descending_and_never_out_of_scope(odd: list[dict[str, Any]]) -> None:
    known = codes()
    for found in odd:
        names = [name for name, _ in found["alternatives"]]
        shares = [share for _, share in found["alternatives"]]
        assert len(set(names)) == 5
        assert set(names) <= known
        assert shares == sorted(shares, reverse=True)
        assert found["confidence"] == shares[0]
        assert 0 <= shares[-1] <= shares[0] <= 1
        assert found["intent"] in {names[0], "out_of_scope"}


def test_places_of_entities_index_the_text_as_typed(odd: list[dict[str, Any]], predict: Predict) -> None:
    typed = [
        "🙂🙂 Œuvre à l’angle, 12 BIS rue de la RÉPUBLIQUE 🙂 06 39 98 12 34",
        "e\u0301te\u0301 : 3 matelas, œuf, demain à 14h30",
        "ﬁn ǅ : marie@example.org, AB-123-CD",
    ]
    several = predict(typed)
    assert [len(found["entities"]) for found in several] == [2, 3, 2]
    for found in [*odd, *several]:
        for entity in found["entities"]:
            assert found["text"][entity["start"] : entity["end"]] == entity["text"] != ""


def test_a_text_of_nothing_known_is_out_of_scope_in_the_language_hinted(predict: Predict) -> None:
    found = predict(["", "   ", "...", "🙂", "ثقب في الطريق"], "--lang", "en")
    assert {(one["intent"], one["language"], one["confidence"]) for one in found} == {("out_of_scope", "en", 0.0)}


def test_signs_and_numbers_change_no_language(predict: Predict) -> None:
    assert {one["language"] for one in predict(["?!", "5", "12 !", "AB-123-CD"], "--lang", "en")} == {"en"}


def test_a_hint_of_language_gives_way_to_the_words(predict: Predict) -> None:
    lines = ["le lampadaire devant chez moi ne marche plus", "the street light outside my house is broken", "ok"]
    assert [found["language"] for found in predict(lines)][:2] == ["fr", "en"]
    assert [found["language"] for found in predict(lines, "--lang", "en")] == ["fr", "en", "en"]
    assert [found["language"] for found in predict(lines, "--lang", "fr")] == ["fr", "en", "fr"]


def test_bytes_that_are_no_text_and_windows_line_ends_are_taken(guichet: Guichet) -> None:
    done = guichet("predict", "--reference-date", TODAY, said=b"\xef\xbb\xbftrou\r\n\xff\xfe\nmerci")
    texts = [json.loads(line)["text"] for line in done.stdout.decode().splitlines()]
    assert texts == ["trou", "\ufffd\ufffd", "merci"]


def test_no_input_gives_no_output(guichet: Guichet) -> None:
    done = guichet("predict")
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize(("engine", "said"), [("rasa", b"trou\nmerci\n"), ("both", b"")])
def test_an_engine_out_of_reach_is_exit_3_and_one_line_of_error(guichet: Guichet, engine: str, said: bytes) -> None:
    done = guichet("predict", "--engine", engine, said=said)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"127.0.0.1:9" in done.stderr


def test_a_date_of_reference_that_is_none_is_refused(guichet: Guichet) -> None:
    done = guichet("predict", "--reference-date", "demain", said=b"trou\n")
    assert done.returncode == 2
    assert done.stdout == b""


NEIGHBOURS = {
    "le feu tricolore est en panne au carrefour": "report.traffic_signal",
    "the traffic lights are broken at the junction": "report.traffic_signal",
    "le trottoir est cassé devant la pharmacie": "report.pavement",
    "ma poubelle jaune n'a pas été ramassée": "report.missed_collection",
    "un graffiti raciste sur le mur de l'école": "report.graffiti",
    "une épave de voiture pourrit au bout du parking": "report.abandoned_vehicle",
    "il me faut une copie de mon acte de mariage": "request.marriage_certificate",
    "I need a copy of my father's death certificate": "request.death_certificate",
    "rendez-vous pour refaire ma carte d'identité": "request.id_appointment",
    "je déménage samedi et je veux réserver une place pour le camion": "request.moving_permit",
    "inscrire ma fille à la cantine": "request.school_canteen",
    "combien coûte un acte de naissance ?": "ask.fees",
    "quels papiers pour la carte de stationnement ?": "ask.documents_needed",
    "le trou que j'ai signalé est-il réparé ?": "ask.case_status",
    "vous dites que c'est réparé mais le lampadaire est encore éteint": "case.reopen",
    "une voiture brûle dans la rue": "alert.emergency",
}
"""What looks like a service with a guided flow and is none: filing it there would help nobody."""


def test_a_neighbour_of_a_service_is_not_taken_for_it(predict: Predict) -> None:
    found = predict(list(NEIGHBOURS))
    assert {one["text"]: one["intent"] for one in found} == NEIGHBOURS


def test_the_same_holds_in_capitals_without_accents_and_with_slips(predict: Predict) -> None:
    lines = {
        "NID DE POULE RUE PASTEUR": "report.pothole",
        "nid d poul rue pasteur": "report.pothole",
        "jvoudrai un acte de naisance svp": "request.birth_certificate",
        "ya plus de lumierre ds ma rue": "report.street_light",
        "merciiii bcp": "talk.thanks",
    }
    assert {one["text"]: one["intent"] for one in predict(list(lines))} == lines
