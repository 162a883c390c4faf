"""Runs steps 2 to 4 for one conversation: understand, decide, apply.

`decide` is handed in and pure; what it needs to know is looked up between its calls, three times at most.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from bot.apply import Applied, Present, Reach, TurnToApply, apply_turn
from bot.contract import (
    REFERENCE_MARK,
    Briefing,
    ConversationView,
    Decision,
    HandOff,
    IncomingMessage,
    Reply,
)
from bot.decide import decide
from bot.facts import FactFinder
from bot.queries import Facts, Need, Query
from bot.replay.recording import record_of
from bot.thinking import think
from bot.understand import in_parts, incoming, understand
from bot.waiting import Share, Sharing
from case_store.engine.database import Store
from case_store.work.snapshots import TurnSnapshot, WaitingMessage, load_turn
from case_store.work.turns import GIVEN_UP, ClaimedTurn, postpone_turn
from channels.contract import ChoiceStyle
from intents.contract import Interpreter, Prediction
from kit.clock import Clock
from services.town.loading import Town

log = structlog.get_logger(__name__)

_ROUNDS = 3
_PATIENCE = 4
"""Failures of one turn before a person gets the conversation."""


class UnansweredNeed(RuntimeError):
    """`decide` asked for facts more often than it may."""


@dataclass(frozen=True, slots=True)
class TurnEngine:
    """Everything a turn works with, put together by the composition root."""

    store: Store
    town: Town
    interpreter: Interpreter
    clock: Clock
    present: Present
    reach: Reach
    choice_style: Callable[[str], ChoiceStyle]
    carries_letters: Callable[[str], bool]
    team_of: Callable[[str], str | None]
    sharing: Sharing = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sharing", Sharing(self.town.lexicon))

    async def run(
        self, claimed: ClaimedTurn, *, lane: str = "worker", worker: str | None = None
    ) -> tuple[Decision | None, Applied]:
        """One turn. Its failure is kept with the due row and tried again later.

        What it says is leased to `worker`, when that is given, and handed back in `Applied.claimed`.
        """
        named = {"conversation": str(claimed.conversation_id)}
        if trace_id := _trace_of(claimed.snapshot):
            named["trace_id"] = trace_id  # at the second try nothing else says which request it belongs to
        with structlog.contextvars.bound_contextvars(**named):
            try:
                return await self._run(claimed, lane, worker)
            except Exception as error:
                log.exception("turn_failed", attempts=claimed.attempts)
                if claimed.attempts >= _PATIENCE and await self._give_up(claimed, lane):
                    return None, Applied()
                await self.store.write(
                    postpone_turn,
                    conversation_id=claimed.conversation_id,
                    attempts=claimed.attempts,
                    error=f"{type(error).__name__}: {error}",
                )
                return None, Applied()

    async def preview_hand_back(self, conversation_id: UUID, *, briefing: str, resume: bool) -> tuple[Reply, ...]:
        """What the bot would say at once if the conversation were handed back so. Nothing is written."""
        snapshot = await self.store.read(load_turn, conversation_id=conversation_id)
        handed = replace(snapshot, held_by="bot", briefing={"text": briefing, "resume": resume})
        share = self.sharing.take(handed)
        messages, told = await self._understood(share)
        decision, _ = await self._decide(share.snapshot, messages, told)
        return decision.replies

    async def _run(self, claimed: ClaimedTurn, lane: str, worker: str | None) -> tuple[Decision | None, Applied]:
        waiting = claimed.snapshot
        share = await think(lambda: self.sharing.take(waiting), characters=_length(waiting.messages))
        snapshot = share.snapshot
        messages, briefing = await self._understood(share)
        decision, facts = await self._decide(snapshot, messages, briefing)
        record = record_of(
            state=snapshot.dialogue,
            view=self._view(snapshot),
            briefing=briefing,
            messages=messages,
            facts=facts,
            decision=decision,
        )
        applied = await self.store.write(
            apply_turn, turn=self._to_apply(snapshot, decision, claimed, lane, record, worker)
        )
        log.info(
            "turn_applied",
            messages=len(messages),
            replies=len(decision.replies),
            stale=applied.stale,
            intents=[message.prediction.intent for message in messages],
        )
        return decision, applied

    async def _give_up(self, claimed: ClaimedTurn, lane: str) -> bool:
        """A turn that keeps failing goes to a person, with an apology to the resident."""
        try:
            snapshot = await self.store.read(load_turn, conversation_id=claimed.conversation_id)
            decision = Decision(
                state=snapshot.dialogue,
                replies=(Reply(self.town.replies.text(snapshot.language, "failure.handed_off"), kind="hand_off"),),
                effects=(HandOff("failure", snapshot.messages[-1].text if snapshot.messages else ""),),
            )
            turn = self._to_apply(snapshot, decision, claimed, lane, {"failed": claimed.attempts})
            await self.store.write(apply_turn, turn=replace(turn, outcome=GIVEN_UP))
        except Exception:
            log.exception("give_up_failed")
            return False
        log.error("turn_given_up", attempts=claimed.attempts)
        return True

    def _to_apply(
        self,
        snapshot: TurnSnapshot,
        decision: Decision,
        claimed: ClaimedTurn,
        lane: str,
        record: Mapping[str, Any],
        worker: str | None = None,
    ) -> TurnToApply:
        return TurnToApply(
            snapshot=snapshot,
            decision=decision,
            gen=claimed.gen,
            record=record,
            reference_prefix=self.town.city.prefix,
            present=self.present,
            reach=self.reach,
            lane=lane,
            worker=worker,
            trace_id=_trace_of(snapshot),
            filed_subject=self._filed_subject(snapshot.language),
            team_code=self.team_of(snapshot.channel_id),
        )

    def _filed_subject(self, language: str) -> str:
        town = self.town
        language = language if language in town.replies.catalogues else town.city.languages[0]
        return town.replies.text(language, "letter.filed", town=town.city.name, reference=REFERENCE_MARK)

    async def _understood(self, share: Share) -> tuple[list[IncomingMessage], Briefing | None]:
        snapshot = share.snapshot
        texts = [message.text for message in share.answered]
        if snapshot.briefing:
            texts.append(str(snapshot.briefing.get("text", "")))
        today = self.clock.now().astimezone(ZoneInfo(self.town.city.timezone)).date()
        predictions = await understand(self.interpreter, texts, language=snapshot.language, today=today)
        briefing = _briefing(predictions.pop(), snapshot.briefing) if snapshot.briefing else None
        messages = [
            await in_parts(
                incoming(waiting, prediction),
                self.interpreter,
                language=snapshot.language,
                town=self.town,
                today=today,
            )
            for waiting, prediction in zip(share.answered, predictions, strict=True)
        ]
        return messages, briefing

    async def _decide(
        self, snapshot: TurnSnapshot, messages: Sequence[IncomingMessage], briefing: Briefing | None
    ) -> tuple[Decision, Facts]:
        facts = Facts(self.clock.now())
        for _ in range(_ROUNDS + 1):
            decided = partial(
                decide,
                state=snapshot.dialogue,
                conversation=self._view(snapshot),
                messages=messages,
                briefing=briefing,
                facts=facts,
                town=self.town,
            )
            outcome = await think(decided, characters=_length(messages))
            if isinstance(outcome, Decision):
                return outcome, facts
            facts = await self._look_up(snapshot, facts, outcome)
        raise UnansweredNeed(repr(outcome))

    async def _look_up(self, snapshot: TurnSnapshot, facts: Facts, need: Need) -> Facts:
        missing: list[Query] = [query for query in need.queries if query not in facts.answers]
        found = await FactFinder(self.store, self.town).answer(snapshot, missing)
        return Facts(facts.now, {**facts.answers, **found})

    def _view(self, snapshot: TurnSnapshot) -> ConversationView:
        return ConversationView(
            id=snapshot.conversation_id,
            channel_kind=snapshot.channel_kind,
            choice_style=self.choice_style(snapshot.channel_id),
            language=snapshot.language,
            held_by=snapshot.held_by,
            contact_kind=snapshot.contact_kind,
            contact_address=snapshot.contact_address,
            opted_out=snapshot.opted_out,
            is_new=snapshot.is_new,
            language_fixed=snapshot.language_fixed,
            told_of=snapshot.told_of,
            queue_reason=snapshot.queue_reason,
            letters=self.carries_letters(snapshot.channel_id),
        )


def _trace_of(snapshot: TurnSnapshot) -> str | None:
    """The id of the request that brought the newest of the waiting messages."""
    return snapshot.messages[-1].trace_id if snapshot.messages else None


def _length(messages: Sequence[WaitingMessage | IncomingMessage]) -> int:
    return sum(len(message.text) for message in messages)


def _briefing(prediction: Prediction, told: Mapping[str, Any]) -> Briefing:
    return Briefing(prediction, bool(told.get("resume")), bool(told.get("silent")))
