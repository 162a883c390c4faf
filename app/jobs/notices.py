"""Writes to the town's own people: somebody is in distress, new cases have come in."""

from uuid import UUID

import structlog

from app.pages.faces import SHARED_WORDS
from app.wiring import Product
from case_store.actors import SYSTEM
from case_store.cases.team_news import TeamNews, find_team_news, mark_told
from case_store.conversations.locking import lock_conversation, note, save_conversation
from case_store.conversations.own_threads import get_own_conversation
from case_store.engine.session import StoreSession
from case_store.models import Case
from case_store.work import notices
from case_store.work.notices import NewNotice
from channels.contacts import EMAIL
from channels.registry import read_contact
from kit.calendar import local_date
from kit.catalogues import Wordings
from kit.formats import date_long, time_of_day

log = structlog.get_logger(__name__)

MOST_CASES = 50
"""Cases named in one mail; the others are counted."""


class Notices:
    """What one product has to tell, and in which words. A job sends what is written (`app.jobs.notice_sending`)."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._words = Wordings.load(SHARED_WORDS, product.town.city.languages)

    async def raise_alarm(self, conversation_id: UUID) -> None:
        """Tells the named addresses that somebody in this conversation is in distress, once while they wait."""
        await self._product.store.write(self._write_alarm, conversation_id=conversation_id)

    def _write_alarm(self, session: StoreSession, *, conversation_id: UUID) -> None:
        conversation = get_own_conversation(session, conversation_id=conversation_id).conversation
        since = conversation.waiting_since
        if since is None or not conversation.queue_urgent:
            return
        city, language = self._product.town.city, self._product.town.city.default_language
        link = f"{self._product.settings.base_url}/console/conversations/{conversation_id}"
        hour = time_of_day(since, language, city.timezone)
        written = 0
        for address in city.alarms.distress:
            channel = self._channel_of(address)
            if channel is None:
                log.error("alarm_not_sent", reason="no channel is set up for this address")
                continue
            is_letter = self._product.adapters[channel].capabilities.letters
            notice = NewNotice(
                key=f"distress:{conversation_id}:{since.isoformat()}:{address}",
                kind="distress",
                channel_id=channel,
                address=address,
                language=language,
                subject=self._text("notices.distress.subject", town=city.name),
                text=self._text(
                    f"notices.distress.{'text' if is_letter else 'short'}", town=city.name, time=hour, link=link
                ),
            )
            written += notices.write_notice(session, notice=notice)
        if written:
            _note_alarm(session, conversation_id, written)

    async def tell_teams(self) -> None:
        """Writes to each team whose new cases are due to be told, in the transaction that marks them as told."""
        mail = self._product.reach(EMAIL.kind)
        if mail is not None:
            await self._product.store.write(self._write_team_news, channel_id=mail[0])

    def _write_team_news(self, session: StoreSession, *, channel_id: str) -> None:
        rule, town = self._product.town.city.team_notices, self._product.town
        for news in find_team_news(session, every_minutes=rule.minutes):
            team = town.teams.get(news.team_code)
            if team is not None and rule.wants(news.team_code):
                notices.write_notice(session, notice=self._team_notice(news, channel_id, team.email))
            mark_told(session, case_ids=[case.id for case in news.cases])

    def _team_notice(self, news: TeamNews, channel_id: str, address: str) -> NewNotice:
        town = self._product.town
        city, language = town.city, town.city.default_language
        team, count = town.teams[news.team_code].label(language), len(news.cases)
        lines = [self._case_lines(case, language) for case in news.cases[:MOST_CASES]]
        if count > MOST_CASES:
            lines.append(self._text("notices.new_cases.more", count=count - MOST_CASES))
        return NewNotice(
            key=f"cases:{news.team_code}:{news.cases[0].id}",
            kind="new_cases",
            channel_id=channel_id,
            address=address,
            language=language,
            subject=self._text("notices.new_cases.subject", town=city.name, team=team, count=count),
            text="\n\n".join([self._text("notices.new_cases.lead", team=team, count=count), *lines]),
        )

    def _case_lines(self, case: Case, language: str) -> str:
        town = self._product.town
        service = town.service_as_of(case.service_code, case.service_version)
        head = [case.reference, service.names.on(language) if service else case.title, case.location_text]
        key = "notices.new_cases.urgent" if case.priority == "high" else "notices.new_cases.due"
        due = self._text(key, due=date_long(local_date(case.due_at, town.city.timezone), language))
        link = f"{self._product.settings.base_url}/console/cases/{case.reference}"
        return "\n".join([" – ".join(part for part in head if part), due, link])

    def _channel_of(self, address: str) -> str | None:
        contact = read_contact(address)
        reached = self._product.reach(contact[0]) if contact else None
        return reached[0] if reached else None

    def _text(self, key: str, **values: object) -> str:
        return self._words.text(self._product.town.city.default_language, key, **values)


def _note_alarm(session: StoreSession, conversation_id: UUID, count: int) -> None:
    conversation = lock_conversation(session, conversation_id=conversation_id)
    note(session, conversation, "alarm_raised", actor=SYSTEM, facts={"count": count})
    save_conversation(session, conversation)
