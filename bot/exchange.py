"""The turn being decided: the dialogue's state, the facts looked up and the replies made so far. One per turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.contract import REFERENCE_MARK, ConversationView, Decision, Effect, HandOff, Note, ReplyKind, SetLanguage
from bot.dialogue_state import FLOW, DialogueState, Offered, Question, dump_state
from bot.hearing import Heard
from bot.queries import CaseByReference, CasesOfContact, EarlierWords, Facts, Query, QueueLoad
from bot.replay.explanation import Explanation
from bot.saying.replies import Piece, assemble
from case_store.kinds import DialogueEvent
from channels.contract import Choice
from services.declarations.declaration import ServiceField
from services.kinds.reading import Unusable
from services.town.loading import Town
from services.words.topics import Elsewhere

_FILED_IN_THIS_TURN: Query = CaseByReference(REFERENCE_MARK)
"""Never looked up: the store does not have it before the turn has been applied."""

_OF_THE_CONVERSATION: dict[Query, None] = dict.fromkeys((CasesOfContact(), EarlierWords(), QueueLoad()))
"""Looked up together when one is needed: several messages in one turn may need them all, one after the other."""


class Missing(Exception):
    """A fact is needed that the turn has not looked up yet."""

    def __init__(self, *queries: Query) -> None:
        super().__init__(queries)
        self.queries = queries


@dataclass(slots=True)
class Exchange:
    """One turn under way.

    `posed` is the question of this turn; `keeps`: the earlier one stays open without being asked again;
    `leaving`: nothing more is asked; `just_started`: a service began in this very turn;
    `left_queue`: the resident has gone back to the assistant; `unusable`: an answer was meant as one but cannot be,
    for the reason `refusal` where one is known; `again`: words to be answered once more, now that their intent is
    known; `sheet`: all that had been asked together in the letter that is answered; `why`: what was read in each
    message and chosen, for people.
    """

    state: DialogueState
    view: ConversationView
    facts: Facts
    town: Town
    language: str
    pieces: list[Piece] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    posed: Question | None = None
    keeps: bool = False
    leaving: bool = False
    just_started: bool = False
    left_queue: bool = False
    unusable: bool = False
    refusal: Unusable | None = None
    again: Heard | None = None
    why: list[Explanation] = field(default_factory=list)
    sheet: tuple[str, ...] = ()

    @property
    def short(self) -> bool:
        """Whether every character counts."""
        return self.view.choice_style != "buttons" and not self.view.letters

    @property
    def has_buttons(self) -> bool:
        """Whether a choice is pressed: a way out of a question then costs neither a line nor a number."""
        return self.view.choice_style == "buttons"

    @property
    def today(self) -> date:
        return self.moment.date()

    @property
    def moment(self) -> datetime:
        return self.facts.now.astimezone(ZoneInfo(self.town.city.timezone))

    @property
    def asked_field(self) -> ServiceField | None:
        """The field whose question is open."""
        flow, question = self.state.flow, self.state.question
        if flow is None or question is None or question.purpose != FLOW:
            return None
        return next((one for one in self.town.services[flow.code].fields if one.name == question.name), None)

    def fact(self, query: Query) -> Any:
        """Raises Missing when it has not been looked up."""
        self.need(query)
        return self.facts.answers.get(query)

    def need(self, *queries: Query) -> None:
        """Makes sure of several facts at once, so that one round of look-ups does. Raises Missing."""
        known = {*self.facts.answers, _FILED_IN_THIS_TURN}
        missing = [query for query in dict.fromkeys(queries) if query not in known]
        if not _OF_THE_CONVERSATION.keys().isdisjoint(missing):
            missing += [query for query in _OF_THE_CONVERSATION if query not in {*known, *missing}]
        if missing:
            raise Missing(*missing)

    @property
    def is_handed_over(self) -> bool:
        """Whether a person is awaited from this turn on."""
        return any(isinstance(effect, HandOff) for effect in self.effects)

    def words(self, key: str, **values: Any) -> str:
        """The words of a reply in the resident's language, short where every character counts."""
        replies = self.town.replies
        return (replies.short_text if self.short else replies.text)(self.language, key, **values)

    def tell(self, key: str, kind: ReplyKind = "answer", **values: Any) -> None:
        self.tell_text(self.words(key, **values), kind)

    def tell_text(
        self, text: str, kind: ReplyKind = "answer", offered: Sequence[Offered] = (), elsewhere: str = ""
    ) -> None:
        """Says it once in a turn; `offered` are suggestions that no question awaits, `elsewhere` as in Reply."""
        if offered:
            self._put_question_aside()
        piece = Piece(text, kind, tuple(Choice(choice.label, choice.label) for choice in offered), elsewhere)
        if piece not in self.pieces:
            self.pieces.append(piece)

    def tell_elsewhere(self, elsewhere: Elsewhere) -> None:
        """Who answers what is no affair of the town's."""
        told = elsewhere.told.on(self.language, self.short) if elsewhere.told is not None else ""
        self.tell("elsewhere.told", topic=elsewhere.label.on(self.language), told=told)

    def pose(self, question: Question, text: str) -> None:
        """Asks; the last question of a turn is the one that stands."""
        self.posed = question
        self.pieces = [piece for piece in self.pieces if piece.kind != "question"]
        if question.offered:  # two lists of choices in one turn could not be told apart by their numbers
            self.pieces = [replace(piece, choices=()) for piece in self.pieces]
        choices = tuple(Choice(offered.label, offered.label) for offered in question.offered)
        self.pieces.append(Piece(text, "question", choices))

    def _put_question_aside(self) -> None:
        """What was asked in this turn stays open without being asked: a turn ends with one set of answers."""
        if self.posed is not None:
            self.pieces = [piece for piece in self.pieces if piece.kind != "question"]
            self.state.question, self.posed, self.keeps = self.posed, None, True

    def note(self, event: DialogueEvent, **data: str) -> None:
        self.effects.append(Note(event, data))

    def speak(self, language: str) -> None:
        """Goes on in another language."""
        if language != self.language:
            self.language = language
            self.effects.append(SetLanguage(language))

    def offer(self, *names: str) -> tuple[Offered, ...]:
        """Choices with the town's words: the label from the replies, the name as value."""
        return tuple(Offered(self.words(f"choices.{name}"), name) for name in names)

    def keep_question(self) -> None:
        """The open question stays open without being asked again."""
        self.keeps = True

    def decision(self) -> Decision:
        expects = self.posed.name if self.posed else None
        self.state.question = self.posed or (self.state.question if self.keeps else None)
        self.state.touched_at = self.facts.now.isoformat()
        letters = self.view.letters
        replies = assemble(self.pieces, together=self.short or letters, apart="\n\n" if letters else "\n")
        return Decision(
            state=dump_state(self.state, expects),
            replies=replies,
            effects=tuple(self.effects),
            asked=(self.posed.sheet or (self.posed.name,)) if self.posed else (),
            why=tuple(self.why),
        )

    def silence(self) -> Decision:
        """Nothing said and nothing forgotten: another holds the conversation, or the resident wants no messages."""
        expects = self.state.question.name if self.state.question else None
        return Decision(state=dump_state(self.state, expects), effects=tuple(self.effects))
