"""Turns taken and applied without understanding anything, for the tests of what a decision does."""

from collections.abc import Sequence
from uuid import UUID

from bot.apply import Applied, TurnToApply, apply_turn
from bot.contract import Decision
from case_store.conversations.saying import Part
from case_store.work import snapshots, turns
from case_store.work.snapshots import TurnSnapshot
from case_store.work.turns import ClaimedTurn
from channels.contract import Choice
from tests.case_store.world import World


def present(kind: str, text: str, choices: Sequence[Choice], language: str) -> tuple[Part, ...]:
    return (Part(text, tuple((choice.label, choice.value) for choice in choices)),)


def start_turn(world: World, talk: UUID) -> tuple[ClaimedTurn, TurnSnapshot]:
    [claimed] = world.write(turns.claim_turns, worker="w1", limit=1)
    return claimed, world.read(snapshots.load_turn, conversation_id=talk)


def apply(world: World, started: tuple[ClaimedTurn, TurnSnapshot], decision: Decision) -> Applied:
    claimed, snapshot = started
    turn = TurnToApply(snapshot, decision, claimed.gen, {"facts": []}, "MTL", present)
    return world.write(apply_turn, turn=turn)
