"""The console's lists: every line once, in order, in one query a page; and only what the scope may see."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from case_store.actors import BOT, Actor
from case_store.conversations import deliveries, ownership
from case_store.conversations.by_agents import mark_seen
from case_store.conversations.filters import NO_FILTER, NOBODY, Filter
from case_store.conversations.lists import (
    VIEWS,
    ConversationLine,
    View,
    count_view,
    count_views,
    find_conversations,
    find_line,
    find_resident_conversations,
)
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.saying import Outgoing, Part
from case_store.oversight.figures import get_figures
from case_store.staff.scope import Scope
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


def queue(world: World, talk: UUID, *, urgent: bool = False, team: str | None = None) -> None:
    def command(session: object) -> None:
        conversation = lock_conversation(session, conversation_id=talk)  # type: ignore[arg-type]
        ownership.hand_off(
            session, conversation, actor=BOT, reason="requested", summary="", team_code=team, urgent=urgent  # type: ignore[arg-type]
        )  # fmt: skip
        save_conversation(session, conversation)  # type: ignore[arg-type]

    world.write(command)


def someone(world: World, number: int) -> UUID:
    return world.receive(f"m{number}", address=f"+3363998{number:04d}").conversation_id


def read_all(
    world: World, view: View, scope: Scope = EVERYTHING, limit: int = 3, only: Filter = NO_FILTER
) -> list[ConversationLine]:
    lines: list[ConversationLine] = []
    cursor = None
    while True:
        page = world.read(find_conversations, scope=scope, view=view, after=cursor, limit=limit, only=only)
        lines += page.lines
        if page.next is None:
            return lines
        assert len(page.lines) == limit
        cursor = page.next


@pytest.fixture
def claire(world: World) -> Actor:
    return world.agent("Claire", teams=["roads"])


def populate(world: World, agent: Actor) -> dict[str, set[UUID]]:
    """Eight conversations for each view, some of them of the same moment."""
    expected: dict[str, set[UUID]] = {view: set() for view in VIEWS}
    number = 0
    for view in VIEWS:
        for turn in range(8):
            number += 1
            if turn % 3:
                world.clock.forward(seconds=1)
            talk = someone(world, number)
            _move(world, view, talk, agent, urgent=turn % 2 == 0)
            expected[view].add(talk)
    expected["bot"] |= expected["open"] | expected["failed"]
    expected["open"] = expected["open"] | expected["queue"] | expected["mine"] | expected["bot"]
    return expected


def _move(world: World, view: str, talk: UUID, agent: Actor, *, urgent: bool) -> None:
    if view == "queue":
        queue(world, talk, urgent=urgent)
    elif view == "failed":
        [delivery_id] = world.say(talk, "un")
        world.write(deliveries.record_failure, delivery_id=delivery_id, code="x", detail="", advice="")
    elif view in {"mine", "snoozed", "resolved"}:
        world.take_over(talk, agent)
        if view == "snoozed":
            until = world.clock.now() + timedelta(days=1)
            world.write(ownership.snooze, scope=EVERYTHING, conversation_id=talk, actor=agent, until=until)
        if view == "resolved":
            world.write(ownership.resolve, scope=EVERYTHING, conversation_id=talk, actor=agent)


def test_paging_shows_every_conversation_of_every_view_once_and_in_order(world: World, claire: Actor) -> None:
    expected = populate(world, claire)
    assert claire.id
    for view in VIEWS:
        lines = read_all(world, view, Scope(claire.id, None))
        assert len(lines) == len({line.id for line in lines}), view
        assert {line.id for line in lines} == expected[view], view
        if view not in ("queue", "mine"):
            keys = [(line.last_message_at, line.id) for line in lines]
            assert keys == sorted(keys, reverse=True), view


def test_a_filtered_and_sorted_list_shows_every_conversation_once_and_in_order(world: World, claire: Actor) -> None:
    assert claire.id
    for number in range(24):
        world.clock.forward(seconds=number % 3)
        talk = someone(world, number)
        if number % 2:
            queue(world, talk, team="roads" if number % 4 == 1 else None)
        if number % 8 == 1:
            world.take_over(talk, claire)
    waits = read_all(world, "open", only=Filter(sort="wait"))
    assert [(line.waiting_since, line.id) for line in waits] == sorted(
        (line.waiting_since or line.last_message_at, line.id) for line in waits
    )
    assert len(waits) == len({line.id for line in waits}) == 12
    oldest = read_all(world, "open", only=Filter(sort="oldest"))
    assert [line.id for line in oldest] == [line.id for line in reversed(read_all(world, "open"))]
    assert {line.team_code for line in read_all(world, "open", only=Filter(team="roads"))} == {"roads"}
    assert len(read_all(world, "open", only=Filter(team=NOBODY))) == 18
    assert {line.agent_id for line in read_all(world, "open", only=Filter(agent=claire.id))} == {claire.id}
    assert {line.held_by for line in read_all(world, "open", only=Filter(agent=NOBODY))} == {"queue"}
    assert read_all(world, "open", only=Filter(channel_kind="voice")) == []
    assert world.read(count_view, scope=EVERYTHING, view="open", only=Filter(team="roads")) == 6
    world.clock.forward(hours=1)
    someone(world, 99)
    queue(world, someone(world, 98))
    hour_ago = Filter(waiting_before=world.clock.now() - timedelta(minutes=30))
    assert len(read_all(world, "open", only=hour_ago)) == 12


def test_a_filter_shows_nothing_outside_the_scope(world: World, claire: Actor) -> None:
    assert claire.id
    queue(world, someone(world, 1), team="parks")
    roads = Scope(claire.id, frozenset({"roads"}))
    assert read_all(world, "open", roads, only=Filter(team="parks", sort="wait")) == []
    assert world.read(count_view, scope=roads, view="open", only=Filter(team="parks")) == 0


def test_what_a_view_cannot_be_asked_for_is_left_aside(world: World) -> None:
    talk = someone(world, 1)
    assert [line.id for line in read_all(world, "bot", only=Filter(agent=NOBODY, sort="wait"))] == [talk]


def test_the_queue_shows_the_urgent_first_and_then_who_has_waited_longest(world: World, claire: Actor) -> None:
    populate(world, claire)
    keys = [(not line.queue_urgent, line.waiting_since, line.id) for line in read_all(world, "queue")]
    assert keys == sorted(keys)


def test_ones_own_show_who_waits_for_an_answer_first_and_then_the_latest(world: World, claire: Actor) -> None:
    for number in range(12):
        world.clock.forward(seconds=number % 3)
        talk = someone(world, number)
        world.take_over(talk, claire)
        if number % 2:
            someone(world, number)
    own = Scope(claire.id or uuid4(), None)
    lines = read_all(world, "mine", own, limit=4)
    waits = [(line.waiting_since, line.id) for line in lines[:6] if line.waiting_since]
    rest = [(line.last_message_at, line.id) for line in lines[6:]]
    assert waits == sorted(waits)
    assert len(waits) == 6
    assert rest == sorted(sorted(rest, key=lambda key: key[1]), key=lambda key: key[0], reverse=True)
    assert [line.waiting_since for line in lines[6:]] == [None] * 6
    counts = world.read(count_views, scope=own)
    assert (counts["mine"], counts["due"]) == (12, 6)


def test_ones_own_urgent_ones_come_before_who_has_waited_longer(world: World, claire: Actor) -> None:
    talks = [someone(world, number) for number in range(9)]
    for number, talk in enumerate(talks):
        world.clock.forward(seconds=1)
        queue(world, talk, urgent=number in {3, 5, 7, 8})
        world.take_over(talk, claire)
    answer = Outgoing("Bonjour", (Part("Bonjour"),))
    world.write(ownership.reply, scope=EVERYTHING, conversation_id=talks[8], actor=claire, outgoing=answer)
    for limit in (1, 2, 4):
        lines = read_all(world, "mine", Scope(claire.id or uuid4(), None), limit=limit)
        assert [talks.index(line.id) for line in lines] == [3, 5, 7, 0, 1, 2, 4, 6, 8]


def test_what_was_added_to_a_case_counts_until_somebody_has_read_it(world: World) -> None:
    talk = someone(world, 1)
    assert world.read(count_views, scope=EVERYTHING)["bot"] == 0
    world.execute("UPDATE conversation SET unread_addition_at = last_message_at")
    assert world.read(count_views, scope=EVERYTHING)["bot"] == 1
    world.write(mark_seen, conversation_id=talk, scope=EVERYTHING)
    assert world.read(count_views, scope=EVERYTHING)["bot"] == 0
    someone(world, 1)
    assert world.read(count_views, scope=EVERYTHING)["bot"] == 0


def test_a_conversation_that_moves_up_while_one_reads_hides_no_other(world: World) -> None:
    talks = []
    for number in range(9):
        world.clock.forward(seconds=1)
        talks.append(someone(world, number))
    first = world.read(find_conversations, scope=EVERYTHING, view="open", limit=3)
    world.clock.forward(seconds=1)
    someone(world, 0)
    shown = {line.id for line in first.lines}
    cursor = first.next
    while cursor:
        page = world.read(find_conversations, scope=EVERYTHING, view="open", after=cursor, limit=3)
        shown |= {line.id for line in page.lines}
        cursor = page.next
    assert shown >= set(talks[1:])


def test_a_page_is_one_query_and_the_screen_seven(world: World, claire: Actor) -> None:
    from agent_console.showing.reading import read_list

    populate(world, claire)
    for view in VIEWS:
        assert len(world.queries(find_conversations, scope=EVERYTHING, view=view)) == 1
    # One counts the view, one tells whom it can be filtered by.
    assert len(world.queries(read_list, scope=EVERYTHING, view="open", after=None, limit=30)) == 7


def test_a_line_tells_everything_the_list_shows(world: World, claire: Actor) -> None:
    talk = someone(world, 1)
    world.take_over(talk, claire)
    [line] = read_all(world, "open")
    assert (line.contact_kind, line.contact_address, line.agent_name, line.unread, line.last_message_text) == (
        "phone", "+33639980001", "Claire", 1, "m1"
    )  # fmt: skip


class TestScope:
    @pytest.fixture
    def talks(self, world: World) -> dict[str | None, UUID]:
        found: dict[str | None, UUID] = {}
        for number, team in enumerate(["roads", "civil", None]):
            found[team] = someone(world, number)
            queue(world, found[team], team=team)
        return found

    def test_an_agent_sees_their_teams_and_what_is_nobodys(
        self, world: World, claire: Actor, talks: dict[str | None, UUID]
    ) -> None:
        assert claire.id
        scope = Scope(claire.id, frozenset({"roads"}))
        assert {line.id for line in read_all(world, "queue", scope)} == {talks["roads"], talks[None]}
        assert world.read(count_views, scope=scope)["queue"] == 2
        assert world.read(find_line, scope=scope, conversation_id=talks["civil"]) is None

    def test_and_what_they_hold(self, world: World, claire: Actor, talks: dict[str | None, UUID]) -> None:
        assert claire.id
        world.take_over(talks["civil"], claire)
        scope = Scope(claire.id, frozenset({"roads"}))
        assert [line.id for line in read_all(world, "mine", scope)] == [talks["civil"]]
        assert world.read(find_line, scope=scope, conversation_id=talks["civil"]) is not None

    def test_who_has_no_team_sees_what_is_nobodys(self, world: World, talks: dict[str | None, UUID]) -> None:
        assert [line.id for line in read_all(world, "queue", Scope(uuid4(), frozenset()))] == [talks[None]]

    def test_a_supervisor_sees_all(self, world: World, talks: dict[str | None, UUID]) -> None:
        assert len(read_all(world, "queue")) == 3


def test_counting_stops_at_the_cap(world: World) -> None:
    for number in range(7):
        queue(world, someone(world, number))
    assert world.read(count_views, scope=EVERYTHING, cap=5) == {
        "queue": 5,
        "mine": 0,
        "due": 0,
        "failed": 0,
        "bot": 0,
        "urgent": 0,
    }


def test_a_residents_conversations_on_all_channels(world: World) -> None:
    one = world.receive(channel_id="sms").conversation_id
    world.clock.forward(seconds=1)
    two = world.receive(channel_id="sms2").conversation_id
    resident = world.conversation(one).resident_id
    assert [line.id for line in world.read(find_resident_conversations, scope=EVERYTHING, resident_id=resident)] == [
        two,
        one,
    ]


def test_the_stores_own_figures(world: World) -> None:
    empty = world.read(get_figures)
    assert (empty.turns_due, empty.deliveries_open, empty.oldest_due_seconds) == (0, 0, 0.0)
    talk = someone(world, 1)
    world.say(talk, "un", "deux")
    [failed] = world.say(talk, "trois")
    world.write(deliveries.record_failure, delivery_id=failed, code="x", detail="", advice="")
    queue(world, talk)
    world.execute("UPDATE turn_due SET due_at = due_at - 50, error = 'x'")
    figures = world.read(get_figures)
    assert (figures.turns_due, figures.turns_failing, figures.deliveries_open, figures.deliveries_failed) == (
        1,
        1,
        2,
        1,
    )
    assert figures.conversations_waiting == 1
    assert figures.oldest_due_seconds == pytest.approx(50, abs=5)
