"""What comes with a case that an agent files: pictures and papers, and a form that loses nothing on the way."""

import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import update

from case_store.models import Attachment, Case, Conversation, Staff
from tests.console.people import name_resident
from tests.console.reading import hidden_field, text_of
from tests.console.town import Console

NEW = "/console/new"
POTHOLE = {"contact": "0639980077", "service": "report.pothole", "location": "12 rue de Paris", "hazard": "no"}


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


def post(browser: Any, path: str, *files: tuple[str, bytes], **fields: str) -> Any:
    chosen = [("files", (name, content, "image/jpeg")) for name, content in files]
    sent = {"csrf": browser.token, **fields}
    return browser.post(
        path, data=sent, files=chosen, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False
    )


def cases(console: Console) -> list[Case]:
    return list(console.store.read_now(lambda session: session.query(Case).all()))


def kept(console: Console) -> list[Attachment]:
    return list(console.store.read_now(lambda session: session.query(Attachment).order_by(Attachment.id).all()))


def test_files_hang_on_the_case_that_they_came_with_and_are_shown_there(
    console: Console, visit: Any, camille: Staff
) -> None:
    browser = visit(camille)
    files = [("trou.png", photo()), ("devis.pdf", b"%PDF-1.7 devis")]
    answer = post(browser, f"{NEW}/case", *files, client_id="once-only", **POTHOLE)
    assert answer.status_code == 303
    [case] = cases(console)
    picture, paper = kept(console)
    assert {picture.case_id, paper.case_id} == {case.id}
    assert (picture.filename, picture.content_type) == ("trou.jpg", "image/jpeg")
    assert (paper.filename, paper.content_type) == ("devis.pdf", "application/pdf")
    assert browser.get(f"/console/attachments/{picture.id}").headers["content-type"] == "image/jpeg"
    page = browser.get(f"/console/conversations/{picture.conversation_id}").text
    assert f"/console/attachments/{picture.id}/thumbnail" in page


def test_files_sent_again_with_the_form_are_kept_once(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    answers = [post(browser, f"{NEW}/case", ("trou.jpg", photo()), client_id="twice", **POTHOLE) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(cases(console)) == len(kept(console)) == 1


def test_the_file_of_a_case_filed_for_another_team_is_that_teams_too(
    console: Console, visit: Any, camille: Staff
) -> None:
    post(visit(camille), f"{NEW}/case", ("trou.jpg", photo()), **POTHOLE)
    [file] = kept(console)
    roads, archives, canteen = (
        console.add_staff(name, team)
        for name, team in (("Zoé Petit", "voirie"), ("Ugo Fort", "archives"), ("Max Roy", "restauration"))
    )
    # The talk itself goes to one team, its case is another's; before, it belonged to nobody and everybody saw it.
    console.store.write_now(lambda session: session.execute(update(Conversation).values(team_code="archives")))
    statuses = [visit(one).get(f"/console/attachments/{file.id}").status_code for one in (roads, archives, canteen)]
    assert statuses == [200, 200, 404]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("virus.exe", b"MZ not a picture")], "virus.exe (type de fichier refusé)"),
        ([("vide.jpg", b"")], "vide.jpg (illisible)"),
        ([("gros.pdf", b"%PDF-" + b"x" * 10_000_000)], "Un fichier dépasse 10 Mo"),
        ([(f"{number}.pdf", b"%PDF-1.7") for number in range(11)], "Il y a plus de 10 fichiers"),
    ],
)
def test_files_that_do_not_suit_are_told_and_no_answer_is_lost(
    console: Console, visit: Any, camille: Staff, files: list[tuple[str, bytes]], told: str
) -> None:
    answer = post(visit(camille), f"{NEW}/case", *files, client_id="kept-through", **POTHOLE)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert 'value="12 rue de Paris"' in answer.text
    assert hidden_field(answer.text, "questions", "client_id") == "kept-through"
    assert (cases(console), kept(console)) == ([], [])


@pytest.mark.parametrize("contact", ["0639", "", "durand", "a@", "0639980078"])
def test_another_address_or_a_wrong_one_loses_no_answer(
    console: Console, visit: Any, camille: Staff, contact: str
) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    answer = post(visit(camille), NEW, client_id="the-same", **POTHOLE | {"contact": contact})
    assert answer.status_code == 200
    assert 'value="12 rue de Paris"' in answer.text
    assert '<option value="no" selected>' in answer.text
    assert hidden_field(answer.text, "questions", "client_id") == "the-same"
    assert cases(console) == []


def test_choosing_who_was_found_loses_no_answer(console: Console, visit: Any, camille: Staff) -> None:
    name_resident(console, console.waiting(sender="+33639980001"), "Hélène Durand")
    browser = visit(camille)
    page = post(browser, NEW, **POTHOLE | {"contact": "durand"}).text
    assert 'name="chosen" value="+33639980001"' in page
    page = post(browser, NEW, chosen="+33639980001", **POTHOLE | {"contact": "durand"}).text
    assert 'value="12 rue de Paris"' in page
    assert "La mairie connaît cette adresse" in text_of(page)


def test_a_form_with_files_larger_than_is_taken_is_refused(visit: Any, camille: Staff) -> None:
    files = [(f"{number}.pdf", b"%PDF-" + b"x" * 9_000_000) for number in range(6)]
    assert post(visit(camille), f"{NEW}/case", *files, **POTHOLE).status_code == 413


def test_no_other_form_of_the_console_takes_a_file(console: Console, visit: Any, camille: Staff) -> None:
    talk: UUID = console.waiting()
    answer = post(visit(camille), f"/console/conversations/{talk}/note", ("a.jpg", photo()), text="x")
    assert answer.status_code in {400, 413}
