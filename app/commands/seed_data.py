"""Loads the demo city: staff, residents and conversations, through the store's own commands at the times they tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher

from app.wiring import DEMO_PASSWORD, Product
from case_store.actors import BOT, RESIDENT, SYSTEM, Actor
from case_store.cases import filing, moving
from case_store.cases.team_news import mark_all_told
from case_store.conversations import ownership
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.past import clear_due, name_resident, settle_deliveries
from case_store.conversations.reaching import ensure_conversation
from case_store.conversations.receiving import NewMessage, receive_message
from case_store.conversations.saying import Outgoing, add_note, say
from case_store.engine.locks import lock_seeding
from case_store.engine.session import StoreSession, now
from case_store.models import Staff
from case_store.residents import ledger, people
from case_store.staff import accounts
from case_store.staff.scope import Scope
from channels.contacts import VISITOR
from channels.contract import Choice
from channels.kinds import ChannelKind
from channels.registry import find_kind, get_kind
from kit.calendar import local_date
from kit.clock import FixedClock
from kit.formats import date_long
from kit.ids import uuid7
from services.files.town_files import TownDataError
from services.town_hall.demo_city import DemoCase, DemoCity, DemoConversation, DemoMessage, DemoResident, load_demo

_ANYWHERE = Scope(UUID(int=0), None)
"""The story may have anybody work on anything."""


def seed_demo(product: Product, *, always: bool) -> None:
    """Loads the demo city into a store without staff; `always` brings the accounts of a seeded store up to date."""
    if product.store.read_now(accounts.find_staff) and not always:
        return
    files = product.town.files
    city = load_demo(files)
    _check_channels(files.path("demo/conversations.yaml"), city)
    hasher = PasswordHasher()
    hashes = {member.email: hasher.hash(DEMO_PASSWORD) for member in city.staff}
    product.store.write_now(_seed, product=product, city=city, hashes=hashes, always=always)


def _seed(session: StoreSession, *, product: Product, city: DemoCity, hashes: Mapping[str, str], always: bool) -> None:
    lock_seeding(session)
    is_empty = not accounts.find_staff(session)
    if not is_empty and not always:  # another process has done it since
        return
    people = {
        member.email: accounts.save_staff(
            session,
            email=member.email,
            name=member.name,
            password_hash=hashes[member.email],
            role=member.role,
            teams=member.teams,
            language=member.language,
            demo=True,
        )
        for member in city.staff
    }
    if is_empty:
        scene = _Scene(session, product, city, people, now(session))
        for talk in city.conversations:
            scene.play(talk)
        session.info["clock"] = product.clock
        mark_all_told(session)


def _check_channels(path: Path, city: DemoCity) -> None:
    """Raises TownDataError for conversations on channels that are not there, or with residents who are not on them."""
    residents = {resident.code: resident for resident in city.residents}
    for talk in city.conversations:
        kind = find_kind(talk.channel)
        if kind is None or _address(residents[talk.resident], kind) is None:
            raise TownDataError(f"{path}: {talk.code}: {talk.resident} is no resident who uses {talk.channel}")


def _address(resident: DemoResident, kind: ChannelKind) -> str | None:
    """The address from which a resident writes: a visitor of the site has one made up."""
    contact = kind.contact.kind
    return f"demo-{resident.code}" if contact == VISITOR.kind else resident.address_of(contact)


@dataclass(slots=True)
class _Scene:
    """The city while it is being told; `marks` are the words that texts may name of a case."""

    session: StoreSession
    product: Product
    city: DemoCity
    people: Mapping[str, Staff]
    start: datetime
    residents: dict[str, UUID] = field(default_factory=dict)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)

    def play(self, talk: DemoConversation) -> None:
        """One conversation from its first message to how it stands now."""
        self._at(talk.messages[0].minutes_ago)
        conversation_id = self._open(talk)
        pending = sorted(talk.cases, key=lambda case: -case.minutes_ago)
        opened: dict[str, UUID] = {}
        for message in talk.messages:
            while pending and pending[0].minutes_ago >= message.minutes_ago:
                case = pending.pop(0)
                opened[case.key] = self._open_case(case, conversation_id, talk)
            self._at(message.minutes_ago)
            self._tell(message, conversation_id, talk)
        for case in talk.cases:
            self._settle_case(case, opened[case.key])
        self._settle(talk, conversation_id)

    def _at(self, minutes_ago: int) -> None:
        self.session.info["clock"] = FixedClock(self.start - timedelta(minutes=minutes_ago))

    def _open(self, talk: DemoConversation) -> UUID:
        resident = next(item for item in self.city.residents if item.code == talk.resident)
        kind = get_kind(talk.channel)
        contact = people.ensure_contact_point(
            self.session,
            kind=kind.contact.kind,
            address=_address(resident, kind) or "",
            language=resident.language,
            resident_id=self.residents.get(resident.code),
        )
        self.residents[resident.code] = contact.resident_id
        name_resident(self.session, resident_id=contact.resident_id, name=resident.name)
        return ensure_conversation(
            self.session, contact=contact, channel_id=talk.channel, channel_kind=talk.channel, language=talk.language
        )

    def _open_case(self, demo: DemoCase, conversation_id: UUID, talk: DemoConversation) -> UUID:
        self._at(demo.minutes_ago)
        town = self.product.town
        service, city = town.services[demo.service], town.city
        place = town.gazetteer.find(demo.address) if demo.address else None
        conversation = lock_conversation(self.session, conversation_id=conversation_id)
        opened_on = local_date(now(self.session), city.timezone)
        case = filing.open_case(
            self.session,
            actor=BOT,
            case=filing.NewCase(
                prefix=city.prefix,
                kind=service.kind,
                service_code=demo.service,
                service_version=service.version,
                team_code=service.team,
                title=town.service_name(demo.service, talk.language),
                state="new",
                priority=demo.priority,
                fields=list(demo.fields.items()),
                due_at=city.calendar.due_moment(now(self.session), service.target_days),
                language=talk.language,
                channel_kind=talk.channel,
                resident_id=conversation.resident_id,
                contact_point_id=conversation.contact_point_id,
                conversation_id=conversation_id,
                documents=demo.documents,
                location_text=place.label if place else None,
                location_entity=place.entity if place else None,
                latitude=place.latitude if place else None,
                longitude=place.longitude if place else None,
                location_known=bool(place and place.known),
            ),
        )
        conversation.change(team_code=service.team)
        save_conversation(self.session, conversation)
        self.marks[demo.key] = {
            "reference": case.reference,
            "due": date_long(local_date(case.due_at, city.timezone), talk.language),
            "opened": date_long(opened_on, talk.language),
        }
        return case.id

    def _tell(self, message: DemoMessage, conversation_id: UUID, talk: DemoConversation) -> None:
        text = message.words(self.marks)
        if message.author == "resident":
            self._receive(text, conversation_id, talk)
            return
        if message.author == "note":
            add_note(
                self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=self._agent(message.by), text=text
            )
            return
        choices = [Choice(label, label) for label in message.choices]
        outgoing = Outgoing(
            text=text,
            parts=self.product.presenter.present(talk.channel, text, choices, talk.language),
            choices=tuple((label, label) for label in message.choices),
            kind=message.kind,
            protected=True,
            lane="demo",
        )
        if message.author == "agent":
            message_id = self._answer(self._agent(message.by), conversation_id, outgoing)
        else:
            conversation = lock_conversation(self.session, conversation_id=conversation_id)
            message_id, _ = say(self.session, conversation, author="bot", actor=BOT, outgoing=outgoing)
            save_conversation(self.session, conversation)
        settle_deliveries(
            self.session,
            message_id=message_id,
            state=message.delivery,
            error_code=message.error_code,
            error_detail=message.error_text,
        )

    def _answer(self, agent: Actor, conversation_id: UUID, outgoing: Outgoing) -> UUID:
        """As in the console: who answers has taken the conversation, and has read it."""
        ownership.take_over(self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=agent)
        return ownership.reply(
            self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=agent, outgoing=outgoing
        )

    def _receive(self, text: str, conversation_id: UUID, talk: DemoConversation) -> None:
        conversation = lock_conversation(self.session, conversation_id=conversation_id)
        receive_message(
            self.session,
            message=NewMessage(
                channel_id=talk.channel,
                channel_kind=talk.channel,
                contact_kind=conversation.contact_kind,
                address=conversation.address,
                external_id=f"demo:{uuid7().hex}",
                text=text,
                language=talk.language,
                payload={"demo": True},
                lane=None,
            ),
        )

    def _settle_case(self, demo: DemoCase, case_id: UUID) -> None:
        for change in demo.changes:
            self._at(change.minutes_ago)
            moving.change_state(
                self.session,
                case_id=case_id,
                state=change.state,
                actor=self._agent(change.by),
                reason=change.reason or demo.reason,
            )
        if not demo.changes and demo.state != "new":
            reason = demo.reason or ("…" if demo.state in moving.NEEDS_REASON else None)
            moving.change_state(self.session, case_id=case_id, state=demo.state, actor=SYSTEM, reason=reason)

    def _settle(self, talk: DemoConversation, conversation_id: UUID) -> None:
        """Who holds it and why, as it stands now."""
        clear_due(self.session, conversation_id=conversation_id)
        if talk.queue is not None:
            self._at(talk.queue.minutes_ago)
            conversation = lock_conversation(self.session, conversation_id=conversation_id)
            ownership.hand_off(
                self.session,
                conversation,
                actor=BOT,
                reason=talk.queue.reason,
                summary=talk.queue.summary,
                team_code=talk.queue.team,
                urgent=talk.queue.urgent,
            )
            save_conversation(self.session, conversation)
        self._at(talk.messages[-1].minutes_ago)
        agent = talk.agent or (self._last_agent(talk) if talk.state == "resolved" else None)
        if agent is not None:
            actor = self._agent(agent)
            ownership.take_over(self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=actor)
            if talk.state == "resolved":
                ownership.resolve(self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=actor)
            elif talk.state == "snoozed":
                until = self.start + timedelta(minutes=talk.snoozed_minutes or 60)
                ownership.snooze(
                    self.session, scope=_ANYWHERE, conversation_id=conversation_id, actor=actor, until=until
                )
        if talk.opted_out:
            contact_point_id = lock_conversation(self.session, conversation_id=conversation_id).contact_point_id
            ledger.opt_out(self.session, contact_point_id=contact_point_id, actor=RESIDENT)

    def _last_agent(self, talk: DemoConversation) -> str:
        """Who answered last; the first of the staff where nobody did."""
        answered = [message.by for message in talk.messages if message.author == "agent" and message.by]
        return answered[-1] if answered else next(iter(self.people))

    def _agent(self, email: str | None) -> Actor:
        person = self.people[email or next(iter(self.people))]
        return Actor("agent", person.id, person.name)
