"""Under the new words of a letter agents open all of it: with what it quotes, its signature, and who else got it."""

from typing import Any
from uuid import UUID

import pytest

from case_store.conversations.media import MediaStore
from case_store.models import Staff
from tests.console.town import Console

LETTER = """From: =?utf-8?q?L=C3=A9a?= Martin <lea@example.org>
To: Mairie <contact@montlieu.example>
Cc: paul@example.org
Subject: =?utf-8?q?Naissance_de_No=C3=A9?=
Date: Mon, 30 Nov 2026 18:22:05 +0100
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8

Le 15 décembre <b>svp</b>.

--
Léa Martin, 12 rue des Lilas

Le 30/11/2026 à 10:12, Mairie a écrit :
> Pour quelle date ?
"""


@pytest.fixture
def written(console: Console) -> tuple[UUID, UUID]:
    """A message that came as a letter, and its conversation, which waits for one team."""
    path = MediaStore(console.folder).save(LETTER.encode(), ".eml")
    received = console.receive(
        "Le 15 décembre <b>svp</b>.", kind="email", sender="lea@example.org", payload={"mail": path}
    )
    console.queue(received.conversation_id, team="etat_civil")
    return received.message_id, received.conversation_id


def test_the_thread_leads_to_the_whole_letter(
    console: Console, visit: Any, soraya: Staff, written: tuple[UUID, UUID]
) -> None:
    message_id, conversation_id = written
    browser = visit(soraya)
    address = f"/console/messages/{message_id}/letter"
    assert f'href="{address}"' in browser.get(f"/console/conversations/{conversation_id}").text
    page = browser.get(address)
    assert page.status_code == 200
    told = ["Naissance de Noé", "Léa Martin &lt;lea@example.org&gt;", "paul@example.org", "12 rue des Lilas"]
    assert [one for one in [*told, "&gt; Pour quelle date ?"] if one not in page.text] == []
    assert "<b>svp</b>" not in page.text
    assert f'href="/console/conversations/{conversation_id}"' in page.text


def test_a_letter_is_for_who_sees_its_conversation(console: Console, visit: Any, written: tuple[UUID, UUID]) -> None:
    seen = {
        name: visit(console.add_staff(name, team)).get(f"/console/messages/{written[0]}/letter").status_code
        for name, team in (("Elsa", "etat_civil"), ("Igor", "espaces_verts"))
    }
    assert seen == {"Elsa": 200, "Igor": 404}


def test_a_text_message_is_no_letter_and_leads_to_none(console: Console, visit: Any, camille: Staff) -> None:
    received = console.receive("Bonjour")
    browser = visit(camille)
    assert "/letter" not in browser.get(f"/console/conversations/{received.conversation_id}").text
    assert browser.get(f"/console/messages/{received.message_id}/letter").status_code == 404


def test_a_letter_whose_file_is_gone_is_told_so(console: Console, visit: Any, camille: Staff) -> None:
    gone = console.receive("Bonjour", kind="email", sender="lea@example.org", payload={"mail": "aa/bb/gone.eml"})
    assert visit(camille).get(f"/console/messages/{gone.message_id}/letter").status_code == 404
