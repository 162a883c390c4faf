"""Following a case: the same words for everybody until a code proves who is asking."""

from html import unescape

import pytest
from starlette.testclient import TestClient

from app.wiring import Product
from tests.portal.conftest import Enter, talk, visitor_in
from tests.portal.following import Resident, mark_of, sign_in
from tests.portal.site import Clerk


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Écrivez la référence"),
        ("bonjour", "n'a pas la bonne forme"),
        ("MTL-26-004F7Z", "erreur de frappe"),
        ("<script>", "n'a pas la bonne forme"),
    ],
)
def test_a_wrong_reference_is_told_with_what_was_typed(browser_of: TestClient, typed: str, words: str) -> None:
    answer = browser_of.post("/suivi", data={"reference": typed})
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert words in page
    assert "<title>Erreur" in page
    assert 'href="#reference"' in page
    assert 'aria-invalid="true"' in page
    assert f'value="{typed}"' in page


def test_a_reference_is_read_in_any_spelling(case: str, enter: Enter) -> None:
    answer = enter().post("/suivi", data={"reference": case.lower().replace("-", " ")})
    assert answer.headers["location"] == f"/suivi/code?reference={case}"


def test_the_code_opens_the_case(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    sign_in(client, product, case)
    page = unescape(client.get(f"/suivi/{case}").text)
    assert "Bien reçu" in page
    assert "Le service Voirie s'en occupe avant le jeudi 3 décembre 2026" in page
    assert "La mairie a bien reçu votre signalement" in page
    assert "Il y a un trou devant le 12 rue de Paris" in page
    assert "01\u00a099\u00a098" in page


def test_the_visitor_who_opened_it_needs_no_code(case: str, resident: Resident) -> None:
    client, _ = resident
    assert case in client.get("/suivi").text
    assert client.post("/suivi", data={"reference": case}).headers["location"] == f"/suivi/{case}"
    assert "12 rue de Paris" in client.get(f"/suivi/{case}").text


def test_another_visitor_is_asked_for_a_code(case: str, enter: Enter) -> None:
    other = enter()
    talk(other, "Bonjour")
    assert other.get(f"/suivi/{case}").headers["location"] == f"/suivi?reference={case}"
    assert case not in other.get("/suivi").text


def test_who_joined_a_report_reads_its_state_and_nothing_private(
    case: str, resident: Resident, enter: Enter, product: Product
) -> None:
    neighbour = enter()
    talk(neighbour, "Moi aussi, je vois ce trou")
    resident[1].join(case, Clerk(product, visitor_in(neighbour, product)))
    page = unescape(neighbour.get(f"/suivi/{case}").text)
    assert "Vous suivez ce signalement, fait par une autre personne" in page
    assert "Bien reçu" in page
    assert "Il y a un trou devant" not in page
    assert "Écrire à la mairie" not in page
    refused = neighbour.post(f"/suivi/{case}", data={"client_id": "an-answer", "text": "Je réponds à sa place"})
    assert refused.headers["location"] == "/suivi"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("open", "s'occupe de votre signalement"),
        ("awaiting_resident", "Répondez ci-dessous"),
        ("resolved", "nous pouvons rouvrir le dossier"),
        ("rejected", "La mairie n'a pas pu donner suite : Ce chemin est privé."),
        ("cancelled", "Ce dossier a été annulé"),
    ],
)
def test_each_state_says_what_happens_next(case: str, resident: Resident, state: str, words: str) -> None:
    client, clerk = resident
    clerk.set_state(case, state, "Ce chemin est privé.")
    page = unescape(client.get(f"/suivi/{case}").text).replace("\u00a0", " ")
    assert words in page


def test_a_late_case_is_owned_up_to(resident: Resident, product: Product) -> None:
    client, clerk = resident
    reference = clerk.open_case(days=-2)
    page = unescape(client.get(f"/suivi/{reference}").text)
    assert "est passée. Nous en sommes désolés." in page


def test_missing_documents_are_listed_by_name(resident: Resident) -> None:
    client, clerk = resident
    reference = clerk.open_case(
        kind="request",
        service_code="request.parking_permit",
        state="awaiting_resident",
        documents={"address_proof": "later", "vehicle_registration": "provided"},
    )
    page = unescape(client.get(f"/suivi/{reference}").text)
    missing, _, received = page.partition("Documents reçus")
    assert "Justificatif de domicile" in missing
    assert "Carte grise" in received
    assert "votre demande" in page


@pytest.mark.parametrize(
    "path", ["/suivi/nothing", "/suivi/MTL-26-004F7Z", "/suivi/code?reference=../..", "/suivi/code"]
)
def test_odd_addresses_lead_to_the_first_question(browser_of: TestClient, path: str) -> None:
    assert browser_of.get(path).headers["location"] == "/suivi"


def test_an_open_page_is_sent_anew_only_once_something_has_changed(case: str, resident: Resident) -> None:
    client, clerk = resident
    mark = mark_of(client, case)
    assert client.get(f"/suivi/{case}?mark={mark}").status_code == 204
    clerk.set_state(case, "open")
    answer = client.get(f"/suivi/{case}?mark={mark}")
    assert answer.status_code == 200
    assert "s'occupe de votre signalement" in unescape(answer.text)
    mark = mark_of(client, case)
    clerk.answer("Un agent passe demain.")
    assert client.get(f"/suivi/{case}?mark={mark}").status_code == 200
