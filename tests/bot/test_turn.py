"""Applying a turn: who else is told, and what becomes of a turn that keeps failing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot import turn as turn_module
from bot.apply import Applied, TurnToApply, apply_turn
from bot.contract import REFERENCE_MARK, Decision, OpenCase, Reply, UpdateCase
from bot.turn import TurnEngine
from case_store import timeline
from case_store.cases import additions, finding, moving
from case_store.conversations import own_threads, ownership
from case_store.conversations.saying import Part
from case_store.oversight.figures import get_figures
from case_store.work import snapshots, turns
from channels.contract import Choice
from intents.contract import Prediction, Utterance
from services.town.loading import load_town
from tests.case_store.databases import migrated_database, migrated_file, store_url, world
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]

LAMP = OpenCase(
    service_code="report.street_light",
    service_version=1,
    kind="report",
    team_code="eclairage",
    title="Éclairage public en panne",
    fields={"location": "12|rue de Paris"},
    state="new",
    priority="normal",
    due_at=datetime(2026, 12, 3, 17, 0, tzinfo=UTC),
    language="fr",
    contact=("email", "camille@exemple.fr"),
)


def present(kind: str, text: str, choices: Sequence[Choice], language: str) -> tuple[Part, ...]:
    return (Part(text),)


def test_the_acknowledgement_also_goes_to_the_contact_given(world: World) -> None:
    received = world.receive("un lampadaire est éteint", channel_id="webchat", contact_kind="visitor", address="v1")
    [claimed] = world.write(turns.claim_turns, worker="w", limit=1)
    snapshot = world.read(snapshots.load_turn, conversation_id=received.conversation_id)
    told = Reply(
        f"Enregistré : {REFERENCE_MARK}. Répondez ici.",
        kind="acknowledgement",
        elsewhere=f"Enregistré : {REFERENCE_MARK}",
    )
    decision = Decision({}, (told,), (LAMP,))
    reach, subject = (lambda kind: ("email", "email")), f"Montlieu – {REFERENCE_MARK} : enregistré"
    turn = TurnToApply(snapshot, decision, claimed.gen, {}, "MTL", present, reach=reach, filed_subject=subject)
    world.write(apply_turn, turn=turn)
    mail = world.read(
        own_threads.find_conversation_of, contact_kind="email", address="camille@exemple.fr", channel_id="email"
    )
    assert mail is not None
    [delivery] = world.deliveries(mail.id)
    [case] = world.read(finding.find_conversation_cases, conversation_id=mail.id)
    assert delivery.text == f"Enregistré : {case.reference}"
    [here] = world.deliveries(received.conversation_id)
    assert here.text == f"Enregistré : {case.reference}. Répondez ici."
    assert delivery.subject == f"Montlieu – {case.reference} : enregistré"
    assert (delivery.address, delivery.protected) == ("camille@exemple.fr", False)
    followed = world.read(finding.find_case_conversations, case_id=case.id)
    assert set(followed) == {received.conversation_id, mail.id}


class Silent:
    """Understands nothing in particular."""

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        return [Prediction(utterance.text, "out_of_scope", 0.0, "fr") for utterance in utterances]


def silent_engine(world: World, city_dir: Path) -> TurnEngine:
    return TurnEngine(
        store=world.store,
        town=load_town(city_dir),
        interpreter=Silent(),
        clock=world.clock,
        present=present,
        reach=lambda kind: None,
        choice_style=lambda kind: "buttons",
        carries_letters=lambda channel: False,
        team_of=lambda channel: None,
    )


async def test_what_would_be_said_to_a_hand_back_is_what_is_said_and_writes_nothing(
    world: World, city_dir: Path
) -> None:
    engine, talk, claire = (
        silent_engine(world, city_dir),
        world.receive("bonjour").conversation_id,
        world.agent("Claire"),
    )
    world.take_over(talk, claire)
    world.finish_turn(talk)
    before = world.conversation(talk)
    shown = await engine.preview_hand_back(talk, briefing="", resume=True)
    after = world.conversation(talk)
    assert (after.version, after.seq, after.held_by, after.dialogue) == (
        before.version,
        before.seq,
        "agent",
        before.dialogue,
    )
    assert world.deliveries(talk) == []
    world.write(ownership.hand_back, scope=EVERYTHING, conversation_id=talk, actor=claire, briefing="", resume=True)
    claimed = world.write(turns.claim_turn, conversation_id=talk, worker="w")
    assert claimed is not None
    await engine.run(claimed)
    assert [delivery.text for delivery in world.deliveries(talk)] == [reply.text for reply in shown]


async def test_a_turn_that_keeps_failing_goes_to_a_person_with_an_apology(
    world: World, city_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**facts: Any) -> None:
        raise ArithmeticError("a mistake in a flow")

    monkeypatch.setattr(turn_module, "decide", broken)
    engine = silent_engine(world, city_dir)
    received = world.receive("bonjour")
    for attempt in range(1, 5):
        claimed = world.write(turns.claim_turn, conversation_id=received.conversation_id, worker="w")
        assert claimed is not None
        assert claimed.attempts == attempt
        await engine.run(claimed)
    conversation = world.conversation(received.conversation_id)
    assert (conversation.held_by, conversation.queue_reason) == ("queue", "failure")
    [apology] = world.deliveries(received.conversation_id)
    assert "Une personne de la mairie" in apology.text
    assert world.write(turns.claim_turn, conversation_id=received.conversation_id, worker="w") is None
    figures = world.read(get_figures)
    assert (figures.turns_failing, figures.turns_given_up) == (0, 1)
    world.clock.forward(hours=25)
    assert world.read(get_figures).turns_given_up == 0


def test_what_is_sent_after_filing_reaches_the_case_and_shows_the_agents_why(world: World) -> None:
    received = world.receive("un lampadaire est éteint", channel_id="webchat", contact_kind="visitor", address="v1")
    filed = _apply(world, received.conversation_id, Decision({"filed": {"reference": REFERENCE_MARK}}, effects=(LAMP,)))
    [case] = world.read(finding.find_conversation_cases, conversation_id=received.conversation_id)
    assert filed.reference == case.reference
    assert world.conversation(received.conversation_id).dialogue["filed"]["reference"] == case.reference

    world.receive("c'est au 14", channel_id="webchat", contact_kind="visitor", address="v1")
    update = UpdateCase(case.id, case.reference, "c'est au 14")
    applied = _apply(world, received.conversation_id, Decision({}, effects=(update,)))

    assert applied.events == [{"event": "case_updated", "reference": case.reference}]
    told = world.read(timeline.find_events, subject_id=case.id, visible_to="resident")
    assert told[-1].kind == "case_updated"
    assert _added(world, case.id) == ["c'est au 14"]
    conversation = world.conversation(received.conversation_id)
    assert (conversation.held_by, conversation.queue_reason, conversation.team_code) == ("bot", None, "eclairage")
    assert conversation.unread_addition_at == world.clock.now()


def _added(world: World, case_id: UUID) -> list[str]:
    found = world.read(additions.find_additions, scope=EVERYTHING, case_ids=[case_id])
    return [addition.text for addition in found[case_id]]


def _apply(world: World, conversation_id: UUID, decision: Decision) -> Applied:
    [claimed] = world.write(turns.claim_turns, worker="w", limit=1)
    snapshot = world.read(snapshots.load_turn, conversation_id=conversation_id)
    return world.write(apply_turn, turn=TurnToApply(snapshot, decision, claimed.gen, {}, "MTL", present))


def test_what_no_field_is_for_is_in_the_history_of_the_case(world: World) -> None:
    received = world.receive("un lampadaire est éteint", channel_id="webchat", contact_kind="visitor", address="v1")
    report = replace(LAMP, contact=None, remarks=("il clignote la nuit",))
    applied = _apply(world, received.conversation_id, Decision({}, effects=(report,)))
    [case] = world.read(finding.find_conversation_cases, conversation_id=received.conversation_id)
    assert _added(world, case.id) == ["il clignote la nuit"]
    assert [event["event"] for event in applied.events] == ["case_opened"]


def test_an_answer_to_what_the_town_wrote_is_one_once(world: World) -> None:
    talk = world.receive("du côté gauche").conversation_id
    world.execute("UPDATE conversation SET told_of = 'MTL-26-000FM5'")
    [claimed] = world.write(turns.claim_turns, worker="w", limit=1)
    snapshot = world.read(snapshots.load_turn, conversation_id=talk)
    assert snapshot.told_of == "MTL-26-000FM5"
    world.write(apply_turn, turn=TurnToApply(snapshot, Decision({}), claimed.gen, {}, "MTL", present))
    assert world.conversation(talk).told_of is None


def test_an_answer_to_the_town_opens_the_case_again_while_an_agent_holds_the_conversation(world: World) -> None:
    received = world.receive("un lampadaire est éteint", channel_id="webchat", contact_kind="visitor", address="v1")
    _apply(world, received.conversation_id, Decision({}, effects=(LAMP,)))
    [case] = world.read(finding.find_conversation_cases, conversation_id=received.conversation_id)
    claire = world.agent("Claire")
    world.take_over(received.conversation_id, claire)
    world.write(moving.change_state, case_id=case.id, state="awaiting_resident", actor=claire, reason="Quel numéro ?")
    world.receive("c'est au 14", channel_id="webchat", contact_kind="visitor", address="v1")
    update = UpdateCase(case.id, case.reference, "c'est au 14")
    applied = _apply(world, received.conversation_id, Decision({}, effects=(update,)))
    after = world.conversation(received.conversation_id)
    assert world.read(finding.get_case, case_id=case.id).state == "open"
    assert [event["event"] for event in applied.events] == ["case_updated"]
    assert (after.held_by, after.queue_reason) == ("agent", None)
    assert after.waiting_since is not None
