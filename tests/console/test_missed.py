"""Supervisors read what the assistant missed, grouped and without names, and teach it in the town's own folder."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.missed import TAUGHT
from case_store.models import Staff
from case_store.work.turns import record_turn
from tests.console.reading import part, text_of
from tests.console.town import Console, MovingClock

PAGE = "/console/missed"
NEW = "le bitume fait des vagues devant chez moi et les vélos tombent"


def say(console: Console, text: str, number: int = 1, **more: Any) -> None:
    """A resident's words, and the turn in which they were missed."""
    received = console.receive(text, sender=f"+336399800{number:02d}")
    prediction = {
        "intent": more.pop("intent", "out_of_scope"),
        "confidence": 0.9,
        "alternatives": [["report.pothole", 0.4]],
        "entities": more.pop("entities", []),
    }
    record = {
        "missed": True,
        "view": {"language": "fr"},
        "predictions": [prediction],
        "state": {"expects": "location", "question": None},
        "effects": [],
        "asked": [],
        "acts": [],
    } | more
    console.store.write_now(
        record_turn,
        conversation_id=received.conversation_id,
        message_ids=[received.message_id],
        outcome="applied",
        record=record,
    )


def test_what_was_missed_is_grouped_and_says_how_often_and_what_it_was_taken_for(
    console: Console, visit: Any, soraya: Staff
) -> None:
    for number in range(3):
        say(console, NEW, number)
    say(console, "à quelle heure ferme la piscine", 9, missed=False, intent="ask.pool", asked=[])
    page = visit(soraya).get(PAGE).text
    said = part(page, 'id="missed-1"', "</dl>")
    assert NEW in said
    assert "3 fois" in said
    assert "Pris pour Nid-de-poule (3)" in said
    assert "On lui demandait Lieu (3)" in said
    assert "à quelle heure ferme la piscine" in part(page, 'id="gap-1"', "</dl>")


def test_names_and_numbers_do_not_reach_the_page(console: Console, visit: Any, soraya: Staff) -> None:
    text = "prévenez Jeanne Dupont au 06 12 34 56 78"
    say(console, text, entities=[{"entity": "person", "start": 9, "end": 22, "value": "Jeanne Dupont", "text": "x"}])
    page = visit(soraya).get(PAGE).text
    assert "prévenez [person] au [number]" in text_of(page)
    assert "Jeanne" not in page
    assert "34 56" not in page


def test_only_the_chosen_days_are_shown(console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock) -> None:
    say(console, NEW)
    moving_clock.pass_by(days=3)
    browser = visit(soraya)
    assert NEW in browser.get(f"{PAGE}?days=7").text
    assert NEW not in browser.get(f"{PAGE}?days=1").text
    assert NEW in browser.get(f"{PAGE}?days=nonsense").text


def test_a_phrase_is_taught_in_the_towns_own_folder(
    console: Console, visit: Any, soraya: Staff, tmp_path: Path
) -> None:
    say(console, NEW)
    browser = visit(soraya)
    form = browser.get(PAGE).text
    assert re.search(r'<option value="report.pothole" selected>', form)
    sent = {"code": "report.pothole", "phrases": NEW, "language": "fr", "days": "7", "group": NEW}
    answer = browser.act(PAGE, **sent)
    assert "1 phrase apprise pour « Nid-de-poule »" in text_of(answer.text)
    assert NEW in (tmp_path / "town" / "intents" / "fr" / TAUGHT).read_text("utf-8")
    assert "Déjà connue" in text_of(browser.act(PAGE, **sent).text)
    other = browser.act(PAGE, **sent | {"code": "report.noise"})
    assert "veut déjà dire « Nid-de-poule »" in text_of(other.text)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": ""},
        {"phrases": " "},
        {"code": "report.unicorn"},
        {"phrases": "chez [person]"},
        {"phrases": "x" * 201},
        {"phrases": "\n".join("abcdefghijklmnopqrstuvwxyz")},
        {"language": "de"},
        {"language": "../../etc"},
    ],
)
def test_what_cannot_be_taught_is_told_and_kept(
    console: Console, visit: Any, soraya: Staff, tmp_path: Path, fields: dict[str, str]
) -> None:
    say(console, NEW)
    sent = {"code": "report.pothole", "phrases": NEW, "language": "fr", "group": NEW}
    answer = visit(soraya).act(PAGE, **sent | fields)
    assert answer.status_code == 422
    assert not (tmp_path / "town").exists()
    assert NEW in answer.text


def test_agents_neither_read_nor_teach(console: Console, visit: Any, camille: Staff, tmp_path: Path) -> None:
    say(console, NEW)
    browser = visit(camille)
    assert browser.get(PAGE).status_code == 403
    answer = browser.act(PAGE, code="report.pothole", phrases=NEW, language="fr")
    assert answer.status_code == 403
    assert not (tmp_path / "town").exists()
    assert PAGE not in browser.get("/console/new").text
