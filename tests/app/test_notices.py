"""What the town's own people receive: alarms at once, new cases together, nothing twice, no words of a resident."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.jobs.notice_sending import NoticeSender
from app.jobs.notices import Notices
from app.jobs.running import build_jobs
from bot.apply import apply_turn
from bot.contract import Decision, HandOff
from bot.scene import TurnToApply
from case_store.conversations.threads import ThreadEvent, find_entries
from case_store.models import Notice
from case_store.oversight.failed_notices import count_failed_notices, find_failed_notices
from case_store.work.snapshots import load_turn
from channels.errors import ProviderUnavailable, SendError
from kit.clock import FixedClock
from tests.app.mail_town import MailTown, mail_town
from tests.app.test_letters import file_case
from tests.support.scopes import EVERYTHING

MAILBOX, TELEPHONE, LIGHTING = "permanence@montlieu.example", "+33639980099", "eclairage@montlieu.example"


def waiting(town: MailTown) -> list[UUID]:
    query = select(Notice.id).where(Notice.state.in_(("queued", "sending"))).order_by(Notice.id)
    return town.product.store.read_now(lambda session: list(session.scalars(query)))


async def send_notices(town: MailTown) -> None:
    for notice_id in waiting(town):
        await NoticeSender(town.product).send(notice_id, last_try=True)


def tasks(town: MailTown) -> list[str]:
    query = text("SELECT task_name FROM procrastinate_jobs ORDER BY id")
    return town.product.store.read_now(lambda session: list(session.scalars(query)))


def in_distress(town: MailTown, words: str = "je veux en finir") -> UUID:
    """A turn that hands somebody in distress to people, as the assistant does."""
    talk = town.receive(words)
    snapshot = town.product.store.read_now(load_turn, conversation_id=talk)
    decision = Decision({}, effects=(HandOff("distress", words, urgent=True),))
    turn = TurnToApply(snapshot, decision, 1, {}, "MTL", town.product.presenter.present)
    town.product.store.write_now(apply_turn, turn=turn)
    return talk


def change_rules(town: MailTown, **rules: Any) -> None:
    city = town.product.town.city
    changed = city.model_copy(update={"team_notices": city.team_notices.model_copy(update=rules)})
    town.product.town = replace(town.product.town, city=changed)


def later(town: MailTown, **span: float) -> None:
    town.product.store.clock = FixedClock(town.product.store.clock.now() + timedelta(**span))


async def test_whom_the_town_names_is_told_of_distress_by_mail_and_by_text(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        talk = in_distress(town)
        assert "raise_alarm" in tasks(town)
        await Notices(town.product).raise_alarm(talk)
        await send_notices(town)
        [mail] = await town.mails(MAILBOX)
        [sms] = await town.texts(TELEPHONE)
        link = f"{town.product.settings.base_url}/console/conversations/{talk}"
        assert mail["subject"] == "Montlieu – une personne en détresse attend"
        assert link in mail["text"]
        assert link in sms
        assert "depuis 10\u00a0h" in mail["text"]
        assert "en finir" not in mail["text"] + sms
        assert "06 39 98" not in mail["text"] + sms
        entries = town.product.store.read_now(find_entries, scope=EVERYTHING, conversation_id=talk)
        assert [e.event.kind for e in entries if isinstance(e, ThreadEvent)][-1] == "alarm_raised"


async def test_an_alarm_is_raised_once_while_somebody_waits(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        talk = in_distress(town)
        for _ in range(2):
            await Notices(town.product).raise_alarm(talk)
            await send_notices(town)
        assert len(await town.mails(MAILBOX)) == 1


async def test_a_notice_that_cannot_be_sent_is_seen(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        await town.sandbox.post("/api/modes", json={"failure": "400", "fail_next": 1})
        await Notices(town.product).raise_alarm(in_distress(town))
        await send_notices(town)
        assert town.product.store.read_now(count_failed_notices, scope=EVERYTHING) == 1
        [failed] = town.product.store.read_now(find_failed_notices, scope=EVERYTHING)
        assert (failed.address, failed.error_code) == (TELEPHONE, "content_refused")
        assert len(await town.mails(MAILBOX)) == 1


async def test_a_provider_that_is_away_is_asked_again_and_the_text_comes_once(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        await Notices(town.product).raise_alarm(in_distress(town))
        await town.sandbox.post("/api/modes", json={"failure": "lost_answer", "fail_next": 1})
        sender = NoticeSender(town.product)
        refused: list[SendError] = []
        for notice_id in waiting(town):
            try:
                await sender.send(notice_id, last_try=False)
            except ProviderUnavailable as error:
                refused.append(error)
        assert len(refused) == 1
        await send_notices(town)
        assert waiting(town) == []
        assert len(await town.texts(TELEPHONE)) == 1


async def test_a_teams_new_cases_come_in_one_mail(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        cases = [file_case(town, town.receive("le lampadaire", address=f"+3363998000{n}")) for n in (1, 2)]
        await Notices(town.product).tell_teams()
        assert waiting(town) == []
        later(town, minutes=16)
        for _ in range(2):  # a second worker, or one that comes back after a crash, finds nothing left to tell
            await Notices(town.product).tell_teams()
        await send_notices(town)
        [mail] = await town.mails(LIGHTING)
        assert mail["subject"] == "Montlieu – 2 nouveaux dossiers pour Éclairage public"
        for case in cases:
            assert f"{case.reference} – Éclairage public en panne" in mail["text"] or case.reference in mail["text"]
            assert f"{town.product.settings.base_url}/console/cases/{case.reference}" in mail["text"]
        assert "À traiter avant le mardi 24 novembre 2026" in mail["text"].replace("\u00a0", " ")


@pytest.mark.parametrize("rules", [{"new_cases": False}, {"silent_teams": frozenset({"eclairage"})}])
async def test_a_town_or_a_team_may_want_no_mail(tmp_path: Path, rules: Mapping[str, Any]) -> None:
    async with mail_town(tmp_path) as town:
        change_rules(town, **rules)
        file_case(town, town.receive("le lampadaire"))
        later(town, minutes=16)
        await Notices(town.product).tell_teams()
        assert waiting(town) == []
        change_rules(town, new_cases=True, silent_teams=frozenset())
        await Notices(town.product).tell_teams()
        assert waiting(town) == []  # what was not wanted then is no news now


async def test_every_job_of_the_notices_has_somebody_who_does_it(tmp_path: Path) -> None:
    async with mail_town(tmp_path) as town:
        known = build_jobs(town.product).tasks
        assert {"raise_alarm", "send_notice", "tell_teams", "tell_teams_now"} <= known.keys()
