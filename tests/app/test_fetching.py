"""Files that come by address: fetched by a job, kept or refused with a word to the resident, never lost from sight."""

import io
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from bot.media import MediaFetcher
from case_store.conversations.media import MediaStore
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import Outgoing, Part
from case_store.conversations.threads import ThreadEvent, find_entries
from case_store.models import Attachment
from channels.errors import MediaError
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


class Provider:
    """An adapter that gives what the test put into it."""

    def __init__(self, content: bytes = b"", error: Exception | None = None) -> None:
        self.content, self.error = content, error
        self.asked: list[str] = []

    async def fetch_media(self, url: str) -> tuple[bytes, str]:
        self.asked.append(url)
        if self.error:
            raise self.error
        return self.content, "image/jpeg"


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "grey").save(buffer, "JPEG")
    return buffer.getvalue()


def words(kind: str, language: str, refusal: str) -> Outgoing:
    text = f"{kind} {language} {refusal}"
    return Outgoing(text=text, parts=(Part(text),))


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def announce(world: World) -> tuple[UUID, UUID]:
    """A message with a photo to fetch; gives (conversation id, attachment id)."""
    pending = NewAttachment("photo-1.jpg", "image/jpeg", "pending", source_url="https://provider.example/1")
    talk = world.receive("regardez", attachments=[pending]).conversation_id
    return talk, world.read(lambda session: session.scalars(select(Attachment.id)).one())


def file(world: World, attachment_id: UUID) -> Attachment:
    return world.read(lambda session: session.get_one(Attachment, attachment_id))


def fetcher(world: World, media: MediaStore, provider: object) -> MediaFetcher:
    return MediaFetcher(world.store, media, {"sms": provider}.get, words)  # type: ignore[arg-type]


def events(world: World, talk: UUID) -> list[str]:
    entries = world.read(find_entries, scope=EVERYTHING, conversation_id=talk)
    return [entry.event.kind for entry in entries if isinstance(entry, ThreadEvent)]


def test_a_job_is_enqueued_with_the_message(world: World) -> None:
    _, attachment_id = announce(world)
    read_jobs = "SELECT task_name, args FROM procrastinate_jobs"
    from sqlalchemy import text

    [job] = world.read(lambda session: list(session.execute(text(read_jobs))))
    assert job.task_name == "fetch_media"
    assert str(attachment_id) in str(job.args)


async def test_a_photo_is_kept_without_what_it_should_not_tell(world: World, media: MediaStore) -> None:
    talk, attachment_id = announce(world)
    provider = Provider(photo())
    await fetcher(world, media, provider).fetch(attachment_id, last_try=False)
    kept = file(world, attachment_id)
    assert (kept.state, kept.content_type, kept.width, kept.height, kept.refusal) == (
        "stored", "image/jpeg", 640, 480, None
    )  # fmt: skip
    assert kept.path
    assert media.path(kept.path).read_bytes()[:3] == b"\xff\xd8\xff"
    assert provider.asked == ["https://provider.example/1"]
    assert events(world, talk) == ["file_fetched"]
    assert world.deliveries(talk) == []


@pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", b"", b"\xff\xd8\xff\xe0 no picture", b"<html>"])
async def test_what_is_no_photo_is_refused_and_the_resident_told(
    world: World, media: MediaStore, content: bytes
) -> None:
    talk, attachment_id = announce(world)
    await fetcher(world, media, Provider(content)).fetch(attachment_id, last_try=False)
    kept = file(world, attachment_id)
    assert (kept.state, kept.path) == ("refused", None)
    assert kept.refusal in {"file_type_refused", "file_unreadable"}
    [told] = world.deliveries(talk)
    assert told.text == f"sms fr {kept.refusal}"
    assert events(world, talk) == ["file_refused"]
    assert not [path for path in media.path(".").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("too_large", "file_too_large"), ("gone", "file_unreadable"), ("forbidden", "file_unreadable")],
)
async def test_what_cannot_be_had_is_refused_at_once(world: World, media: MediaStore, code: str, refusal: str) -> None:
    _, attachment_id = announce(world)
    await fetcher(world, media, Provider(error=MediaError(code))).fetch(attachment_id, last_try=False)
    assert file(world, attachment_id).refusal == refusal


@pytest.mark.parametrize("error", [MediaError("unavailable", retryable=True), OSError("broken")])
async def test_a_provider_that_is_down_is_asked_again_later(world: World, media: MediaStore, error: Exception) -> None:
    _, attachment_id = announce(world)
    down = fetcher(world, media, Provider(error=error))
    with pytest.raises(type(error)):
        await down.fetch(attachment_id, last_try=False)
    assert file(world, attachment_id).state == "pending"
    await down.fetch(attachment_id, last_try=True)
    assert file(world, attachment_id).refusal == "file_unreadable"


async def test_a_file_is_settled_once(world: World, media: MediaStore) -> None:
    talk, attachment_id = announce(world)
    await fetcher(world, media, Provider(photo())).fetch(attachment_id, last_try=False)
    again = Provider(b"MZ")
    await fetcher(world, media, again).fetch(attachment_id, last_try=False)
    assert again.asked == []
    assert events(world, talk) == ["file_fetched"]


async def test_the_bot_keeps_quiet_while_an_agent_holds_the_conversation(world: World, media: MediaStore) -> None:
    talk, attachment_id = announce(world)
    world.take_over(talk, world.agent())
    await fetcher(world, media, Provider(b"MZ")).fetch(attachment_id, last_try=False)
    assert world.deliveries(talk) == []
    assert events(world, talk)[-1] == "file_refused"


async def test_a_channel_that_is_gone_is_no_endless_loop(world: World, media: MediaStore) -> None:
    _, attachment_id = announce(world)
    nobody = MediaFetcher(world.store, media, lambda channel: None, words)
    with pytest.raises(MediaError):
        await nobody.fetch(attachment_id, last_try=False)
    await nobody.fetch(attachment_id, last_try=True)
    assert file(world, attachment_id).state == "refused"
