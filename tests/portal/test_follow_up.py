"""Following a case: the same words for everybody until a code proves who is asking."""

import re
from html import unescape
from time import monotonic

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from app.wiring import Product
from case_store.actors import RESIDENT
from case_store.engine.session import StoreSession
from case_store.models import Delivery
from case_store.residents.ledger import opt_out
from case_store.residents.people import find_contact_point
from kit.references import Reference
from tests.portal.conftest import Enter, talk, visitor_in
from tests.portal.site import PHONE, Clerk

Resident = tuple[TestClient, Clerk]
NO_SUCH_CASE = str(Reference("MTL", 2026, 31_415))


def codes(product: Product) -> list[str]:
    """The codes texted so far, oldest first."""

    def texts(session: StoreSession) -> list[str]:
        return [row.text for row in session.query(Delivery).order_by(Delivery.id) if row.address == PHONE]

    return [found[0] for text in product.store.read_now(texts) if (found := re.findall(r"(?<![\w-])\d{6}\b", text))]


@pytest.fixture
def case(resident: Resident) -> str:
    """The reference of a case opened in the resident's chat, who left a telephone number."""
    return resident[1].open_case(contact=PHONE)


def sign_in(client: TestClient, product: Product, reference: str) -> None:
    """Asks for a code and uses it."""
    client.post("/suivi", data={"reference": reference})
    answer = client.post("/suivi/code", data={"reference": reference, "code": codes(product)[-1]})
    assert answer.headers["location"] == f"/suivi/{reference}"


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


def test_nobody_learns_whether_a_case_exists(case: str, enter: Enter) -> None:
    known, unknown = enter(), enter()
    answers = [
        client.post("/suivi", data={"reference": reference})
        for client, reference in ((known, case), (unknown, NO_SUCH_CASE))
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    pages = [
        client.get(answer.headers["location"]).text for client, answer in zip((known, unknown), answers, strict=True)
    ]
    assert pages[0].replace(case, "REF") == pages[1].replace(NO_SUCH_CASE, "REF")


def test_an_answer_takes_the_same_time_whether_a_case_exists_or_not(case: str, enter: Enter) -> None:
    client = enter()
    for form, address in (({}, "/suivi"), ({"code": "000000"}, "/suivi/code")):
        for reference in (case, NO_SUCH_CASE):
            started = monotonic()
            client.post(address, data={"reference": reference, **form})
            assert monotonic() - started >= 0.4


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    client.post("/suivi", data={"reference": case})
    right = codes(product)[-1]
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        client.post("/suivi/code", data={"reference": case, "code": wrong})
    answer = client.post("/suivi/code", data={"reference": case, "code": right})
    assert answer.status_code == 422
    assert "Recevoir un autre code" in unescape(answer.text)


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


def test_a_wrong_code_opens_nothing(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    client.post("/suivi", data={"reference": case})
    wrong = "000000" if codes(product)[-1] != "000000" else "111111"
    answer = client.post("/suivi/code", data={"reference": case, "code": wrong})
    assert answer.status_code == 422
    assert "n'est pas le bon" in unescape(answer.text)
    assert client.get(f"/suivi/{case}").status_code == 303


def test_a_code_is_used_once(case: str, enter: Enter, product: Product) -> None:
    sign_in(enter(), product, case)
    again = enter().post("/suivi/code", data={"reference": case, "code": codes(product)[-1]})
    assert again.status_code == 422


def test_the_code_is_not_consumed_by_looking_at_its_page(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    client.post("/suivi", data={"reference": case})
    client.get(f"/suivi/code?reference={case}&code={codes(product)[-1]}")
    answer = client.post("/suivi/code", data={"reference": case, "code": codes(product)[-1]})
    assert answer.status_code == 303


def test_a_session_opens_one_case_only(case: str, resident: Resident, enter: Enter, product: Product) -> None:
    other = resident[1].open_case(contact="+33639980002")
    client = enter()
    sign_in(client, product, case)
    assert client.get(f"/suivi/{other}").headers["location"] == f"/suivi?reference={other}"


def sign_out_and_keep_the_cookie(client: TestClient) -> None:
    token = client.cookies["guichet_followup"]
    client.post("/suivi/quitter")
    client.cookies.set("guichet_followup", token)


def test_signing_out_closes_the_case(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    sign_in(client, product, case)
    sign_out_and_keep_the_cookie(client)
    assert client.get(f"/suivi/{case}").status_code == 303


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


def test_an_answer_goes_into_the_conversation_once(case: str, resident: Resident) -> None:
    client, clerk = resident
    clerk.set_state(case, "awaiting_resident", "Une photo, s'il vous plaît.")
    for _ in range(2):
        answer = client.post(f"/suivi/{case}", data={"client_id": "the-answer", "text": "La voici."})
        assert answer.headers["location"] == f"/suivi/{case}?sent=1#answer"
    page = unescape(client.get(f"/suivi/{case}?sent=1").text)
    assert page.count(">La voici.<") == 1
    assert "Votre message est envoyé" in page
    assert "En cours" in page
    assert "La voici." in client.get("/chat").text


def test_an_answer_may_bring_a_file(case: str, resident: Resident) -> None:
    client, _ = resident
    files = {"files": ("plan.pdf", b"%PDF-1.4 a plan", "application/pdf")}
    client.post(f"/suivi/{case}", data={"client_id": "the-answer", "text": ""}, files=files)
    assert "plan.pdf" in client.get(f"/suivi/{case}").text


@pytest.mark.parametrize(
    ("text", "size", "words"),
    [
        ("", 0, "Écrivez un message ou joignez un fichier"),
        ("x" * 10_001, 0, "Le message est trop long"),
        ("Mon texte", 10_000_001, "Un fichier dépasse 10\u00a0Mo"),
    ],
)
def test_an_answer_that_cannot_be_taken_keeps_its_text(
    case: str, resident: Resident, text: str, size: int, words: str
) -> None:
    files = {"files": ("big.jpg", b"x" * size, "image/jpeg")} if size else None
    answer = resident[0].post(f"/suivi/{case}", data={"client_id": "the-answer", "text": text}, files=files)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert f">{text}</textarea>" in answer.text


def test_a_mountain_of_files_is_not_even_read(case: str, resident: Resident) -> None:
    files = [("files", (f"{number}.jpg", b"x" * 9_000_000, "image/jpeg")) for number in range(6)]
    answer = resident[0].post(f"/suivi/{case}", data={"client_id": "the-answer", "text": "Tout"}, files=files)
    assert answer.status_code == 413


def test_too_many_tries_are_stopped_in_the_residents_language(case: str, enter: Enter) -> None:
    client = enter("en")
    answers = [client.post("/suivi/code", data={"reference": case, "code": "000000"}) for _ in range(11)]
    assert [answer.status_code for answer in answers][:10] == [422] * 10
    assert answers[-1].status_code == 429
    assert "Too many tries" in answers[-1].text
    assert answers[-1].headers["retry-after"] == "3600"


def test_no_more_than_three_codes_an_hour_are_sent(case: str, enter: Enter, product: Product) -> None:
    client = enter()
    places = {client.post("/suivi", data={"reference": case}).headers["location"] for _ in range(5)}
    assert places == {f"/suivi/code?reference={case}"}
    assert len(codes(product)) == 3


def test_after_stop_no_code_is_written_and_none_is_announced(case: str, enter: Enter, product: Product) -> None:
    contact = product.store.read_now(find_contact_point, kind="phone", address=PHONE)
    assert contact is not None
    product.store.write_now(opt_out, contact_point_id=contact.id, actor=RESIDENT)
    answer = enter().post("/suivi", data={"reference": case})
    assert answer.headers["location"] == f"/suivi/code?reference={case}"
    assert codes(product) == [], "not even one that is kept and cancelled"


@pytest.mark.parametrize(
    "path", ["/suivi/nothing", "/suivi/MTL-26-004F7Z", "/suivi/code?reference=../..", "/suivi/code"]
)
def test_odd_addresses_lead_to_the_first_question(browser_of: TestClient, path: str) -> None:
    assert browser_of.get(path).headers["location"] == "/suivi"


def mark_of(client: TestClient, reference: str) -> str:
    found = re.search(r'data-mark="(\w+)"', client.get(f"/suivi/{reference}").text)
    assert found
    return found[1]


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


def test_to_ask_for_what_has_changed_takes_the_same_right(
    case: str, resident: Resident, enter: Enter, product: Product
) -> None:
    mark = mark_of(resident[0], case)
    assert enter().get(f"/suivi/{case}?mark={mark}").headers["location"] == f"/suivi?reference={case}"
    client = enter()
    sign_in(client, product, case)
    sign_out_and_keep_the_cookie(client)
    assert client.get(f"/suivi/{case}?mark={mark}").status_code == 303


def test_a_stranger_who_tries_codes_does_not_lock_the_owner_out(case: str, product: Product) -> None:
    app = build_app(product, with_worker=False)
    stranger, owner = (
        TestClient(app, follow_redirects=False, client=(address, 50_000)) for address in ("192.0.2.1", "192.0.2.2")
    )
    tries = [stranger.post("/suivi/code", data={"reference": case, "code": "000000"}) for _ in range(12)]
    assert tries[-1].status_code == 429
    sign_in(owner, product, case)
    assert owner.get(f"/suivi/{case}").status_code == 200


def test_more_files_than_a_message_holds_are_refused_with_the_text_kept(case: str, resident: Resident) -> None:
    files = [("files", (f"{number}.pdf", b"%PDF-1.4", "application/pdf")) for number in range(11)]
    answer = resident[0].post(f"/suivi/{case}", data={"client_id": "the-answer", "text": "Tout"}, files=files)
    assert answer.status_code == 422
    assert "plus de 10 fichiers" in unescape(answer.text)
    assert ">Tout</textarea>" in answer.text


def test_answers_to_a_case_have_a_limit(case: str, resident: Resident) -> None:
    statuses = [
        resident[0].post(f"/suivi/{case}", data={"client_id": f"answer-{number}", "text": "Encore"}).status_code
        for number in range(31)
    ]
    assert statuses == [303] * 30 + [429]
