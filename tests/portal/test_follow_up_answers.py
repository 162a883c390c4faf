"""Answering on the page of a case: into its conversation once, with files, within limits."""

from html import unescape

import pytest

from tests.portal.following import Resident


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
