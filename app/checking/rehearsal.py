"""Answers one sentence of every service: what the town's words or replies lack shows before residents meet it.

Nothing is kept or sent; the store is only read, for a resident who is nobody.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.contract import ConversationView, Decision, IncomingMessage
from bot.decide import decide
from bot.facts import FactFinder
from bot.queries import Facts
from bot.understand import understand
from case_store.engine.database import Store
from case_store.work.snapshots import TurnSnapshot
from intents.catalogue import Phrase
from intents.contract import Interpreter, Prediction
from services.town.loading import Town

_NOBODY = UUID(int=0)
_ROUNDS = 4


class RehearsalFailed(Exception):
    """The assistant cannot answer a sentence with this town's data: the message says which, and what was missing."""


async def rehearse(town: Town, store: Store, interpreter: Interpreter, phrases: Iterable[Phrase], now: datetime) -> int:
    """How many sentences were answered: the first of each service in each language. Raises RehearsalFailed."""
    chosen = list(_first_of_each(phrases, town.city.languages))
    today = now.astimezone(ZoneInfo(town.city.timezone)).date()
    for phrase in chosen:
        [prediction] = await understand(interpreter, [phrase.text], language=phrase.language, today=today)
        try:
            await _answer(town, store, phrase, prediction, now)
        except Exception as error:
            raise RehearsalFailed(
                f'"{phrase.text}" ({phrase.language}) cannot be answered: {type(error).__name__}: {error}; '
                "an entry of words.*.yaml or replies.*.yaml is missing, or wrong"
            ) from error
    return len(chosen)


def _first_of_each(phrases: Iterable[Phrase], languages: Iterable[str]) -> Iterable[Phrase]:
    first: dict[tuple[str, str], Phrase] = {}
    for phrase in phrases:
        if phrase.language in languages:
            first.setdefault((phrase.code, phrase.language), phrase)
    return first.values()


async def _answer(town: Town, store: Store, phrase: Phrase, prediction: Prediction, now: datetime) -> None:
    message = IncomingMessage(id=_NOBODY, text=phrase.text, prediction=prediction, received_at=now)
    finder, facts = FactFinder(store, town), Facts(now)
    for _ in range(_ROUNDS):
        outcome = decide(
            state={}, conversation=_view(phrase.language), messages=[message], briefing=None, facts=facts, town=town
        )
        if isinstance(outcome, Decision):
            return
        try:
            found = await finder.answer(_snapshot(phrase.language), outcome.queries)
        except Exception:
            return  # a store that is away or not migrated yet is another check's matter
        facts = Facts(now, {**facts.answers, **found})


def _view(language: str) -> ConversationView:
    return ConversationView(
        id=_NOBODY,
        channel_kind="webchat",
        choice_style="buttons",
        language=language,
        held_by="bot",
        contact_kind="visitor",
        contact_address="",
    )


def _snapshot(language: str) -> TurnSnapshot:
    return TurnSnapshot(
        conversation_id=_NOBODY,
        version=0,
        channel_id="webchat",
        channel_kind="webchat",
        language=language,
        language_fixed=False,
        held_by="bot",
        contact_point_id=_NOBODY,
        contact_kind="visitor",
        contact_address="",
        opted_out=False,
        resident_id=_NOBODY,
        dialogue={},
        briefing=None,
        is_new=True,
        messages=(),
    )
