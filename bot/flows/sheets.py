"""Where messages are letters, all that is missing is asked at once: a sheet of questions, answered in any order.

Questions are numbered. An answer is told by its number, by its question repeated above it, by the name of what it
is about, or by its place; a letter in one paragraph is read as any message is.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.contract import IncomingMessage
from bot.dialogue_state import CHOOSE, CONFIRM, DOCUMENT, FLOW, JOIN, SHEET, Flow, Question
from bot.exchange import Exchange
from bot.flows.document_words import document_label
from bot.flows.missing import missing_documents, missing_fields
from bot.hearing import Heard
from bot.reading.sheet_answers import NEXT, Answer, Asked, answers_in, without_closing
from intents.contract import OUT_OF_SCOPE, Prediction
from kit.text import fold
from services.declarations.declaration import Service

_ALONE = frozenset({CONFIRM, CHOOSE, JOIN})
_HEARD_WHOLE = ("alert.", "stop.")
"""Intents of letters that are no answers, whatever lines they have."""
Ask = Callable[[str], None]
"""Poses the question of one name."""


def names_on(question: Question | None) -> tuple[str, ...]:
    """What a sheet asks for, in its order; nothing for a question that was put alone."""
    return question.sheet if question is not None else ()


def pose_sheet(exchange: Exchange, flow: Flow, service: Service, ask: Ask) -> None:
    """Puts everything that can be asked by now beside the question just posed; a choice that decides stays alone."""
    posed = exchange.posed
    if posed is None or posed.purpose != FLOW or posed.payload or posed.name in _ALONE:
        return
    fields = (field.name for field in missing_fields(flow, service))
    documents = (f"{DOCUMENT}{code}" for code in missing_documents(flow, service))
    names = list(dict.fromkeys([posed.name, *fields, *documents]))
    if len(names) < 2:
        return
    questions = [_asked(exchange, name, ask) for name in names]
    lines = [_line(exchange, number, *question) for number, question in enumerate(questions, 1)]
    text = "\n\n".join([exchange.words("sheet.begin"), *lines, exchange.words("sheet.end")])
    exchange.pose(Question(posed.name, FLOW, (), {SHEET: " ".join(names)}), text)


def without_closing_of(exchange: Exchange, message: IncomingMessage) -> IncomingMessage:
    """A letter without its last words, which answer nothing: "Cordialement", and a name that is known."""
    state = exchange.state
    known = [state.requester or "", *(state.flow.values.values() if state.flow else ())]
    closings = exchange.words("letter.closings").split(", ")
    text = without_closing(message.text, closings=closings, names=[fold(name) for name in known if name])
    if text == message.text:
        return message
    entities = tuple(entity for entity in message.prediction.entities if entity.end <= len(text))
    return replace(message, text=text, prediction=replace(message.prediction, entities=entities))


def answers_of(exchange: Exchange, message: IncomingMessage, ask: Ask) -> list[tuple[str, IncomingMessage]]:
    """A letter that answers a sheet as one message for each answer, with the name it is for; else nothing.

    Files and position go with the first.
    """
    flow, names = exchange.state.flow, names_on(exchange.state.question)
    if flow is None or not names or message.prediction.intent.startswith(_HEARD_WHOLE):
        return []
    service = exchange.town.services[flow.code]
    sheet = [_as_asked(exchange, service, name, ask) for name in names]
    words = exchange.words
    found = answers_in(
        message.text,
        sheet,
        greetings=words("letter.greetings").split(),
        closings=words("letter.closings").split(", "),
    )
    parts = [(answer.name, _part(message, answer)) for answer in found]
    return [
        (name, part if at == 0 else replace(part, attachments=(), location=None))
        for at, (name, part) in enumerate(parts)
    ]


def reopen_question(exchange: Exchange, heard: Heard, ask: Ask) -> None:
    """Has an answer of a sheet meet the question that it is for, as if that had been asked alone."""
    flow = exchange.state.flow
    if not heard.answers or flow is None:
        return
    names = exchange.sheet or names_on(exchange.state.question)
    exchange.sheet = names
    known = {*flow.values, *flow.skipped, *(f"{DOCUMENT}{code}" for code in flow.documents)}
    name = heard.answers if heard.answers != NEXT else next((each for each in names if each not in known), "")
    if name:
        exchange.state.question = _asked(exchange, name, ask)[0]


def _as_asked(exchange: Exchange, service: Service, name: str, ask: Ask) -> Asked:
    question = fold(_with_choices(exchange, *_asked(exchange, name, ask)))
    if name.startswith(DOCUMENT):
        return Asked(name, question, (fold(document_label(exchange, name.removeprefix(DOCUMENT))),))
    field = service.field(name)
    labels = (field.label.on(exchange.language), *field.named.everywhere())
    return Asked(name, question, tuple(dict.fromkeys(map(fold, labels))))


def _part(message: IncomingMessage, answer: Answer) -> IncomingMessage:
    """What was recognised in the words of one answer. What they wish for is no matter: they answer."""
    end = answer.start + len(answer.text)
    entities = tuple(
        replace(entity, start=entity.start - answer.start, end=entity.end - answer.start)
        for entity in message.prediction.entities
        if answer.start <= entity.start and entity.end <= end
    )
    prediction = Prediction(answer.text, OUT_OF_SCOPE, 0.0, message.prediction.language, entities=entities)
    return replace(message, text=answer.text, prediction=prediction, parts=())


def _asked(exchange: Exchange, name: str, ask: Ask) -> tuple[Question, str]:
    """The question and its text; what the turn says is left as it was."""
    pieces, posed = exchange.pieces, exchange.posed
    exchange.pieces = list(pieces)
    ask(name)
    found, text = exchange.posed, exchange.pieces[-1].text
    exchange.pieces, exchange.posed = pieces, posed
    return found or Question(name, FLOW), text


def _line(exchange: Exchange, number: int, question: Question, text: str) -> str:
    return exchange.words("sheet.line", number=number, question=_with_choices(exchange, question, text))


def _with_choices(exchange: Exchange, question: Question, text: str) -> str:
    labels = " / ".join(offered.label for offered in question.offered)
    return text + exchange.words("sheet.choices", choices=labels) if labels else text
