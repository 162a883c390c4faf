"""What earlier releases kept is kept: rows written at an earlier migration, read after the last one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, TableClause, column, insert, select, table, text
from sqlalchemy.exc import IntegrityError

from case_store.actors import RESIDENT
from case_store.cases.additions import add_information, find_additions
from case_store.cases.finding import get_case
from case_store.catalogue.versions import DeclaredService, keep_versions
from case_store.conversations.receiving import NewAttachment
from case_store.engine import migrate
from case_store.engine.database import Store
from case_store.engine.engines import create_writing_engine
from case_store.models import Attachment, Base, SearchKey, Staff
from case_store.residents.people import ensure_contact_point, keep_name
from case_store.staff.accounts import find_staff
from kit.ids import uuid7
from tests.case_store.world import MovingClock, World
from tests.support.scopes import EVERYTHING

ADA = {
    "email": "ada@town.example", "name": "Ada", "password_hash": "h", "role": "agent", "teams": ["roads"],
    "language": "fr", "demo": False, "active": True,
}  # fmt: skip


def _first_staff() -> TableClause:
    """The accounts as the first release kept them."""
    columns = Staff.metadata.tables["staff"].columns
    return table("staff", *(column(name, columns[name].type) for name in (*ADA, "id", "created_at")))


def test_a_store_of_the_first_release_keeps_its_rows(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    first = create_writing_engine(empty_url, 1)
    with first.begin() as connection:
        connection.execute(insert(_first_staff()).values(ADA | {"id": uuid7(), "created_at": MovingClock().now()}))
    first.dispose()
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    kept = store.read_now(find_staff)
    store.close()
    assert [(person.name, person.teams) for person in kept] == [("Ada", ["roads"])]


def test_a_new_kind_of_address_needs_no_migration_and_old_ones_keep_what_refers_to_them(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0014")
    engine = create_writing_engine(empty_url, 1)
    at, resident, phone, pigeon = MovingClock().now(), uuid7(), uuid7(), uuid7()
    with engine.begin() as connection:
        connection.execute(insert(_columns("resident", "id", "language", "created_at", "seq")).values(
            id=resident, language="fr", created_at=at, seq=0))  # fmt: skip
        _keep_address(connection, phone, "phone", resident, at)
        _opt_out(connection, phone, at)
    migrate.upgrade(empty_url)
    with engine.begin() as connection:
        _keep_address(connection, pigeon, "pigeon", resident, at)
        _opt_out(connection, pigeon, at)
        kept = connection.execute(select(_columns("opt_out", "contact_point_id"))).scalars().all()
    for refused in ("", "Pigeon"):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            _keep_address(connection, uuid7(), refused, resident, at)
    engine.dispose()
    assert set(kept) == {phone, pigeon}


NUMBERS = {
    "+33692123456": "+262692123456",
    "+33639012345": "+262639012345",
    "+33690123456": "+590690123456",
    "+33694123456": "+594694123456",
    "+33709112345": "+596709112345",
    "+33508411234": "+508411234",
    "+33639980001": "+33639980001",
    "+33261123456": "+33261123456",
    "+3369212345": "+3369212345",
    "+14155552671": "+14155552671",
}
"""As they were kept before, and after."""


def test_overseas_numbers_move_to_the_code_of_their_territory_and_nobody_is_merged(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0016")
    engine = create_writing_engine(empty_url, 1)
    at, resident = MovingClock().now(), uuid7()
    both = ("+33693123456", "+262693123456")
    kept = {address: uuid7() for address in (*NUMBERS, *both)}
    with engine.begin() as connection:
        connection.execute(insert(_columns("resident", "id", "language", "created_at", "seq")).values(
            id=resident, language="fr", created_at=at, seq=0))  # fmt: skip
        for address, id_ in kept.items():
            _keep_address(connection, id_, "phone", resident, at, address)
        mail = uuid7()
        _keep_address(connection, mail, "email", resident, at, "+33692123456")
    migrate.upgrade(empty_url, "0017")
    with engine.begin() as connection:
        rows = connection.execute(select(_columns("contact_point", "id", "address"))).all()
    engine.dispose()
    after = {row.id: row.address for row in rows}
    assert {address: after[kept[address]] for address in NUMBERS} == NUMBERS
    assert {address: after[kept[address]] for address in both} == dict(zip(both, both, strict=True))
    assert after[mail] == "+33692123456"


def test_what_waits_to_be_sent_overseas_goes_to_the_proper_number(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    world = World(store, MovingClock())
    talk = world.receive(address="+33692123456").conversation_id
    world.say(talk, "Bonjour")
    store.close()
    migrate.downgrade(empty_url, "0016")
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    [delivery] = World(store, MovingClock()).deliveries(talk)
    store.close()
    assert (delivery.address, delivery.state) == ("+262692123456", "queued")


def test_what_residents_added_before_is_kept_with_its_files_and_stays_unread(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    engine = create_writing_engine(empty_url, 1)
    with engine.begin() as connection:
        talk, case, file = _an_addition_of_the_first_release(connection)
    engine.dispose()
    for _ in range(2):  # and again after going back
        migrate.upgrade(empty_url)
        store = Store(empty_url, MovingClock())
        world = World(store, MovingClock())
        [kept] = world.read(find_additions, scope=EVERYTHING, case_ids=[case])[case]
        row = world.conversation(talk)
        store.close()
        assert (kept.text, kept.at, [each.id for each in kept.files]) == ("au 14", MovingClock().now(), [file])
        assert (row.held_by, row.queue_reason, row.unread_addition_at) == ("bot", None, MovingClock().now())
        migrate.downgrade(empty_url, "0017")


def test_what_was_added_since_is_given_back_to_an_earlier_release(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    world = World(store, MovingClock())
    talk = world.receive("", attachments=[NewAttachment("a.jpg", "image/jpeg", "stored", path="a")]).conversation_id
    case = world.file_case(talk)
    [file] = world.read(lambda session: list(session.scalars(select(Attachment.id))))
    facts = {"case_id": case.id, "conversation_id": talk, "text": "au 14", "attachment_ids": [file]}
    world.write(add_information, actor=RESIDENT, **facts)
    store.close()
    migrate.downgrade(empty_url, "0017")
    engine = create_writing_engine(empty_url, 1)
    with engine.begin() as connection:
        events = _columns("timeline_event", "kind", "facts")
        query = select(events.c.facts).where(events.c.kind == "case_updated")
        told = connection.execute(query).scalar_one()
    engine.dispose()
    assert (told["text"], told["files"]) == ("au 14", [str(file)])


def test_a_case_that_awaited_its_resident_stands_still_since_it_was_asked(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0001")
    engine = create_writing_engine(empty_url, 1)
    asked = MovingClock().now() + timedelta(days=3)
    with engine.begin() as connection:
        _, case, _ = _an_addition_of_the_first_release(connection)
        connection.execute(text("UPDATE case_file SET state = 'awaiting_resident'"))
        keep = _columns(
            "timeline_event", "id", "subject", "subject_id", "seq", "kind", "audience", "actor", "facts", "at"
        )
        row = {"id": uuid7(), "subject": "case", "subject_id": case, "seq": 3, "kind": "case_awaiting_resident"}
        facts = {"audience": "resident", "actor": "agent", "facts": {"from": "open", "reason": "?"}, "at": asked}
        connection.execute(insert(keep).values(**row, **facts))
    engine.dispose()
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    kept = store.read_now(get_case, case_id=case)
    numbers = store.write_now(keep_versions, declared=[DeclaredService("report.pothole", 1, "hash", {"service": {}})])
    store.close()
    assert (kept.clock_stopped_at, kept.step) == (asked, None)
    assert numbers == {kept.service_code: kept.service_version}


def test_residents_known_before_are_found_as_if_they_came_now(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    world = World(store, MovingClock())
    resident = world.conversation(world.receive(address="+33639980007").conversation_id).resident_id
    world.write(keep_name, resident_id=resident, name="Zoé-Marie d’Alençon", actor=RESIDENT)
    mail = {"kind": "email", "address": "zoe.alencon@example.org", "language": "fr", "resident_id": resident}
    world.write(ensure_contact_point, **mail)
    keys = select(SearchKey.kind, SearchKey.key, SearchKey.resident_id).order_by(SearchKey.kind, SearchKey.key)
    given = world.read(lambda session: session.execute(keys).all())
    store.close()
    migrate.downgrade(empty_url, "0020")
    migrate.upgrade(empty_url)
    store = Store(empty_url, MovingClock())
    kept = store.read_now(lambda session: session.execute(keys).all())
    store.close()
    assert kept == given
    assert {kind for kind, *_ in kept} == {"name", "phone", "email"}


def _an_addition_of_the_first_release(connection: Connection) -> tuple[UUID, UUID, UUID]:
    """Words and a file added to a case, which nobody has read: (conversation, case, file)."""
    at = MovingClock().now()
    resident, point, talk, message, case, file, event = (uuid7() for _ in range(7))

    def keep(name: str, **values: Any) -> None:
        connection.execute(insert(_columns(name, *values)).values(**values))

    keep("resident", id=resident, language="fr", created_at=at, seq=0)
    _keep_address(connection, point, "phone", resident, at)
    keep("conversation", id=talk, channel_id="sms", channel_kind="sms", contact_point_id=point, resident_id=resident,
         language="fr", language_fixed=False, state="open", held_by="bot", queue_reason="case_updated",
         queue_urgent=False, dialogue={}, version=1, seq=2, unread=1, failed_deliveries=0, resident_seen_seq=0,
         last_message_at=at, last_message_text="au 14", last_message_author="resident", created_at=at)  # fmt: skip
    keep("message", id=message, conversation_id=talk, seq=1, direction="inbound", author="resident",
         audience="resident", kind="files", text="au 14", choices=[], created_at=at)  # fmt: skip
    keep("case_file", id=case, reference="MTL-26-000018", kind="report", service_code="report.pothole",
         service_version=1, team_code="roads", state="open", title="Trou", priority="normal", fields=[], documents={},
         location_known=False, language="fr", channel_kind="sms", resident_id=resident, contact_point_id=point,
         opened_at=at, due_at=at, version=2, seq=2)  # fmt: skip
    keep("attachment", id=file, message_id=message, conversation_id=talk, case_id=case, filename="a.jpg",
         content_type="image/jpeg", state="stored", path="a", created_at=at)  # fmt: skip
    keep("timeline_event", id=event, subject="case", subject_id=case, seq=2, kind="case_updated", audience="resident",
         actor="resident", facts={"text": "au 14", "files": [str(file)], "reference": "MTL-26-000018"},
         at=at)  # fmt: skip
    return talk, case, file


def _columns(name: str, *names: str) -> TableClause:
    """A table as an earlier release knew it."""
    columns = Base.metadata.tables[name].columns
    return table(name, *(column(each, columns[each].type) for each in names))


def _keep_address(
    connection: Connection, id_: UUID, kind: str, resident: UUID, at: datetime, address: str | None = None
) -> None:
    points = _columns("contact_point", "id", "kind", "address", "resident_id", "level", "opted_out", "created_at")
    facts = {
        "address": address or str(id_),
        "resident_id": resident,
        "level": "declared",
        "opted_out": False,
        "created_at": at,
    }
    connection.execute(insert(points).values(id=id_, kind=kind, **facts))


def _opt_out(connection: Connection, contact_point: UUID, at: datetime) -> None:
    entries = _columns("opt_out", "id", "contact_point_id", "kind", "actor", "at")
    facts = {"contact_point_id": contact_point, "kind": "stop", "actor": "resident", "at": at}
    connection.execute(insert(entries).values(id=uuid7(), **facts))
