"""The page of a case: what a resident looks for first stands first, and nothing is said longer than it is true."""

from html import unescape

import pytest
from starlette.testclient import TestClient

from kit.references import Reference
from tests.portal.conftest import Enter
from tests.portal.site import PHONE, Clerk

Resident = tuple[TestClient, Clerk]
NO_SUCH_CASE = str(Reference("MTL", 2026, 31_415))


@pytest.fixture
def case(resident: Resident) -> str:
    """The reference of a case opened in the resident's chat, who left a telephone number."""
    return resident[1].open_case(contact=PHONE)


def test_what_the_town_asks_is_quoted_where_one_looks_first(case: str, resident: Resident) -> None:
    client, clerk = resident
    clerk.set_state(case, "awaiting_resident", "De quel côté de la rue est le trou ?")
    now = unescape(client.get(f"/suivi/{case}").text).partition('data-live="now"')[2].partition("</section>")[0]
    assert '<blockquote dir="auto">De quel côté de la rue est le trou ?</blockquote>' in now
    assert 'href="#text"' in now


def test_what_one_has_told_stands_before_what_was_written(case: str, resident: Resident) -> None:
    page = unescape(resident[0].get(f"/suivi/{case}").text)
    assert page.index("Ce que vous nous avez dit") < page.index("Ce qui s'est passé") < page.index("Vos échanges")


def test_a_long_exchange_is_folded_and_never_a_box_in_the_page(case: str, resident: Resident) -> None:
    client, clerk = resident
    for number in range(9):
        clerk.answer(f"Nouvelle numéro {number}")
    page = unescape(client.get(f"/suivi/{case}").text)
    folded, _, shown = page.partition("</details>")
    assert "6 messages plus anciens" in folded
    assert "Nouvelle numéro 4" in folded
    assert "Nouvelle numéro 5" in shown


def test_the_thanks_for_an_answer_go_with_the_next_news(case: str, resident: Resident) -> None:
    client, clerk = resident
    client.post(f"/suivi/{case}", data={"client_id": "the-answer", "text": "La voici."})
    assert "Votre message est envoyé" in client.get(f"/suivi/{case}?sent=1").text
    clerk.set_state(case, "resolved")
    assert "Votre message est envoyé" not in client.get(f"/suivi/{case}?sent=1").text


@pytest.mark.parametrize("known", [True, False])
def test_after_five_wrong_codes_a_new_one_is_proposed(case: str, enter: Enter, known: bool) -> None:
    """The same words for a case that exists and for one that does not."""
    client, tries = enter(), "0"
    reference = case if known else NO_SUCH_CASE
    for _ in range(5):
        answer = client.post("/suivi/code", data={"reference": reference, "code": "000000", "tries": tries})
        page = unescape(answer.text)
        tries = page.split('name="tries" value="')[1].split('"')[0]
        assert ("Demandez un nouveau code" in page) is (tries == "5")


def test_a_date_that_stands_still_is_not_promised_and_never_late(case: str, resident: Resident) -> None:
    client, clerk = resident
    clerk.wait_at(case, "waiting_list")
    now = unescape(client.get(f"/suivi/{case}").text).partition('data-live="now"')[2].partition("</section>")[0]
    assert "Le délai est suspendu pour le moment" in now
    assert "avant le" not in now
    assert "passée" not in now
