"""Step 2: what the waiting messages mean; before any transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import structlog

from bot.contract import IncomingAttachment, IncomingMessage
from bot.hearing import hear_words
from bot.reading.clauses import clauses_of, part_of
from case_store.work.snapshots import WaitingMessage
from intents.contract import OUT_OF_SCOPE, EngineUnavailable, Interpreter, Prediction, Utterance
from services.town.loading import Town

log = structlog.get_logger(__name__)

MAX_UNDERSTOOD = 2_000
"""Characters of one message that are looked at: what follows is kept and shown, but not understood."""


async def understand(interpreter: Interpreter, texts: Sequence[str], *, language: str, today: date) -> list[Prediction]:
    """One prediction a text, in order. Without an engine everything is out of scope, so a person will be offered."""
    utterances = [Utterance(text[:MAX_UNDERSTOOD], language, today) for text in texts]
    if not utterances:
        return []
    try:
        return await interpreter.interpret(utterances)
    except EngineUnavailable as error:
        log.warning("understanding_unavailable", reason=str(error))
        return [Prediction(text, OUT_OF_SCOPE, 0.0, language) for text in texts]


def clause_texts(prediction: Prediction, town: Town, today: date) -> list[str]:
    """The texts of a message's clauses, to be understood apart; none where there is only one."""
    said = hear_words(prediction.text, prediction, town.lexicon, today)
    clauses = clauses_of(said)
    return [part_of(said, clause).text.strip() for clause in clauses] if len(clauses) > 1 else []


async def in_parts(
    message: IncomingMessage, interpreter: Interpreter, *, language: str, town: Town, today: date
) -> IncomingMessage:
    """The message with what each of its clauses is taken for."""
    texts = clause_texts(message.prediction, town, today)
    if not texts:
        return message
    return replace(message, parts=tuple(await understand(interpreter, texts, language=language, today=today)))


def incoming(waiting: WaitingMessage, prediction: Prediction) -> IncomingMessage:
    """A message of the store as `decide` takes it."""
    return IncomingMessage(
        id=waiting.id,
        text=waiting.text,
        prediction=prediction,
        received_at=waiting.created_at,
        location=waiting.location,
        keyword=waiting.keyword,
        attachments=tuple(
            IncomingAttachment(
                id=file.id,
                filename=file.filename,
                content_type=file.content_type,
                refusal=file.refusal,
                location=None if file.latitude is None or file.longitude is None else (file.latitude, file.longitude),
            )
            for file in waiting.attachments
        ),
    )
