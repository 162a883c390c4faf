"""What a decided turn does to its conversation, and what becomes of one decided too late."""

import asyncio
from uuid import UUID

from bot.apply import TurnToApply, apply_turn
from bot.contract import Decision, EndQuiet, HandOff, KeepQuiet, LeaveQueue, Note, OptOut, Reply, SetLanguage
from case_store.actors import Actor
from case_store.conversations import ownership
from case_store.work import turns
from channels.contract import Choice
from tests.case_store.deciding import apply, kinds, present, start_turn
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


class TestLateDecisions:
    def test_a_decision_taken_before_the_takeover_is_discarded(self, world: World, talk: UUID, claire: Actor) -> None:
        started = start_turn(world, talk)
        world.take_over(talk, claire)
        applied = apply(world, started, Decision({"step": 2}, (Reply("Trop tard"),)))
        assert applied.stale
        assert world.deliveries(talk) == []
        assert world.conversation(talk).dialogue == {}

    def test_its_turn_is_taken_again_at_once(self, world: World, talk: UUID, claire: Actor) -> None:
        started = start_turn(world, talk)
        world.take_over(talk, claire)
        world.rung.clear()
        apply(world, started, Decision({}))
        assert ("turn", {}) in world.rung
        again = start_turn(world, talk)
        assert again[1].held_by == "agent"
        assert not apply(world, again, Decision({})).stale
        assert world.write(turns.claim_turns, worker="w1", limit=1) == []

    def test_two_workers_with_one_turn_answer_once(self, world: World, talk: UUID) -> None:
        started = start_turn(world, talk)
        first = apply(world, started, Decision({"step": 1}, (Reply("Bonjour"),)))
        second = apply(world, started, Decision({"step": 1}, (Reply("Bonjour"),)))
        assert (first.stale, second.stale) == (False, True)
        assert [delivery.text for delivery in world.deliveries(talk)] == ["Bonjour"]

    async def test_takeover_and_turn_at_once_never_both_speak(self, world: World, claire: Actor) -> None:
        for number in range(12):
            talk = world.receive(address=f"+3363998{number:04d}").conversation_id
            claimed, snapshot = start_turn(world, talk)
            turn = TurnToApply(snapshot, Decision({}, (Reply("Bonjour"),)), claimed.gen, {}, "MTL", present)
            applied, _ = await asyncio.gather(
                world.store.write(apply_turn, turn=turn),
                world.store.write(ownership.take_over, scope=EVERYTHING, conversation_id=talk, actor=claire),
            )
            states = [delivery.state for delivery in world.deliveries(talk)]
            assert states == ([] if applied.stale else ["cancelled"])
            world.finish_turn(talk)

    def test_a_message_that_arrives_while_deciding_spoils_nothing(self, world: World, talk: UUID) -> None:
        started = start_turn(world, talk)
        world.receive("encore")
        assert not apply(world, started, Decision({}, (Reply("Bonjour"),))).stale
        [message] = start_turn(world, talk)[1].messages
        assert message.text == "encore"

    def test_replies_keep_their_order_words_and_choices(self, world: World, talk: UUID) -> None:
        replies = (Reply("un"), Reply("deux", (Choice("Oui", "oui"),), "question"), Reply("trois", (), "emergency"))
        apply(world, start_turn(world, talk), Decision({"a": 1}, replies))
        sent = world.deliveries(talk)
        assert [(each.text, each.protected) for each in sent] == [("un", False), ("deux", False), ("trois", True)]
        assert sent[1].choices == [["Oui", "oui"]]
        assert world.conversation(talk).dialogue == {"a": 1}

    def test_stop_lets_the_confirmation_leave_and_nothing_else(self, world: World, talk: UUID) -> None:
        world.say(talk, "déjà prêt")
        decision = Decision({}, (Reply("Au revoir", (), "opt_out"), Reply("Encore ?")), (OptOut(),))
        applied = apply(world, start_turn(world, talk), decision)
        assert [(each.text, each.state) for each in world.deliveries(talk)] == [
            ("déjà prêt", "cancelled"), ("Au revoir", "queued"), ("Encore ?", "cancelled")
        ]  # fmt: skip
        assert applied.events == [{"event": "opted_out"}]

    def test_a_language_once_chosen_stays(self, world: World, talk: UUID) -> None:
        apply(world, start_turn(world, talk), Decision({}, (), (SetLanguage("en"),)))
        conversation = world.conversation(talk)
        assert (conversation.language, conversation.language_fixed) == ("en", True)

    def test_a_hand_off_by_the_bot_enters_the_queue_with_its_reason(self, world: World, talk: UUID) -> None:
        effect = HandOff("distress", "pleure", team_code="social", urgent=True)
        apply(world, start_turn(world, talk), Decision({}, (Reply("On arrive"),), (effect,)))
        conversation = world.conversation(talk)
        assert (conversation.held_by, conversation.queue_reason, conversation.team_code, conversation.queue_urgent) == (
            "queue", "distress", "social", True
        )  # fmt: skip
        assert conversation.waiting_since == world.clock.now()


class TestTheQueueMeanwhile:
    """The resident goes back to the assistant, or is answered while the place is kept."""

    def test_who_goes_back_waits_no_more_and_history_says_so(self, world: World, talk: UUID) -> None:
        apply(world, start_turn(world, talk), Decision({}, effects=(HandOff("requested", "un trou"),)))
        world.receive("revenir à l'assistant")
        applied = apply(world, start_turn(world, talk), Decision({}, (Reply("Je reprends."),), (LeaveQueue(),)))
        kept = world.conversation(talk)
        assert (kept.held_by, kept.waiting_since, kept.queue_reason, kept.queue_urgent) == ("bot", None, None, False)
        assert {"event": "queue_left"} in applied.events
        assert "queue_left" in kinds(world, talk)

    def test_an_answer_meanwhile_keeps_the_place(self, world: World, talk: UUID) -> None:
        apply(world, start_turn(world, talk), Decision({}, effects=(HandOff("requested", "un trou"),)))
        before = world.conversation(talk)
        world.clock.forward(minutes=5)
        world.receive("horaires de la mairie")
        meanwhile = Decision({}, (Reply("La mairie ouvre à 8 h 30."),), (Note("answered_meanwhile"),))
        apply(world, start_turn(world, talk), meanwhile)
        kept = world.conversation(talk)
        assert (kept.held_by, kept.waiting_since, kept.queue_summary) == ("queue", before.waiting_since, "un trou")
        assert world.deliveries(talk)[-1].state == "queued"
        assert "answered_meanwhile" in kinds(world, talk)

    def test_who_was_taken_over_meanwhile_stays_with_the_agent(self, world: World, talk: UUID) -> None:
        apply(world, start_turn(world, talk), Decision({}, effects=(HandOff("requested", "un trou"),)))
        world.receive("revenir à l'assistant")
        started = start_turn(world, talk)
        world.take_over(talk, world.agent())
        assert apply(world, started, Decision({}, (Reply("Je reprends."),), (LeaveQueue(),))).stale
        assert world.conversation(talk).held_by == "agent"


class TestQuiet:
    """An automatic answerer is suspected: agents see why nothing is answered."""

    def test_the_line_says_why_until_something_else_is_said(self, world: World, talk: UUID) -> None:
        apply(world, start_turn(world, talk), Decision({}, effects=(KeepQuiet(),)))
        quiet = world.conversation(talk)
        assert (quiet.held_by, quiet.queue_reason) == ("bot", "autoreply")
        world.receive("il y a un trou")
        apply(world, start_turn(world, talk), Decision({}, (Reply("Où est-ce ?"),), (EndQuiet(),)))
        assert world.conversation(talk).queue_reason is None
        assert [kind for kind in kinds(world, talk) if kind.startswith("autoreply")] == [
            "autoreply_suspected",
            "autoreply_ended",
        ]
