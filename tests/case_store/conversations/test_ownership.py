"""Ownership is a lease the store enforces: bot, queue or one agent."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bot.contract import Decision
from case_store.actors import Actor
from case_store.conversations import ownership
from case_store.conversations.lists import find_conversations
from case_store.errors import HeldByAnother, NotFound, NotHeld, OptedOut, TransitionRefused, UnseenMessages
from case_store.work.turns import claim_turns
from tests.case_store.deciding import apply, kinds, queue, start_turn
from tests.case_store.world import World, outgoing
from tests.support.scopes import EVERYTHING


class TestTakingOver:
    def test_the_agent_holds_it_and_history_says_so(self, world: World, talk: UUID, claire: Actor) -> None:
        before = world.conversation(talk).version
        world.take_over(talk, claire)
        conversation = world.conversation(talk)
        assert (conversation.held_by, conversation.agent_id) == ("agent", claire.id)
        assert conversation.version == before + 1
        assert kinds(world, talk) == ["taken_over"]

    async def test_of_two_agents_one_wins_and_the_other_is_told_who(
        self, world: World, talk: UUID, claire: Actor, david: Actor
    ) -> None:
        for _ in range(5):
            results = await asyncio.gather(
                *(
                    world.store.write(ownership.take_over, scope=EVERYTHING, conversation_id=talk, actor=actor)
                    for actor in (claire, david)
                ),
                return_exceptions=True,
            )
            [refused] = [result for result in results if isinstance(result, HeldByAnother)]
            winner = world.conversation(talk).agent_id
            assert refused.holder == ("Claire" if winner == claire.id else "David")
            agent = claire if winner == claire.id else david
            world.write(
                ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=agent, briefing="", resume=False
            )

    def test_taking_what_one_holds_changes_nothing(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        version = world.conversation(talk).version
        world.take_over(talk, claire)
        assert world.conversation(talk).version == version

    def test_an_unknown_conversation_is_not_found(self, world: World, claire: Actor) -> None:
        with pytest.raises(NotFound):
            world.take_over(uuid4(), claire)


class TestHolding:
    def test_an_agents_reply_is_a_message_and_a_delivery_like_any_other(
        self, world: World, talk: UUID, claire: Actor
    ) -> None:
        world.take_over(talk, claire)
        world.write(
            ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("Je regarde")
        )
        [delivery] = world.deliveries(talk)
        assert (delivery.text, delivery.state, delivery.by_bot) == ("Je regarde", "queued", False)
        conversation = world.conversation(talk)
        assert (conversation.unread, conversation.waiting_since, conversation.last_message_author) == (0, None, "agent")

    def test_only_the_holder_replies(self, world: World, talk: UUID, claire: Actor, david: Actor) -> None:
        with pytest.raises(NotHeld):
            world.write(ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("a"))
        world.take_over(talk, claire)
        with pytest.raises(NotHeld):
            world.write(ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=david, outgoing=outgoing("a"))

    def test_sending_over_unseen_messages_asks_first(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        seen = world.conversation(talk).seq
        world.receive("attendez")
        facts = {"conversation_id": talk, "actor": claire, "outgoing": outgoing("Je regarde")}
        with pytest.raises(UnseenMessages):
            world.write(ownership.reply, scope=EVERYTHING, **facts, seen_seq=seen)
        world.write(ownership.reply, scope=EVERYTHING, **facts, seen_seq=world.conversation(talk).seq)

    def test_nothing_is_written_to_who_said_stop(self, world: World, talk: UUID, claire: Actor) -> None:
        from case_store.residents import ledger

        contact = world.conversation(talk).contact_point_id
        world.write(ledger.opt_out, contact_point_id=contact, actor=claire)
        world.take_over(talk, claire)
        with pytest.raises(OptedOut):
            world.write(ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("a"))
        assert world.deliveries(talk) == []

    def test_handing_back_tells_the_bot_and_makes_it_speak(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        world.finish_turn(talk)
        world.write(
            ownership.hand_back,
            scope=EVERYTHING,
            conversation_id=talk,
            actor=claire,
            briefing="veut un acte de naissance",
            resume=False,
        )
        snapshot = start_turn(world, talk)[1]
        assert snapshot.held_by == "bot"
        assert snapshot.briefing == {"text": "veut un acte de naissance", "resume": False}
        assert kinds(world, talk) == ["taken_over", "handed_back"]

    def test_only_the_holder_hands_back(self, world: World, talk: UUID, claire: Actor) -> None:
        with pytest.raises(NotHeld):
            world.write(
                ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=claire, briefing="", resume=True
            )

    def test_a_briefing_is_given_once(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        world.write(
            ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=claire, briefing="x", resume=False
        )
        apply(world, start_turn(world, talk), Decision({}))
        assert world.conversation(talk).briefing is None


class TestSnoozing:
    @pytest.fixture
    def snoozed(self, world: World, talk: UUID, claire: Actor) -> UUID:
        world.take_over(talk, claire)
        until = world.clock.now() + timedelta(hours=2)
        world.write(ownership.snooze, scope=EVERYTHING, conversation_id=talk, actor=claire, until=until)
        return talk

    def test_it_is_out_of_sight(self, world: World, snoozed: UUID) -> None:
        assert world.conversation(snoozed).state == "snoozed"
        assert world.read(find_conversations, scope=EVERYTHING, view="open").lines == ()

    def test_it_wakes_when_its_time_has_come(self, world: World, snoozed: UUID) -> None:
        assert world.write(ownership.wake_due) == 0
        world.clock.forward(hours=2)
        assert world.write(ownership.wake_due) == 1
        assert world.write(ownership.wake_due) == 0
        conversation = world.conversation(snoozed)
        assert (conversation.state, conversation.snoozed_until) == ("open", None)
        assert conversation.waiting_since == world.clock.now()
        assert kinds(world, snoozed)[-1] == "woken"

    def test_who_waited_before_it_was_snoozed_has_waited_since_then(
        self, world: World, talk: UUID, claire: Actor
    ) -> None:
        queue(world, talk)
        since = world.conversation(talk).waiting_since
        assert since is not None
        world.clock.forward(minutes=20)
        world.take_over(talk, claire)
        until = world.clock.now() + timedelta(hours=2)
        world.write(ownership.snooze, scope=EVERYTHING, conversation_id=talk, actor=claire, until=until)
        world.clock.forward(hours=2)
        assert world.write(ownership.wake_due) == 1
        assert world.conversation(talk).waiting_since == since

    async def test_two_processes_wake_it_once(self, world: World, snoozed: UUID) -> None:
        world.clock.forward(hours=2)
        woken = await asyncio.gather(*(world.store.write(ownership.wake_due) for _ in range(4)))
        assert sum(woken) == 1
        assert kinds(world, snoozed).count("woken") == 1

    def test_it_wakes_when_the_resident_writes(self, world: World, snoozed: UUID) -> None:
        world.receive("toujours là ?")
        conversation = world.conversation(snoozed)
        assert (conversation.state, conversation.held_by) == ("open", "agent")

    def test_it_wakes_when_its_agent_says_so(self, world: World, snoozed: UUID, claire: Actor) -> None:
        world.write(ownership.wake, scope=EVERYTHING, conversation_id=snoozed, actor=claire)
        assert world.conversation(snoozed).state == "open"


class TestResolving:
    def test_it_is_the_bots_again_and_out_of_every_view_of_work(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        world.write(ownership.resolve, scope=EVERYTHING, conversation_id=talk, actor=claire)
        conversation = world.conversation(talk)
        assert (conversation.state, conversation.held_by, conversation.unread) == ("resolved", "bot", 0)
        assert len(world.read(find_conversations, scope=EVERYTHING, view="resolved").lines) == 1

    def test_a_new_message_opens_it_again_for_the_bot(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        world.finish_turn(talk)
        world.write(ownership.resolve, scope=EVERYTHING, conversation_id=talk, actor=claire)
        world.receive("encore moi")
        conversation = world.conversation(talk)
        assert (conversation.state, conversation.held_by, conversation.waiting_since) == ("open", "bot", None)
        assert start_turn(world, talk)[1].is_new

    def test_its_agent_takes_the_end_back_and_the_wait_goes_on(self, world: World, talk: UUID, claire: Actor) -> None:
        queue(world, talk)
        since = world.conversation(talk).waiting_since
        world.take_over(talk, claire)
        world.write(ownership.resolve, scope=EVERYTHING, conversation_id=talk, actor=claire)
        world.clock.forward(minutes=1)
        world.write(ownership.reopen, scope=EVERYTHING, conversation_id=talk, actor=claire)
        conversation = world.conversation(talk)
        assert (conversation.state, conversation.agent_id, conversation.waiting_since) == ("open", claire.id, since)
        assert kinds(world, talk)[-1] == "conversation_reopened"

    def test_nobody_takes_back_what_has_gone_on(self, world: World, talk: UUID, claire: Actor, david: Actor) -> None:
        world.take_over(talk, claire)
        world.write(ownership.resolve, scope=EVERYTHING, conversation_id=talk, actor=claire)
        with pytest.raises(TransitionRefused):
            world.write(ownership.reopen, scope=EVERYTHING, conversation_id=talk, actor=david)
        world.receive("encore moi")
        with pytest.raises(TransitionRefused):
            world.write(ownership.reopen, scope=EVERYTHING, conversation_id=talk, actor=claire)

    def test_a_silent_briefing_waits_for_the_resident_and_goes_with_the_next_take_over(
        self, world: World, talk: UUID, claire: Actor, david: Actor
    ) -> None:
        world.take_over(talk, claire)
        world.finish_turn(talk)
        facts = {"conversation_id": talk, "briefing": "déjà rappelé", "resume": True}
        world.write(ownership.hand_back, scope=EVERYTHING, actor=claire, silent=True, **facts)
        assert world.write(claim_turns, worker="w", limit=5) == []
        assert world.conversation(talk).briefing == {"text": "déjà rappelé", "resume": True, "silent": True}
        world.take_over(talk, david)
        assert world.conversation(talk).briefing is None


class TestQueueing:
    def test_who_waits_is_counted_from_the_first_message(self, world: World, talk: UUID) -> None:
        queue(world, talk)
        since = world.conversation(talk).waiting_since
        world.clock.forward(minutes=5)
        world.receive("allô ?")
        queue(world, talk, reason="anger", urgent=True)
        conversation = world.conversation(talk)
        assert (conversation.waiting_since, conversation.queue_reason, conversation.queue_urgent) == (
            since, "anger", True
        )  # fmt: skip

    def test_to_a_colleague(self, world: World, talk: UUID, claire: Actor, david: Actor) -> None:
        world.take_over(talk, claire)
        assert david.id
        world.write(ownership.reassign, scope=EVERYTHING, conversation_id=talk, actor=claire, staff_id=david.id)
        assert world.conversation(talk).agent_id == david.id
        with pytest.raises(NotHeld):
            world.write(ownership.reply, scope=EVERYTHING, conversation_id=talk, actor=claire, outgoing=outgoing("a"))

    def test_to_a_teams_queue(self, world: World, talk: UUID, claire: Actor) -> None:
        world.take_over(talk, claire)
        world.write(ownership.reassign, scope=EVERYTHING, conversation_id=talk, actor=claire, team_code="roads")
        conversation = world.conversation(talk)
        assert (conversation.held_by, conversation.agent_id, conversation.team_code) == ("queue", None, "roads")
        assert kinds(world, talk)[-1] == "reassigned"

    def test_to_nobody_known_is_refused(self, world: World, talk: UUID, claire: Actor) -> None:
        with pytest.raises(NotFound):
            world.write(ownership.reassign, scope=EVERYTHING, conversation_id=talk, actor=claire, staff_id=uuid4())
