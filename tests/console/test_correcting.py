"""An agent puts a filed case right: the new value everywhere, the old one and the reason in the history."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.ownership import take_over
from case_store.models import Case, Staff
from case_store.timeline import find_events
from tests.console.reading import case_of, hidden_field, text_of
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

NEW = "/console/new"


@pytest.fixture
def case(console: Console, visit: Any, camille: Staff) -> Case:
    """A pothole that Camille filed at a place that nobody knows."""
    kept = {"asked:location": "zzz", "place:location": "typed"}
    sent = {"contact": "0639980077", "service": "report.pothole", "hazard": "no", "location": "zzz"}
    assert visit(camille).act(f"{NEW}/case", **sent, **kept).status_code == 303
    [found] = console.store.read_now(lambda session: session.query(Case).all())
    return found


def page(case_id: UUID) -> str:
    return f"/console/cases/{case_id}/correction"


def correct(browser: Any, case: Case, **fields: str) -> Any:
    version = hidden_field(browser.get(page(case.id)).text, "correction", "version")
    sent = {"version": version, "location": "zzz", "hazard": "no", "because": "Adresse vérifiée par téléphone"}
    return browser.act(page(case.id), **sent | fields)


def test_a_place_is_corrected_with_a_reason_that_stays_in_the_history(
    console: Console, visit: Any, camille: Staff, case: Case
) -> None:
    browser = visit(camille)
    answer = correct(browser, case, location="12 rue de Paris")
    assert answer.status_code == 303
    now = case_of(console, case.id)
    assert (now.location_text, now.location_entity, now.location_known) == (
        "12 rue de Paris",
        "12|rue de Paris",
        True,
    )
    assert now.latitude is not None
    assert now.title.endswith("– 12 rue de Paris")
    shown = text_of(browser.get(answer.headers["location"], follow_redirects=True).text)
    assert f"Dossier {case.reference} corrigé : Lieu « zzz » → « 12|rue de Paris » – Camille Roux" in shown
    assert "Adresse vérifiée par téléphone" in shown


def test_the_resident_reads_that_it_was_corrected_and_not_why(
    console: Console, visit: Any, camille: Staff, case: Case
) -> None:
    correct(visit(camille), case, location="12 rue de Paris")
    events = console.store.read_now(find_events, subject_id=case.id, visible_to="resident")
    [event] = [event for event in events if event.kind == "case_corrected"]
    assert "reason" not in event.facts
    assert event.facts["changes"] == [["location", "zzz", "12|rue de Paris"]]


def test_an_answer_that_makes_it_urgent_raises_the_case(
    console: Console, visit: Any, camille: Staff, case: Case
) -> None:
    assert correct(visit(camille), case, hazard="yes").status_code == 303
    now = case_of(console, case.id)
    assert (now.priority, now.location_text, now.location_known) == ("high", "zzz", False)


def test_an_unknown_place_is_asked_about_here_too(console: Console, visit: Any, camille: Staff, case: Case) -> None:
    answer = correct(visit(camille), case, location="parc")
    assert answer.status_code == 422
    assert 'value="parc des Tilleuls"' in answer.text
    assert "Adresse vérifiée par téléphone" in answer.text
    chosen = {"asked:location": "parc", "place:location": "parc des Tilleuls"}
    assert correct(visit(camille), case, location="parc", **chosen).status_code == 303
    assert case_of(console, case.id).location_text == "parc des Tilleuls"


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"location": "12 rue de Paris", "because": " "}, 422, "Écrivez un motif"),
        ({}, 422, "Rien n'a changé"),
        ({"location": "12 rue de Paris", "version": "0"}, 409, "Quelqu'un a changé ce dossier"),
        ({"location": ""}, 422, "Corrigez les réponses signalées"),
        ({"hazard": "maybe"}, 422, "Corrigez les réponses signalées"),
    ],
)
def test_what_is_no_correction_is_told_and_changes_nothing(
    console: Console, visit: Any, camille: Staff, case: Case, fields: dict[str, str], status: int, told: str
) -> None:
    answer = correct(visit(camille), case, **fields)
    assert answer.status_code == status
    assert told in text_of(answer.text)
    assert case_of(console, case.id).version == case.version


def test_a_case_of_another_team_is_no_business_of_the_agent(
    console: Console, visit: Any, camille: Staff, elodie: Staff, case: Case
) -> None:
    stranger = visit(elodie)
    assert stranger.get(page(case.id)).status_code in {403, 404}
    answer = stranger.act(page(case.id), version="1", location="12 rue de Paris", hazard="no", because="x")
    assert answer.status_code in {403, 404}
    assert case_of(console, case.id).location_text == "zzz"


def test_the_card_of_a_case_leads_to_its_correction(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting(team="voirie")
    case_id = console.file_case(talk)
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    assert f"{page(case_id)}?conversation={talk}" in visit(camille).get(f"/console/conversations/{talk}").text


def test_an_answer_in_own_words_stands_while_another_is_corrected(console: Console, visit: Any) -> None:
    told = {"child": "Lucas Petit, 2018-05-03", "days": "lundi, mardi", "diet": "allergique aux arachides"}
    told |= {"start_date": "2027-01-04", "requester": "Anna Petit"}
    browser = visit(console.add_staff("Zoé Petit", "education"))
    browser.act(f"{NEW}/case", contact="0639980077", service="request.school_canteen", **told)
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    shown = browser.get(page(case.id)).text
    assert 'value="allergique aux arachides"' in shown
    version = hidden_field(shown, "correction", "version")
    sent = told | {"version": version, "days": "lundi", "because": "Changé au téléphone"}
    assert browser.act(page(case.id), **sent).status_code == 303
    kept = dict(case_of(console, case.id).fields)
    assert (kept["days"], kept["diet"]) == ("lundi", "allergique aux arachides")


def test_an_usual_answer_is_kept_by_its_value_whatever_it_is_called(
    console: Console, visit: Any, camille: Staff
) -> None:
    told = {"child": "Lucas Petit, 2018-05-03", "days": "lundi", "diet": "No pork", "start_date": "2027-01-04"}
    sent = {"contact": "0639980077", "service": "request.school_canteen", "requester": "Anna Petit", **told}
    assert visit(camille).act(f"{NEW}/case", **sent).status_code == 303
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    assert dict(case.fields)["diet"] == "sans porc"
