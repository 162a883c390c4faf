"""Turns taken and applied without understanding anything, for the tests of what a decision does."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bot.apply import Applied, TurnToApply, apply_turn
from bot.contract import Decision
from case_store.actors import BOT
from case_store.conversations import ownership
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.saying import Part
from case_store.conversations.threads import ThreadEvent, find_entries
from case_store.work import snapshots, turns
from case_store.work.snapshots import TurnSnapshot
from case_store.work.turns import ClaimedTurn
from channels.contract import Choice
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING


def present(kind: str, text: str, choices: Sequence[Choice], language: str) -> tuple[Part, ...]:
    return (Part(text, tuple((choice.label, choice.value) for choice in choices)),)


def start_turn(world: World, talk: UUID) -> tuple[ClaimedTurn, TurnSnapshot]:
    [claimed] = world.write(turns.claim_turns, worker="w1", limit=1)
    return claimed, world.read(snapshots.load_turn, conversation_id=talk)


def apply(world: World, started: tuple[ClaimedTurn, TurnSnapshot], decision: Decision) -> Applied:
    claimed, snapshot = started
    turn = TurnToApply(snapshot, decision, claimed.gen, {"facts": []}, "MTL", present)
    return world.write(apply_turn, turn=turn)


def kinds(world: World, talk: UUID) -> list[str]:
    """What happened to a conversation, in order."""
    entries = world.read(find_entries, scope=EVERYTHING, conversation_id=talk)
    return [entry.event.kind for entry in entries if isinstance(entry, ThreadEvent)]


def queue(world: World, talk: UUID, **facts: Any) -> None:
    """The assistant hands a conversation to the town's people."""

    def command(session: Any) -> None:
        conversation = lock_conversation(session, conversation_id=talk)
        ownership.hand_off(
            session, conversation, actor=BOT, **{"reason": "requested", "summary": "veut parler", **facts}
        )
        save_conversation(session, conversation)

    world.write(command)
