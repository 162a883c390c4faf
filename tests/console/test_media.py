"""Files are handed over as what they are, to those who may see them, and never run."""

from typing import Any
from uuid import UUID

import pytest

from case_store.cases.additions import attach
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.threads import find_messages
from case_store.engine.session import StoreSession
from case_store.models import Attachment, Staff
from tests.console.people import hole, save_picture
from tests.console.town import Console
from tests.support.scopes import EVERYTHING


def files(console: Console, *attachments: NewAttachment) -> list[UUID]:
    talk = console.receive("Voici", attachments=attachments).conversation_id
    found = console.store.read_now(find_messages, scope=EVERYTHING, conversation_id=talk)
    return [file.id for entry in found for file in entry.attachments]


@pytest.fixture
def browser(console: Console, visit: Any, camille: Staff) -> Any:
    save_picture(console)
    return visit(camille)


def test_a_picture_is_shown_whole_and_small(console: Console, browser: Any) -> None:
    [picture] = files(console, hole())
    whole = browser.get(f"/console/attachments/{picture}")
    assert whole.headers["content-type"] == "image/jpeg"
    assert whole.headers["content-disposition"].startswith("inline")
    small = browser.get(f"/console/attachments/{picture}/thumbnail")
    assert 0 < len(small.content) < len(whole.content)
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("kind", "suffix"), [("application/pdf", "pdf"), ("text/html", "bin"), ("image/svg+xml", "bin")]
)
def test_anything_else_is_a_download_named_by_what_it_is(
    console: Console, browser: Any, kind: str, suffix: str
) -> None:
    [file] = files(console, NewAttachment('acte "né".html', kind, "stored", path="trou.jpg"))
    answer = browser.get(f"/console/attachments/{file}")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''acte%20%22n%C3%A9%22.{suffix}"


def test_the_file_of_a_case_is_for_the_team_in_charge_and_for_who_sees_the_conversation(
    console: Console, visit: Any
) -> None:
    """The conversation waits for one team, the case that holds its file is another's."""
    save_picture(console)
    talk = console.waiting("Voici", team="etat_civil", attachments=[hole()])
    case = console.file_case(talk, team="voirie")
    [file] = [file.id for file in console.store.read_now(_files_of, talk)]
    console.store.write_now(attach, case_id=case, attachment_ids=[file])
    seen = {
        name: visit(console.add_staff(name, team)).get(f"/console/attachments/{file}").status_code
        for name, team in (("Rosa", "voirie"), ("Elsa", "etat_civil"), ("Igor", "espaces_verts"))
    }
    assert seen == {"Rosa": 200, "Elsa": 200, "Igor": 404}


def _files_of(session: StoreSession, conversation_id: UUID) -> list[Attachment]:
    found = find_messages(session, scope=EVERYTHING, conversation_id=conversation_id)
    return [file for entry in found for file in entry.attachments]


@pytest.mark.parametrize(
    "attachment",
    [
        NewAttachment("a.jpg", "image/jpeg", "pending", source_url="http://127.0.0.1/1"),
        NewAttachment("a.exe", "application/octet-stream", "refused", refusal="file_type_refused"),
        NewAttachment("gone.jpg", "image/jpeg", "stored", path="gone.jpg"),
    ],
)
def test_what_is_not_there_is_told_so(console: Console, browser: Any, attachment: NewAttachment) -> None:
    [file] = files(console, attachment)
    assert browser.get(f"/console/attachments/{file}").status_code == 404
    assert browser.get(f"/console/attachments/{file}/thumbnail").status_code == 404
