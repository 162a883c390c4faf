"""Codes and sessions: nobody opens a case without its code, nobody guesses one, nobody learns whether a case exists."""

from html import unescape
from time import monotonic

from starlette.testclient import TestClient

from app.web import build_app
from app.wiring import Product
from case_store.actors import RESIDENT
from case_store.residents.ledger import opt_out
from case_store.residents.people import find_contact_point
from kit.references import Reference
from tests.portal.conftest import Enter
from tests.portal.following import Resident, codes, mark_of, sign_in
from tests.portal.site import PHONE

NO_SUCH_CASE = str(Reference("MTL", 2026, 31_415))


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
