"""Mail comes in: a real mail server, its box read by the product, through deaths on either side."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import imapclient
import pytest
from sqlalchemy import select

from app.checking.doctor import channel_checks
from app.commands.mails_aside import _take_again
from app.mailboxes.reading import MailboxReader
from app.mailboxes.taking import MailTaker
from app.wiring import Product
from case_store.conversations.quarantine import find_quarantined
from case_store.models import Conversation, Mailbox, Message, RawEvent
from channels.boxes import BoxRefused
from channels.email.box import BoxAddress, ImapBox
from tests.channels.email.stub_mail_server import stub_mail_server
from tests.portal.site import make_product
from tests.support.dovecot import PASSWORD, Dovecot, dovecot

BOX = "mairie@montlieu.example"
PATIENCE = 15.0


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot() as found:
        yield found


def mail(number: int, **heads: str) -> bytes:
    found = EmailMessage()
    found["From"] = f"Lea Martin <lea{number}@example.org>"
    found["To"] = BOX
    found["Subject"] = "Lampadaire"
    found["Message-ID"] = f"<{number}@example.org>"
    for name, value in heads.items():
        del found[name.replace("_", "-")]
        if value:
            found[name.replace("_", "-")] = value
    found.set_content(f"Le lampadaire numéro {number} ne marche plus.")
    return found.as_bytes()


def town(folder: Path, server: Dovecot, password: str = PASSWORD) -> Product:
    return make_product(folder, smtp_url="smtp://127.0.0.1:9", imap_url=server.url(BOX, password))


@asynccontextmanager
async def reading(product: Product) -> AsyncIterator[MailboxReader]:
    """While open the box is read, and opened again quickly when it broke."""
    adapter: Any = product.adapters["email"]
    reader, stopping = MailboxReader(product, "email", adapter, pauses=(0.1,)), asyncio.Event()
    task = asyncio.create_task(reader.run(stopping))
    try:
        yield reader
    finally:
        stopping.set()
        await asyncio.wait_for(task, PATIENCE)


async def until(product: Product, holds: Callable[[Any], bool]) -> None:
    """Until the store looks as expected."""
    async with asyncio.timeout(PATIENCE):
        while not await product.store.read(holds):
            await asyncio.sleep(0.05)


def texts(session: Any) -> list[str]:
    return list(
        session.scalars(select(Message.text).where(Message.direction == "inbound").order_by(Message.created_at))
    )


def has(*numbers: int) -> Callable[[Any], bool]:
    def holds(session: Any) -> bool:
        found = sorted(text.split()[3] for text in texts(session))
        return found == sorted(str(number) for number in numbers)

    return holds


def trouble(session: Any) -> str | None:
    return session.scalars(select(Mailbox.trouble)).first()


def unread(server: Dovecot) -> int:
    with imapclient.IMAPClient("127.0.0.1", port=server.imap, ssl=False) as client:
        client.login(BOX, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        return len(client.search("UNSEEN"))


async def test_a_mail_is_received_kept_as_it_came_and_marked(server: Dovecot, tmp_path: Path) -> None:
    with server.serving():
        server.put(BOX, mail(1))
        product = town(tmp_path, server)
        async with reading(product):
            await until(product, has(1))
            server.put(BOX, mail(2))  # told by the server, without being asked
            await until(product, has(1, 2))
            async with asyncio.timeout(PATIENCE):
                while unread(server):
                    await asyncio.sleep(0.05)
        kept = product.store.read_now(lambda session: session.scalars(select(RawEvent.payload)).all())
        found = [product.media.path(payload["mail"]).read_bytes() for payload in kept]
        assert all(mail(number).splitlines()[-1] in b"".join(found) for number in (1, 2))


async def test_a_server_that_dies_and_comes_back_loses_nothing(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    with server.serving():
        server.put(BOX, mail(1))
        async with reading(product):
            await until(product, has(1))
    async with reading(product):
        await until(product, lambda session: trouble(session) == "unavailable")
        with server.serving():
            server.put(BOX, mail(2), mail(3))
            await until(product, has(1, 2, 3))
            await until(product, lambda session: trouble(session) is None)


async def test_a_mail_that_nobody_can_read_blocks_none_behind_it(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    with server.serving():
        server.put(BOX, mail(1), mail(2, From=""), mail(3), sender="")
        async with reading(product):
            await until(product, has(1, 3))
    quarantined = product.store.read_now(
        lambda session: session.scalars(select(RawEvent).where(RawEvent.state == "quarantined")).all()
    )
    assert [event.error for event in quarantined] == ["nobody is named as its sender"]
    assert b"<2@example.org>" in product.media.path(quarantined[0].payload["mail"]).read_bytes()


async def test_a_mail_that_the_store_refuses_is_tried_again_then_put_aside(
    server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = town(tmp_path, server)
    receive, tries = product.reception.receive, []

    async def refuse(source: Any, events: Any, payload: Any) -> Any:
        tries.append(events[0].letter.letter_id)
        if events[0].letter.letter_id == "<1@example.org>" or tries.count(events[0].letter.letter_id) == 1:
            raise OSError("the disk is full")
        return await receive(source, events, payload)

    monkeypatch.setattr(product.reception, "receive", refuse)
    with server.serving():
        server.put(BOX, mail(1), mail(2))
        async with reading(product) as reader:
            reader._taker._pauses = (0.0, 0.0)
            await until(product, has(2))
    errors = product.store.read_now(lambda session: session.scalars(select(RawEvent.error)).all())
    assert [error for error in errors if error] == ["OSError('the disk is full')"]


async def test_mails_that_the_server_has_numbered_anew_are_received_once(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    with server.serving():
        server.put(BOX, mail(1), mail(2))
        async with reading(product):
            await until(product, has(1, 2))
    before = product.store.read_now(lambda session: session.scalars(select(Mailbox.validity)).one())
    server.number_anew(BOX)
    with server.serving():
        server.put(BOX, mail(3))
        async with reading(product):
            await until(product, has(1, 2, 3))
            await until(product, lambda session: session.scalars(select(Mailbox.validity)).one() != before)
    assert product.store.read_now(has(1, 2, 3))


async def test_mails_read_by_people_before_the_first_reading_stay_theirs(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    with server.serving():
        server.put(BOX, mail(1), mail(2))
        with imapclient.IMAPClient("127.0.0.1", port=server.imap, ssl=False) as client:
            client.login(BOX, PASSWORD)
            client.select_folder("INBOX")
            client.add_flags([2], [b"\\Seen"])
        async with reading(product):
            await until(product, has(1))
            server.put(BOX, mail(3))
            await until(product, has(1, 3))


async def test_a_wrong_password_is_told_and_ends_when_it_is_mended(server: Dovecot, tmp_path: Path) -> None:
    with server.serving():
        product = town(tmp_path, server, "wrong")
        async with reading(product):
            await until(product, lambda session: trouble(session) == "credentials")
        server.put(BOX, mail(1))
        mended = town(tmp_path, server)
        async with reading(mended):
            await until(mended, has(1))
        assert mended.store.read_now(trouble) is None


async def test_two_processes_never_read_one_box_together(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    with server.serving():
        async with reading(product):
            await until(product, lambda session: session.scalars(select(Mailbox.read_at)).first() is not None)
            adapter: Any = product.adapters["email"]
            other = MailboxReader(product, "email", adapter)
            other._name = "another:1"
            assert await other._claim() is None
        assert await other._claim() is not None  # given back at once


async def test_the_doctor_tells_a_wrong_password_from_a_box_that_is_away(server: Dovecot, tmp_path: Path) -> None:
    async with stub_mail_server() as post:
        smtp_url = f"smtp://127.0.0.1:{post.port}"
        with server.serving():
            wrong = make_product(tmp_path, smtp_url=smtp_url, imap_url=server.url(BOX, "wrong"))
            right = make_product(tmp_path, smtp_url=smtp_url, imap_url=server.url(BOX))
            assert "refuses the name or the password" in await doctor(wrong)
            assert "the mailbox can be read" in await doctor(right)
        assert f"127.0.0.1:{server.imap} cannot be reached" in await doctor(right)


async def doctor(product: Product) -> str:
    check = dict(channel_checks(product))["channel email"]
    try:
        return await asyncio.to_thread(check, product)
    except Exception as error:
        return str(error)


async def test_who_writes_without_end_is_left_to_people(
    server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mailboxes.taking.MOST_AN_HOUR", 2)
    product = town(tmp_path, server)
    robot = "Robot <robot@example.org>"
    with server.serving():
        server.put(BOX, *(mail(number, From=robot) for number in (1, 2, 3)), mail(4))
        async with reading(product):
            await until(product, has(1, 2, 3, 4))
    talks = product.store.read_now(lambda session: session.scalars(select(Conversation)).all())
    assert sorted((talk.held_by, talk.queue_reason) for talk in talks) == [("bot", None), ("queue", "autoreply")]


async def test_a_mail_that_was_put_aside_is_received_once_it_can_be(
    server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = town(tmp_path, server)
    adapter: Any = product.adapters["email"]
    taker = MailTaker(product, "email", adapter, pauses=(0.0,))
    with monkeypatch.context() as broken:
        broken.setattr(product.reception, "receive", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        await taker.take(mail(1))
    [aside] = await product.store.read(find_quarantined, limit=5)
    assert (aside.channel_id, aside.error) == ("email", "OSError('the disk is full')")
    assert await _take_again(product, aside) == ""
    assert await product.store.read(has(1))
    assert await product.store.read(find_quarantined, limit=5) == []


async def test_what_still_cannot_be_received_stays_aside(server: Dovecot, tmp_path: Path) -> None:
    product = town(tmp_path, server)
    adapter: Any = product.adapters["email"]
    await MailTaker(product, "email", adapter).take(b"Subject: x\r\n\r\nBonjour")
    [aside] = await product.store.read(find_quarantined, limit=5)
    assert await _take_again(product, aside) == "nobody is named as its sender"
    assert await product.store.read(find_quarantined, limit=5) == [aside]


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_certificate_that_nobody_vouches_for_is_refused_and_a_known_one_is_not(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot(encrypts=True) as server, server.serving():
        port = server.imaps if scheme == "imaps" else server.imap
        address = BoxAddress(f"{scheme}://{BOX.replace('@', '%40')}:{PASSWORD}@localhost:{port}")
        with pytest.raises(BoxRefused) as refused:
            ImapBox(address)
        assert refused.value.code == "certificate"
        assert PASSWORD not in str(refused.value)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        box = ImapBox(address)
        server.put(BOX, mail(1))
        assert box.wait(PATIENCE) or box.find_new(None, datetime.now(UTC))
        [number] = box.find_new(None, datetime.now(UTC))
        raw = box.fetch(number, 10_000)
        assert raw is not None
        assert b"<1@example.org>" in raw
        box.close()
