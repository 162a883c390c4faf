"""The mails a town sends: read in the mailbox they arrived in."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from agent_console.access.passwords import hash_password
from app.faces.follow_up import FollowUp
from app.pages.faces import face_words
from app.web import build_app
from case_store.actors import BOT
from case_store.cases.filing import NewCase, join_case, open_case
from case_store.conversations.locking import lock_conversation
from case_store.conversations.ownership import reply, take_over
from case_store.conversations.saying import Outgoing, Part
from case_store.models import Case
from case_store.staff import accounts
from tests.app.mail_town import MailTown, mail_town
from tests.console.town import actor
from tests.support.scopes import EVERYTHING

SACHA, VOISIN = "sacha@example.org", "voisin@example.org"
PASSWORD = "sesame-ouvre-toi"


def file_case(town: MailTown, conversation_id: UUID) -> Case:
    """A street light out, followed by whoever wrote in this conversation."""

    def command(session: Any) -> Case:
        conversation = lock_conversation(session, conversation_id=conversation_id)
        case = NewCase(
            prefix="MTL",
            kind="report",
            service_code="report.street_light",
            service_version=1,
            team_code="eclairage",
            title="Lampadaire éteint",
            state="new",
            priority="normal",
            fields=[],
            due_at=town.product.clock.now(),
            language=conversation.language,
            channel_kind=conversation.channel_kind,
            resident_id=conversation.resident_id,
            contact_point_id=conversation.contact_point_id,
            conversation_id=conversation_id,
        )
        return open_case(session, case=case, actor=BOT)

    return town.product.store.write_now(command)


async def move(town: MailTown, case: Case, state: str, reason: str = "") -> None:
    """A supervisor changes the case's state in the console; what is told leaves."""
    store = town.product.store
    hashed = hash_password(PASSWORD)
    await store.write(accounts.save_staff, email="a@town.example", name="Ada", password_hash=hashed, role="supervisor")
    app: FastAPI = build_app(town.product, with_worker=False)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as browser:
        same = {"sec-fetch-site": "same-origin"}
        await browser.post("/console/sign-in", data={"email": "a@town.example", "password": PASSWORD}, headers=same)
        page = (await browser.get("/console/conversations")).text
        token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
        fields = {"csrf": token, "state": state, "reason": reason}
        answer = await browser.post(f"/console/cases/{case.id}/state", data=fields, headers=same)
        assert answer.status_code == 303, answer.text
    await town.send_all()


@pytest.mark.parametrize(
    ("state", "reason", "subject", "says"),
    [
        ("open", "", "en cours", "Suivez-le sur sa page"),
        ("awaiting_resident", "Quel numéro porte le lampadaire ?", "en attente de vous", "Répondez sur la page"),
        ("resolved", "", "traité", "S'il reste un problème, écrivez-nous sur la page"),
        ("rejected", "Cette rue est privée.", "non traité", "Vous pouvez écrire au service sur la page"),
    ],
)
async def test_a_mail_about_a_case_says_only_what_can_be_done(
    tmp_path: Path, state: str, reason: str, subject: str, says: str
) -> None:
    async with mail_town(tmp_path) as town:
        case = file_case(town, town.receive("Bonjour", kind="email", address=SACHA))
        await move(town, case, state, reason)
        [mail] = await town.mails(SACHA)
        text = mail["text"].replace("\u00a0", " ")
        assert mail["subject"].replace("\u00a0", " ") == f"Montlieu – {case.reference} : {subject}"
        assert text.startswith("Bonjour,\n\n")
        assert f"{says} de votre signalement : " in text or f"{says} : " in text
        assert f"{town.product.settings.base_url}/suivi/{case.reference}\n" in text
        assert reason.replace("\u00a0", " ") in text
        assert "pondez à ce message" not in text
        assert "répondre à ce message" not in text
        assert text.rstrip().endswith(
            "Mairie de Montlieu\nTéléphone : 01 99 98 00 21\n"
            "Les réponses à ce courriel n'arrivent pas dans votre dossier."
        )


@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [
        ("awaiting_resident", "Quel numéro porte le lampadaire ?", "Répondez à ce message."),
        ("resolved", "", "S'il reste un problème, répondez à ce message."),
        ("rejected", "Cette rue est privée.", "Vous pouvez répondre à ce message"),
    ],
)
async def test_where_a_mailbox_is_read_the_mail_itself_can_be_answered(
    tmp_path: Path, state: str, reason: str, says: str
) -> None:
    async with mail_town(tmp_path, imap_url="imap://town:pw@127.0.0.1:9") as town:
        case = file_case(town, town.receive("Bonjour", kind="email", address=SACHA))
        await move(town, case, state, reason)
        [mail] = await town.mails(SACHA)
        text = mail["text"].replace("\u00a0", " ")
        assert says in text
        assert "/suivi/" not in text
        assert text.rstrip().endswith("Mairie de Montlieu\nTéléphone : 01 99 98 00 21")


async def test_whoever_only_follows_a_case_by_mail_is_given_the_telephone(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        case = file_case(town, town.receive("Bonjour", kind="sms"))
        other = town.receive("Moi aussi", kind="email", address=VOISIN)
        await town.product.store.write(join_case, case_id=case.id, conversation_id=other, actor=BOT, fields={})
        await move(town, case, "awaiting_resident", "Quel numéro ?")
        [mail] = await town.mails(VOISIN)
        [sms] = await town.texts("+33639980001")
        assert "Pour répondre, appelez la mairie : 01 99 98 00 21." in mail["text"].replace("\u00a0", " ")
        assert "/suivi/" not in mail["text"]
        assert sms.endswith("Répondez à ce message.")


async def test_the_mail_with_a_code_says_what_it_is_for(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        case = file_case(town, town.receive("Hello", kind="email", address=SACHA, language="en"))
        pages = FollowUp(town.product, face_words("portal", ("fr", "en")))
        await pages.request_code(case.reference, "en")
        await town.send_all()
        [mail] = await town.mails(SACHA)
        assert mail["subject"] == f"Montlieu – {case.reference}: your follow-up code"
        assert mail["text"].startswith("Hello,\n\n")
        assert "Telephone: +33 1 99 98 00 21" in mail["text"]


async def test_an_agent_who_greets_is_not_made_to_greet_twice(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        store = town.product.store
        talk = town.receive("Bonjour", kind="email", address=SACHA)
        ada = store.write_now(accounts.save_staff, email="a@b.example", name="Ada", password_hash="-", role="agent")
        store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(ada))
        parts = town.product.presenter.present("email", "Bonjour Madame, c'est prêt.", (), "fr")
        outgoing = Outgoing("Bonjour Madame, c'est prêt.", tuple(Part(part.text) for part in parts))
        store.write_now(reply, scope=EVERYTHING, conversation_id=talk, actor=actor(ada), outgoing=outgoing)
        await town.send_all()
        [mail] = await town.mails(SACHA)
        assert mail["text"].count("Bonjour") == 1
        assert mail["subject"] == "Montlieu"
