"""What one keeps of a request: a panel with the reference, built from the acknowledgement as it was said."""

from html import unescape

import pytest
from starlette.testclient import TestClient

from portal.acknowledgement import read_acknowledgement
from tests.portal.site import Clerk

Resident = tuple[TestClient, Clerk]
FRENCH = """Votre signalement est enregistré sous la référence MTL-26-004F7K.
Date de réception : mardi 24 novembre 2026.
Le service Voirie viendra avant le mardi 8 décembre 2026.
Service chargé du dossier : Voirie, 1 place de la Mairie, 01 99 98 00 00.
Pour suivre votre dossier : http://127.0.0.1:8000/suivi, ou donnez-moi cette référence."""


def panel(page: str) -> str:
    return unescape(page).partition('<section class="acknowledgement')[2].partition("</section>")[0]


def test_the_reference_stands_alone_with_what_happens_next_and_one_way_to_follow(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer(FRENCH, kind="acknowledgement")
    shown = panel(client.get("/chat").text)
    assert '<strong class="nowrap">MTL-26-004F7K</strong>' in shown
    assert 'data-copy="MTL-26-004F7K"' in shown
    assert 'href="/suivi/MTL-26-004F7K"' in shown
    assert "viendra avant le mardi 8 décembre 2026" in shown.partition("<details")[0]
    assert "http://" not in shown


def test_the_team_is_folded_away_and_nothing_else_is(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer(FRENCH, kind="acknowledgement")
    open_, _, folded = panel(client.get("/chat").text).partition("<details")
    assert "Service chargé du dossier : Voirie" in folded
    assert "Date de réception" in open_


def test_news_that_arrive_live_are_the_same_panel(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer(FRENCH, kind="acknowledgement")
    assert 'data-copy="MTL-26-004F7K"' in panel(client.get("/chat/messages?after=0").json()["html"])


def test_a_reference_in_any_other_message_makes_no_panel(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Votre demande MTL-26-004F7K est en cours.")
    assert panel(client.get("/chat").text) == ""


@pytest.mark.parametrize("text", ["", "C'est noté.", "Référence : MTL26004F7K"])
def test_an_acknowledgement_without_a_reference_stays_a_bubble(text: str) -> None:
    assert read_acknowledgement(text) is None


def test_markup_in_an_acknowledgement_is_shown_as_written(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("<b>Reçu</b> sous la référence MTL-26-004F7K.\n<script>alert(1)</script>", kind="acknowledgement")
    page = client.get("/chat").text
    assert "<script>alert(1)" not in page
    assert "<b>" not in page


def test_a_text_of_one_line_hides_nothing() -> None:
    """As the demo city tells it: all in one sentence after the other."""
    found = read_acknowledgement(
        "Demande enregistrée sous la référence MTL-26-004F7K. Il manque : RIB. Mairie, 01 99 98 00 03."
    )
    assert found is not None
    assert found.contact is None
    assert "Il manque : RIB." in found.lines[0]
