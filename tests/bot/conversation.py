"""Plays a conversation against `decide` with the town's data and the real interpreter; the store is a few lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from bot.contract import (
    REFERENCE_MARK,
    Briefing,
    ConversationView,
    Decision,
    EndQuiet,
    HandOff,
    IncomingAttachment,
    IncomingMessage,
    JoinCase,
    KeepQuiet,
    LeaveQueue,
    Note,
    OpenCase,
    OptIn,
    OptOut,
    SetLanguage,
    UpdateCase,
)
from bot.decide import decide
from bot.queries import (
    CaseByReference,
    CaseFacts,
    CasesInQuestion,
    CasesOfContact,
    EarlierWords,
    Facts,
    FindAddress,
    HolderOnDuty,
    NameOfResident,
    NearbyReport,
    NearbyReports,
    NearestAddress,
    Need,
    Query,
    QueueFacts,
    QueueLoad,
    StopHeldByProvider,
)
from bot.understand import clause_texts
from case_store.work.kept_turns import KeptTurn
from intents.contract import Utterance
from intents.embedded import EmbeddedInterpreter
from kit.references import Reference
from services.town.loading import Town
from tests.bot.kept_turns import SPACE, keep_turn

MONDAY_MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
MOST_ROUNDS = 3


def photo(name: str = "photo.jpg", **more: Any) -> IncomingAttachment:
    return IncomingAttachment(uuid5(SPACE, name), name, "image/jpeg", **more)


@dataclass
class Conversation:
    """One resident's conversation on one channel."""

    town: Town
    interpreter: EmbeddedInterpreter
    channel: str = "webchat"
    now: datetime = MONDAY_MORNING
    language: str = "fr"
    nearby: tuple[NearbyReport, ...] = ()
    cases: tuple[CaseFacts, ...] = ()
    others_cases: tuple[CaseFacts, ...] = ()
    queue: QueueFacts = field(default_factory=lambda: QueueFacts(15))
    state: Mapping[str, Any] = field(default_factory=dict)
    held_by: Any = "bot"
    opted_out: bool = False
    is_new: bool = True
    told_of: str | None = None
    name: str | None = None
    queue_reason: str | None = None
    address: str = "+33639980001"
    held_by_provider: bool = False
    holder_on_duty: bool = False
    last: Decision = field(default_factory=lambda: Decision(state={}))
    effects: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    rounds: int = 0
    decided: list[tuple[KeptTurn, Decision]] = field(default_factory=list)

    @property
    def view(self) -> ConversationView:
        chat = self.channel == "webchat"
        return ConversationView(
            id=uuid5(SPACE, "conversation"),
            channel_kind=self.channel,
            choice_style="buttons" if chat else "numbered",
            language=self.language,
            held_by=self.held_by,
            contact_kind="visitor" if chat else "email" if self.channel == "email" else "phone",
            contact_address="v-1" if chat else self.address,
            opted_out=self.opted_out,
            is_new=self.is_new,
            told_of=self.told_of,
            queue_reason=self.queue_reason,
            letters=self.channel == "email",
        )

    def say(
        self,
        *texts: str,
        files: Sequence[IncomingAttachment] = (),
        location: tuple[float, float] | None = None,
        briefing: Briefing | None = None,
        keyword: str | None = None,
    ) -> Decision:
        """The messages wait together; files and position came with the last one, as did the provider's keyword."""
        messages = [message for text in texts for message in self.messages(text)]
        if messages:
            messages[-1] = replace(messages[-1], attachments=tuple(files), location=location, keyword=keyword)
        decision = self._turn(messages, briefing)
        self.said += [text for text in texts if text]
        return decision

    def hand_back(self, text: str, *, resume: bool) -> Decision:
        """An agent gives the conversation back with these words for the assistant."""
        self.held_by = "agent"
        decision = self._turn([], Briefing(self._predict(text), resume))
        self.held_by = "bot"
        return decision

    def hand_back_silently(self, text: str, then: str) -> Decision:
        """An agent gives it back without the assistant writing; some time later the resident writes."""
        return self._turn(list(self.messages(then)), Briefing(self._predict(text), resume=True, silent=True))

    def wait(self, span: timedelta) -> None:
        self.now += span

    def messages(self, text: str) -> list[IncomingMessage]:
        """The message with what each of its clauses is taken for."""
        whole = self._predict(text)
        parts = tuple(self._predict(part) for part in clause_texts(whole, self.town, self._today))
        return [IncomingMessage(uuid5(SPACE, text), text, whole, self.now, parts=parts)]

    @property
    def _today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.town.city.timezone)).date()

    def _predict(self, text: str) -> Any:
        return self.interpreter.predict(Utterance(text, self.language, self._today))

    def _turn(self, messages: Sequence[IncomingMessage], briefing: Briefing | None) -> Decision:
        facts = Facts(self.now)
        for self.rounds in range(MOST_ROUNDS + 1):
            outcome = decide(
                state=self.state,
                conversation=self.view,
                messages=messages,
                briefing=briefing,
                facts=facts,
                town=self.town,
            )
            if isinstance(outcome, Decision):
                kept = keep_turn(len(self.decided), self.state, self.view, briefing, messages, facts, outcome)
                self.decided.append((kept, outcome))
                return self._apply(outcome)
            assert isinstance(outcome, Need)
            assert not set(outcome.queries) <= set(facts.answers), "the same fact is asked for twice"
            facts = Facts(self.now, {**facts.answers, **{query: self._answer(query) for query in outcome.queries}})
        raise AssertionError(f"more than {MOST_ROUNDS} rounds: {outcome}")

    def _apply(self, decision: Decision) -> Decision:
        self.state, self.last, self.is_new = self._remembered(decision), decision, False
        self.asked += decision.asked
        self.effects += decision.effects
        for effect in decision.effects:
            if isinstance(effect, SetLanguage):
                self.language = effect.language
            elif isinstance(effect, HandOff):
                self.held_by, self.queue_reason = "queue", effect.reason
            elif isinstance(effect, LeaveQueue):
                self.held_by, self.queue_reason = "bot", None
            elif isinstance(effect, OptOut | OptIn):
                self.opted_out = isinstance(effect, OptOut)
        return decision

    def _remembered(self, decision: Decision) -> Mapping[str, Any]:
        """Files what the decision files, and puts its reference into the state, as the store does."""
        state = dict(decision.state)
        for case in (effect for effect in decision.effects if isinstance(effect, OpenCase)):
            reference = str(Reference("MTL", 2026, 500 + len(self.cases)))
            self.cases = (self._filed(case, reference), *self.cases)
            if (state.get("filed") or {}).get("reference") == REFERENCE_MARK:
                state["filed"] = {**state["filed"], "reference": reference}
        return state

    def _filed(self, case: OpenCase, reference: str) -> CaseFacts:
        return CaseFacts(
            case_id=uuid5(SPACE, reference),
            reference=reference,
            service_code=case.service_code,
            state=case.state,
            opened_at=self.now,
            due_at=case.due_at,
            own=True,
            missing_documents=tuple(code for code, state in case.documents.items() if state == "later"),
        )

    def _answer(self, query: Query) -> Any:
        match query:
            case FindAddress():
                return self.town.gazetteer.find(query.text)
            case NearestAddress():
                return self.town.gazetteer.nearest(query.latitude, query.longitude)
            case NameOfResident():
                return self.name
            case NearbyReports():
                return self.nearby
            case CaseByReference():
                return next(
                    (case for case in (*self.cases, *self.others_cases) if case.reference == query.reference), None
                )
            case CasesOfContact():
                return self.cases
            case CasesInQuestion():
                return tuple(case for case in self.cases if case.state == "awaiting_resident")
            case EarlierWords():
                return tuple(self.said[-3:])
            case StopHeldByProvider():
                return self.held_by_provider
            case HolderOnDuty():
                return self.holder_on_duty
            case QueueLoad():
                return self.queue
        raise AssertionError(query)

    @property
    def text(self) -> str:
        """Everything said in the last turn."""
        return "\n".join(reply.text for reply in self.last.replies)

    @property
    def opened(self) -> list[OpenCase]:
        return [effect for effect in self.effects if isinstance(effect, OpenCase)]

    @property
    def joined(self) -> list[JoinCase]:
        return [effect for effect in self.effects if isinstance(effect, JoinCase)]

    @property
    def updated(self) -> list[UpdateCase]:
        return [effect for effect in self.effects if isinstance(effect, UpdateCase)]

    @property
    def handed_off(self) -> list[HandOff]:
        return [effect for effect in self.effects if isinstance(effect, HandOff)]

    def events(self) -> list[str]:
        """The effects of the whole conversation, by name."""
        return [_name(effect) for effect in self.effects]


_NAMES = {
    OpenCase: "case_opened",
    JoinCase: "case_joined",
    UpdateCase: "case_updated",
    HandOff: "handed_off",
    OptOut: "opted_out",
    LeaveQueue: "queue_left",
    KeepQuiet: "autoreply_suspected",
    EndQuiet: "autoreply_ended",
    OptIn: "opted_in",
    SetLanguage: "language_changed",
}


def _name(effect: Any) -> str:
    return effect.event if isinstance(effect, Note) else _NAMES[type(effect)]
