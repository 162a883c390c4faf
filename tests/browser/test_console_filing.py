"""An agent files a case in a browser: whatever is typed beside the form, its answers stay."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from case_store.models import Attachment, Staff
from tests.console.people import name_resident
from tests.console.test_filing_with_files import photo
from tests.console.town import Console

pytestmark = pytest.mark.browser


def begin(page: Any, base: str) -> None:
    page.goto(f"{base}/console/new?contact=0639980077&service=request.parking_permit")
    page.fill("#vehicle", "Renault Clio")
    page.fill("#plate", "AB-123-CD")


def answers(page: Any) -> tuple[str, str]:
    return page.input_value("#vehicle"), page.input_value("#plate")


@pytest.mark.parametrize("how", ["the button", "the Enter key"])
def test_a_wrong_address_beside_a_half_filled_form_loses_no_answer(
    open_browser: Any, base: str, camille: Staff, how: str
) -> None:
    page = open_browser(camille)
    begin(page, base)
    page.fill("#contact", "0639")
    if how == "the button":
        page.get_by_role("button", name="Continuer").click()
    else:
        page.press("#contact", "Enter")
    expect(page.locator(".sheet-new")).to_contain_text("Personne de ce nom ni de ce numéro")
    assert answers(page) == ("Renault Clio", "AB-123-CD")
    page.fill("#contact", "06 39 98 00 78")
    page.get_by_role("button", name="Déposer le dossier").click()
    expect(page.locator(".sheet-new")).to_contain_text("Corrigez les réponses signalées")
    assert answers(page) == ("Renault Clio", "AB-123-CD")
    assert page.input_value("#contact") == "06 39 98 00 78"


def test_somebody_found_is_chosen_beside_a_half_filled_form(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    page = open_browser(camille)
    begin(page, base)
    page.fill("#contact", "durand")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="06 39 98 00 01").click()
    expect(page.locator(".sheet-new")).to_contain_text("La mairie connaît cette adresse")
    assert answers(page) == ("Renault Clio", "AB-123-CD")


def test_a_photo_is_filed_with_its_case(
    console: Console, open_browser: Any, base: str, camille: Staff, tmp_path: Path
) -> None:
    picture = tmp_path / "trou.jpg"
    picture.write_bytes(photo())
    page = open_browser(camille)
    page.goto(f"{base}/console/new?contact=0639980077&service=report.pothole")
    page.fill("#location", "12 rue de Paris")
    page.select_option("#hazard", "no")
    page.set_input_files("#files", picture)
    page.get_by_role("button", name="Déposer le dossier").click()
    expect(page.locator(".sheet-new")).to_contain_text("Le dossier est enregistré")
    [file] = console.store.read_now(lambda session: session.query(Attachment).all())
    assert (file.filename, file.state, file.case_id is not None) == ("trou.jpg", "stored", True)


def test_a_form_left_for_an_alarm_is_offered_again(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    page = open_browser(camille)
    begin(page, base)
    page.check("input[name='document:vehicle_registration']")
    page.goto(f"{base}/console/conversations?view=queue")
    page.goto(f"{base}/console/new")
    expect(page.locator("#form-draft")).to_contain_text("Vous aviez commencé")
    page.get_by_role("button", name="Reprendre ce que j'avais écrit").click()
    page.wait_for_url("**/console/new?contact=*")
    expect(page.locator("#vehicle")).to_have_value("Renault Clio")
    assert answers(page) == ("Renault Clio", "AB-123-CD")
    assert page.is_checked("input[name='document:vehicle_registration']")
    expect(page.locator("#form-draft")).to_be_hidden()


def test_a_form_that_was_filed_or_deleted_is_not_offered_again(open_browser: Any, base: str, camille: Staff) -> None:
    page = open_browser(camille)
    new = f"{base}/console/new?contact=0639980077&service=report.pothole"
    page.goto(new)
    page.fill("#location", "12 rue de Paris")
    page.get_by_role("button", name="Déposer le dossier").click()
    expect(page.locator(".sheet-new")).to_contain_text("Le dossier est enregistré")
    page.goto(new)
    expect(page.locator("#form-draft")).to_be_hidden()
    page.fill("#location", "14 rue de Paris")
    page.goto(new)
    page.get_by_role("button", name="L'effacer").click()
    page.goto(new)
    expect(page.locator("#form-draft")).to_be_hidden()
    assert page.input_value("#location") == ""


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("contact=0639980077&service=report.pothole", "location"),
        ("contact=0639980077", "service"),
        ("contact=durand", "found-title"),
    ],
)
def test_after_continuing_the_focus_stands_where_one_goes_on(
    console: Console, open_browser: Any, base: str, camille: Staff, query: str, place: str
) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    page = open_browser(camille)
    page.goto(f"{base}/console/new?{query}")
    expect(page.locator(f"#{place}")).to_be_focused()
