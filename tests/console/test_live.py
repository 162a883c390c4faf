"""The live stream over a real connection: nothing lost, nothing doubled, and it ends when it should."""

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from case_store.cases.moving import change_state
from case_store.conversations.deliveries import record_sent
from case_store.conversations.ownership import reassign, take_over
from case_store.models import Staff
from case_store.staff.accounts import open_session
from case_store.work.delivery_claims import claim_deliveries
from kit.ports import Viewer
from tests.console.reading import text_of
from tests.console.serving import served
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING

SOON = 8.0


@dataclass
class Event:
    name: str
    data: str
    id: str | None


class Stream:
    """One open stream; a thread of its own reads it."""

    def __init__(self, base: str, token: str, query: str, headers: dict[str, str] | None = None) -> None:
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._client = httpx2.Client(base_url=base, cookies={"guichet_staff": token}, timeout=20)
        self._context = self._client.stream("GET", f"/console/live?{query}", headers=headers or {})
        self._answer = self._context.__enter__()
        self.status = self._answer.status_code
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self._parse()
        except (httpx2.HTTPError, httpx2.StreamError):
            pass
        finally:
            self._events.put(None)

    def _parse(self) -> None:
        fields: dict[str, list[str]] = {}
        for line in self._answer.iter_lines():
            if line == "":
                if "data" in fields:
                    name, id_ = fields.get("event", ["message"])[0], fields.get("id", [None])[0]  # type: ignore[list-item]
                    self._events.put(Event(name, "\n".join(fields["data"]), id_))
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(":")
                fields.setdefault(name, []).append(value.removeprefix(" "))

    def next(self, *names: str) -> Event:
        """The next event of these names; others are passed over."""
        end = time.monotonic() + SOON
        while (left := end - time.monotonic()) > 0:
            event = self._events.get(timeout=left)
            assert event is not None, "the stream has ended"
            if event.name in names:
                return event
        raise AssertionError(f"no {names} came")

    def ended(self) -> bool:
        """Whether the stream ends soon."""
        end = time.monotonic() + SOON
        while (left := end - time.monotonic()) > 0:
            if self._events.get(timeout=left) is None:
                return True
        return False

    def close(self) -> None:
        self._answer.close()
        self._client.close()


@pytest.fixture
def streams(console: Console) -> Iterator[Any]:
    opened: list[Stream] = []
    with served(console) as base:

        def open_stream(staff: Staff, query: str = "", **headers: str) -> Stream:
            token = console.store.write_now(open_session, staff_id=staff.id, user_agent="test")
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            stream = Stream(base, token, query, given)
            stream.token = token  # type: ignore[attr-defined]
            opened.append(stream)
            return stream

        yield open_stream
        for stream in opened:
            stream.close()


def test_new_messages_arrive_with_their_number(console: Console, streams: Any, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    stream = streams(camille, f"conversation={talk}&after=2")
    stream.next("beat")
    console.receive("Vous êtes là ?")
    event = stream.next("entries")
    assert event.id == "3"
    assert "Vous êtes là ?" in event.data
    assert 'id="entry-3"' in event.data
    assert 'id="entry-2"' not in event.data


def test_what_was_missed_comes_first_each_once(console: Console, streams: Any, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    for number in range(20):
        console.receive(f"message {number}")
    event = streams(camille, f"conversation={talk}&after=2").next("entries")
    assert event.id == "22"
    assert [event.data.count(f'id="entry-{number}"') for number in range(1, 23)] == [0, 0] + [1] * 20


def test_a_browser_that_reconnects_by_itself_goes_on_from_its_last_number(
    console: Console, streams: Any, camille: Staff
) -> None:
    talk = console.waiting("Bonjour")
    console.receive("deux")
    console.receive("trois")
    event = streams(camille, f"conversation={talk}&after=2", last_event_id="3").next("entries")
    assert 'id="entry-3"' not in event.data
    assert 'id="entry-4"' in event.data


def test_messages_written_while_it_is_cut_arrive_once_each(console: Console, streams: Any, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    seen: list[str] = []
    after = 2
    for round_ in range(5):
        stream = streams(camille, f"conversation={talk}&after={after}")
        console.receive(f"pendant {round_}")
        event = stream.next("entries")
        stream.close()
        seen.append(event.data)
        after = int(event.id)
        console.receive(f"coupure {round_}")
    rest = streams(camille, f"conversation={talk}&after={after}").next("entries").data
    everything = "".join([*seen, rest])
    assert [everything.count(f'id="entry-{number}"') for number in range(3, 13)] == [1] * 10


def test_too_much_missed_asks_to_load_anew(console: Console, streams: Any, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    for number in range(210):
        console.receive(f"message {number}")
    assert streams(camille, f"conversation={talk}&after=2").next("gone").data == "reload"


def test_a_delivery_that_moves_is_shown_again(console: Console, streams: Any, camille: Staff) -> None:
    talk = console.receive("Bonjour").conversation_id
    console.say(talk, "Bienvenue")
    stream = streams(camille, f"conversation={talk}&after=2")
    assert "En attente d'envoi" in text_of(stream.next("messages").data)
    [claimed] = console.store.write_now(claim_deliveries, worker="test", limit=5)
    console.store.write_now(record_sent, delivery_id=claimed.id, provider_id="x", state="delivered")
    moved = stream.next("messages").data
    while "Reçu" not in moved:
        moved = stream.next("messages").data
    assert 'id="entry-2"' in moved


def test_the_surroundings_are_asked_for_anew_when_they_change(
    console: Console, streams: Any, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting("Bonjour")
    case_id = console.file_case(talk)
    stream = streams(camille, f"conversation={talk}&after=2")
    first = stream.next("parts").data
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    second = stream.next("parts").data
    console.store.write_now(change_state, case_id=case_id, state="open", actor=actor(driss))
    third = stream.next("parts").data
    assert len({first, second, third}) == 3


def test_the_list_is_told_of_changes_at_most_once_a_second(console: Console, streams: Any, camille: Staff) -> None:
    stream = streams(camille, "view=queue")
    stream.next("list")
    started = time.monotonic()
    for number in range(30):
        console.waiting(sender=f"+336399801{number:02d}")
    stream.next("list")
    assert time.monotonic() - started > 0.5


def test_colleagues_see_each_other_look_and_write(console: Console, streams: Any, camille: Staff, driss: Staff) -> None:
    talk = console.waiting("Bonjour")
    stream = streams(camille, f"conversation={talk}&after=2")
    assert "Driss" not in stream.next("viewers").data

    def appear(typing: bool) -> None:
        viewer = Viewer(str(driss.id), driss.name, typing)
        asyncio.run(console.presence.seen(str(talk), viewer))
        console.bus.publish([("presence", {"id": str(talk)})])

    appear(typing=False)
    assert "Driss Benali regarde aussi" in text_of(stream.next("viewers").data)
    appear(typing=True)
    assert "Driss Benali écrit une réponse" in text_of(stream.next("viewers").data)


def test_a_browser_that_vanishes_is_noticed_at_the_next_beat(
    console: Console, streams: Any, camille: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_console.screens.live.BEAT", 0.2)
    talk = console.waiting("Bonjour")
    stream = streams(camille, f"conversation={talk}&after=2")
    stream.next("beat")
    asyncio.run(console.presence.seen(str(talk), Viewer(str(camille.id), camille.name, False)))
    stream.close()
    end = time.monotonic() + SOON
    while asyncio.run(console.presence.viewers(str(talk))) and time.monotonic() < end:
        time.sleep(0.05)
    assert asyncio.run(console.presence.viewers(str(talk))) == []


def test_a_conversation_that_leaves_the_scope_is_gone(
    console: Console, streams: Any, camille: Staff, soraya: Staff
) -> None:
    talk = console.waiting("Bonjour", team="voirie")
    stream = streams(camille, f"conversation={talk}&after=2")
    stream.next("beat")
    console.store.write_now(
        reassign, scope=EVERYTHING, conversation_id=talk, actor=actor(soraya), team_code="etat_civil"
    )
    assert stream.next("gone").data == "out-of-scope"
    assert stream.ended()


def test_the_stream_ends_with_the_session(
    console: Console, streams: Any, camille: Staff, monkeypatch: pytest.MonkeyPatch, moving_clock: MovingClock
) -> None:
    monkeypatch.setattr("agent_console.screens.live.BEAT", 0.2)
    stream = streams(camille, "view=queue")
    stream.next("beat")
    moving_clock.pass_by(hours=13)
    assert stream.next("gone").data == "signed-out"
    assert stream.ended()


def test_a_stop_of_the_server_ends_streams_at_once(console: Console, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    token = console.store.write_now(open_session, staff_id=camille.id, user_agent="test")
    with served(console) as base:
        stream = Stream(base, token, f"conversation={talk}&after=2")
        stream.next("beat")
        started = time.monotonic()
    assert time.monotonic() - started < 2.5
    assert stream.ended()
    stream.close()


def test_the_page_tells_who_looks_who_writes_and_who_leaves(console: Console, visit: Any, camille: Staff) -> None:
    talk, browser = console.waiting("Bonjour"), visit(camille)

    def told(typing: str) -> list[tuple[str, bool]]:
        assert browser.act(f"/console/conversations/{talk}/presence", typing=typing).status_code == 204
        return [(viewer.name, viewer.typing) for viewer in asyncio.run(console.presence.viewers(str(talk)))]

    assert told("no") == [("Camille Roux", False)]
    assert told("yes") == [("Camille Roux", True)]
    assert told("gone") == []
