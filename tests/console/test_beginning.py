"""An agent writes first, or files a case for somebody at the telephone or the counter."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.ownership import take_over
from case_store.conversations.threads import get_conversation
from case_store.models import Case, Staff
from case_store.residents.ledger import opt_out
from tests.console.reading import conversation, deliveries, hidden_field, messages, part, text_of
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

NEW = "/console/new"
PERMIT = {
    "vehicle": "Renault Clio",
    "plate": "AB-123-CD",
    "address": "12 rue de Paris",
    "duration": "1 an",
    "requester": "Camille Durand",
}


def opened(answer: Any) -> UUID:
    return UUID(answer.headers["location"].split("/conversations/")[1].split("?")[0])


def write(visit: Any, staff: Staff, contact: str) -> Any:
    return visit(staff).act(f"{NEW}/message", contact=contact)


def events(console: Console, talk: UUID, visit: Any, staff: Staff) -> str:
    return text_of(visit(staff).get(f"/console/conversations/{talk}").text)


def test_an_agent_writes_first_to_somebody_new(console: Console, visit: Any, camille: Staff) -> None:
    answer = write(visit, camille, "06 39 98 00 77")
    assert answer.status_code == 303
    talk = opened(answer)
    row = conversation(console, talk)
    assert (row.held_by, row.agent_id, row.channel_kind) == ("agent", camille.id, "sms")
    browser = visit(camille)
    assert "Camille Roux a ouvert la conversation" in text_of(browser.get(f"/console/conversations/{talk}").text)
    browser.act(f"/console/conversations/{talk}/reply", text="Bonjour, votre acte est prêt.", seen="9")
    [delivery] = deliveries(console, talk)
    assert (delivery.address, delivery.text) == ("+33639980077", "Bonjour, votre acte est prêt.")


def test_somebody_known_is_written_to_where_they_wrote(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("Bonjour", sender="+33639980001").conversation_id
    assert opened(write(visit, camille, "+33 6 39 98 00 01")) == talk
    assert conversation(console, talk).held_by == "agent"
    assert "a ouvert la conversation" not in events(console, talk, visit, camille)


def test_nobody_is_written_to_after_stop(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("STOP", sender="+33639980001").conversation_id
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=actor(camille))
    answer = write(visit, camille, "0639980001")
    assert answer.status_code == 409
    assert "ne veut plus de messages" in text_of(answer.text)
    assert conversation(console, talk).held_by == "bot"


def test_a_conversation_of_a_colleague_or_of_another_team_is_left_alone(
    console: Console, visit: Any, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting(sender="+33639980001")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    answer = write(visit, camille, "0639980001")
    assert answer.status_code == 409
    assert driss.name in text_of(answer.text)
    hidden = console.waiting(sender="+33639980002", team="etat_civil")
    roads = console.add_staff("Zoé Petit", "voirie")
    assert write(visit, roads, "0639980002").status_code == 404
    assert conversation(console, hidden).held_by == "queue"


@pytest.mark.parametrize("typed", ["", "17", "mairie", "<b>@", "x" * 5000])
def test_what_is_no_address_is_told_and_kept(visit: Any, camille: Staff, typed: str) -> None:
    answer = write(visit, camille, typed)
    assert answer.status_code == 422
    assert "Écrivez un numéro de téléphone ou une adresse e-mail" in text_of(answer.text)


def form(visit: Any, staff: Staff, service: str = "request.parking_permit") -> Any:
    return visit(staff).get(f"{NEW}?contact=0639980077&service={service}").text


def test_the_form_asks_what_the_service_declares(visit: Any, camille: Staff) -> None:
    page = form(visit, camille)
    for name in ("vehicle", "plate", "address", "duration"):
        assert f'name="{name}"' in page
    assert "1 an, 6 mois, 3 mois" in part(page, 'id="duration-hint"', "</p>")
    assert "Pièces reçues au guichet" in text_of(page)
    assert 'name="document:vehicle_registration"' in page


def test_a_case_is_filed_with_its_place_and_acknowledged_once(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    page = browser.get(f"{NEW}?contact=0639980077&service=request.parking_permit").text
    client_id = hidden_field(page, "questions", "client_id")
    fields = {
        "contact": "0639980077",
        "service": "request.parking_permit",
        "client_id": client_id,
        "document:vehicle_registration": "yes",
        **PERMIT,
    }
    answers = [browser.act(f"{NEW}/case", **fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    [place] = {answer.headers["location"] for answer in answers}
    reference = place.split("filed=")[1]
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    assert case.reference == reference
    assert (case.channel_kind, case.state) == ("counter", "awaiting_resident")
    assert case.documents == {"vehicle_registration": "provided", "address_proof": "later"}
    assert ["address", "12|rue de Paris"] in case.fields
    assert case.location_text is None or "rue de Paris" in case.location_text
    told = visit(camille).get(place).text
    assert f"Le dossier est enregistré : {reference}" in text_of(told)
    talk = opened(browser.act(f"{NEW}/message", contact="0639980077"))
    [message] = messages(console, talk)
    assert reference in message.text
    assert "justificatif de domicile" in message.text
    assert "carte grise" not in message.text
    assert f"https://montlieu.example/suivi/{reference}" in message.text
    assert {delivery.address for delivery in deliveries(console, talk)} == {"+33639980077"}


def test_a_form_sent_again_is_answered_with_its_own_case(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    report = {"contact": "0639980077", "service": "report.pothole", "location": "12 rue de Paris", "hazard": "no"}
    places = [
        browser.act(f"{NEW}/case", client_id=client_id, **report).headers["location"]
        for client_id in ("first", "second", "first")
    ]
    assert places[0] == places[2] != places[1]


def test_a_report_stands_where_it_was_seen(console: Console, visit: Any, camille: Staff) -> None:
    answer = visit(camille).act(
        f"{NEW}/case",
        contact="a@example.org",
        service="report.pothole",
        location="devant le 12 rue de Paris",
        hazard="yes",
    )
    assert answer.status_code == 303
    [case] = console.store.read_now(lambda session: session.query(Case).all())
    assert (case.location_entity, case.priority, case.state) == ("12|rue de Paris", "high", "new")
    assert case.latitude is not None


def report(visit: Any, staff: Staff, **fields: str) -> Any:
    sent = {"contact": "0639980077", "service": "report.pothole", "hazard": "no"}
    return visit(staff).act(f"{NEW}/case", **sent | fields)


def filed(console: Console) -> list[Case]:
    return console.store.read_now(lambda session: session.query(Case).all())


def test_a_place_that_the_town_does_not_know_is_asked_about(console: Console, visit: Any, camille: Staff) -> None:
    answer = report(visit, camille, location="zzz")
    assert answer.status_code == 422
    assert "Ce lieu n'est pas sur le plan de la ville" in text_of(answer.text)
    assert "Garder « zzz » tel quel" in text_of(answer.text)
    assert filed(console) == []


def test_the_streets_that_may_be_meant_are_offered_and_chosen(console: Console, visit: Any, camille: Staff) -> None:
    offered = report(visit, camille, location="parc").text
    assert 'value="parc des Tilleuls"' in offered
    chosen = {"asked:location": "parc", "place:location": "parc des Tilleuls"}
    assert report(visit, camille, location="parc", **chosen).status_code == 303
    [case] = filed(console)
    assert (case.location_text, case.location_known) == ("parc des Tilleuls", True)


def test_a_place_is_kept_as_typed_once_the_agent_says_so(console: Console, visit: Any, camille: Staff) -> None:
    kept = {"asked:location": "zzz", "place:location": "typed"}
    assert report(visit, camille, location="zzz", **kept).status_code == 303
    [case] = filed(console)
    assert (case.location_text, case.location_known) == ("zzz", False)


def test_an_answer_about_another_text_than_stands_there_does_not_count(
    console: Console, visit: Any, camille: Staff
) -> None:
    stale = {"asked:location": "zzz", "place:location": "typed"}
    assert report(visit, camille, location="yyy", **stale).status_code == 422
    assert report(visit, camille, location="12 rue de Paris", **stale).status_code == 303
    assert [case.location_text for case in filed(console)] == ["12 rue de Paris"]


def test_a_chosen_place_stands_in_the_form_that_comes_back(visit: Any, camille: Staff) -> None:
    chosen = {"asked:location": "parc", "place:location": "parc des Tilleuls"}
    answer = report(visit, camille, location="parc", hazard="perhaps", **chosen)
    assert answer.status_code == 422
    assert 'value="parc des Tilleuls"' in answer.text
    assert "Ce lieu n'est pas" not in text_of(answer.text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("copies", "0"),
        ("copies", "deux"),
        ("birth_date", "hier"),
        ("birth_date", "2099-01-01"),
        ("copy_type", "les deux"),
    ],
)
def test_numbers_days_and_choices_are_checked(visit: Any, camille: Staff, name: str, value: str) -> None:
    page = visit(camille).act(f"{NEW}/case", contact="0639980077", service="request.birth_certificate", **{name: value})
    assert page.status_code == 422
    assert f'id="{name}-error"' in page.text


def test_wrong_answers_come_back_with_all_that_was_filled_in(console: Console, visit: Any, camille: Staff) -> None:
    answer = visit(camille).act(
        f"{NEW}/case",
        contact="0639980077",
        service="request.parking_permit",
        **PERMIT | {"address": " ", "plate": ""},
    )
    assert answer.status_code == 422
    assert text_of(answer.text).count("Cette réponse manque ou ne convient pas.") == 2
    assert 'value="Renault Clio"' in answer.text
    assert console.store.read_now(lambda session: session.query(Case).all()) == []


def test_after_stop_a_case_is_filed_and_nothing_leaves(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("STOP", sender="+33639980077").conversation_id
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=actor(camille))
    answer = visit(camille).act(
        f"{NEW}/case", contact="0639980077", service="report.pothole", location="12 rue de Paris", hazard="no"
    )
    assert answer.status_code == 303
    assert {delivery.state for delivery in deliveries(console, talk)} == {"cancelled"}


@pytest.mark.parametrize("service", ["", "report.unknown", "../etc"])
def test_an_unknown_service_is_told(visit: Any, camille: Staff, service: str) -> None:
    answer = visit(camille).act(f"{NEW}/case", contact="0639980077", service=service)
    assert answer.status_code == 422
    assert "Choisissez une démarche" in text_of(answer.text)


def test_strangers_begin_nothing(visit: Any) -> None:
    browser = visit()
    assert "/console/sign-in" in browser.get(NEW, follow_redirects=False).headers["location"]
    assert browser.post_form(f"{NEW}/message", contact="0639980077").status_code in {303, 401}


def test_a_case_filed_at_the_counter_says_so(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    browser.act(f"{NEW}/case", contact="0639980077", service="report.pothole", location="12 rue de Paris", hazard="no")
    talk = opened(browser.act(f"{NEW}/message", contact="0639980077"))
    shown = browser.get(f"/console/conversations/{talk}").text
    came = shown[shown.index('class="small soft case-came"') :].split("</p>")[0]
    assert "#landmark" in came
    assert "Guichet ou téléphone" in came
